"""A translation of a video or section: an alias in another language that keeps texts of its own.

All that opens a page is read from `source`, so a translation has the guard, the file and the state of its source. Its
own are its address and, once an editor has written them, its texts (`has_own_texts`). Until then it shows those of the
source.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, ClassVar

from django.conf import settings
from django.db import models, transaction
from django.utils.translation import get_language
from wagtail.models import Page

from video_pages.access.fields import KeptBooleanField, KeptColumnsMixin
from video_pages.core.typography import content_language


class TranslatedPage(KeptColumnsMixin, models.Model):
    """A page whose aliases in other languages are its translations."""

    alias_of_id: int | None
    alias_of: Any
    locale_id: int
    live: bool
    has_unpublished_changes: bool
    slug: str
    draft_title: str
    create_alias: Any
    if TYPE_CHECKING:

        @property
        def source(self) -> Any: ...

    own_texts: ClassVar[tuple[str, ...]] = ("title", "seo_title", "search_description")
    """The fields that a translation has of its own, beside its slug."""

    has_own_texts = KeptBooleanField(default=False, db_default=False)
    is_withdrawn = KeptBooleanField(default=False, db_default=False)
    """True for a translation that an editor has unpublished: it does not go live with its source."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> Any:
        """Save the page. A whole alias takes its own texts from its row; only a save of named fields writes them.

        Wagtail reads all aliases of a page before it saves each of them, and an editor may save texts meanwhile.
        """
        if self.pk is None or self.alias_of_id is None or kwargs.get("update_fields") is not None:
            return super().save(*args, **kwargs)
        with transaction.atomic():
            self._take_saved_texts()
            return super().save(*args, **kwargs)

    @property
    def is_translation(self) -> bool:
        """True for an alias in another language than the page that it follows."""
        return self.alias_of_id is not None and self.alias_of.locale_id != self.locale_id

    @property
    def text_language(self) -> str:
        """The language of the texts that this page shows, "" for that of the screen."""
        return content_language() if self.has_own_texts else self.source_language

    @property
    def title_language(self) -> str:
        """`text_language` for the title in a list: from the columns of this page alone, so without a query.

        The page that an alias follows counts as one in the site's own language.
        """
        return content_language(of_original=self.alias_of_id is not None and not self.has_own_texts)

    @property
    def source_language(self) -> str:
        """The language of what this page shares with its source, such as chapters; "" for that of the screen."""
        return content_language(of_original=self.is_translation)

    @property
    def text_source(self) -> Any:
        """The page with the texts that this page shows: itself, or the source of a translation without its own."""
        return self if self.has_own_texts or not self.alias_of_id else self.source

    def for_reader(self) -> Any:
        """Return the live translation of this source page in the active language, or the page itself; one query.

        No query while the site has one language of pages, or the reader has another.
        """
        code = get_language()
        if not settings.PAGE_LANGUAGES or code not in (settings.LANGUAGE_CODE, *settings.PAGE_LANGUAGES):
            return self
        pages: Any = type(self)._default_manager
        found = pages.filter(alias_of=self.pk, locale__language_code=code, live=True)
        return found.exclude(locale=self.locale_id).first() or self

    def with_content_json(self, content: dict[str, Any]) -> Any:
        """Return the page with `content`, which for an alias is that of its source; a translation keeps its texts."""
        restored = super().with_content_json(content)
        if self.alias_of_id and self.has_own_texts:
            for name in self.own_texts:
                setattr(restored, name, getattr(self, name))
        return restored

    def _take_saved_texts(self) -> None:
        """Lock the row of this page, and take its own texts and its address from it if it has texts of its own.

        One that an editor has unpublished stays off.
        """
        rows: Any = type(self)._default_manager.filter(pk=self.pk).select_for_update(no_key=True)
        saved = rows.values("has_own_texts", "is_withdrawn", "slug", "url_path", *self.own_texts).first()
        if saved is None:
            return
        self.is_withdrawn = saved.pop("is_withdrawn")
        if self.is_withdrawn and self.live:
            self.live, self.has_unpublished_changes = False, True
        if not saved.pop("has_own_texts"):
            return
        self.has_own_texts = True
        if saved["slug"] == self.slug:
            del saved["url_path"]  # Wagtail saves it when the page moves
        for name, text in saved.items():
            setattr(self, name, text)
        self.draft_title = saved["title"]

    def copy(self, *args: Any, **kwargs: Any) -> Any:
        """Copy the page, as Wagtail does; a copy for another language is an alias, which has nothing to open."""
        attributes = kwargs.get("update_attrs") or {}
        if "locale" in attributes and not kwargs.get("reset_translation_key", True):
            return self.create_alias(
                parent=kwargs.get("to"),
                update_slug=attributes.get("slug"),
                update_locale=attributes["locale"],
                user=kwargs.get("user"),
                reset_translation_key=False,
            )
        return super().copy(*args, **kwargs)  # type: ignore[misc]  # a method of Wagtail's Page


def is_source_live(alias: TranslatedPage) -> bool:
    """Return whether the page that `alias` follows is live in the database; one query."""
    return Page.objects.filter(pk=alias.alias_of_id, live=True).exists()


def translations_of(pages: models.QuerySet[Any]) -> Any:
    """Return the pages of the class of `pages` that are translations of one of them."""
    found = pages.model._default_manager.filter(alias_of__in=pages.order_by().values("pk"))
    return found.exclude(locale=models.F("alias_of__locale"))


def translation_languages(pages: Iterable[Any]) -> dict[int, list[str]]:
    """Return {page id: names of the languages} of the translations of `pages`, all of one class; one query."""
    pages = list(pages)
    names, found = dict(settings.LANGUAGES), dict[int, list[str]]()
    if not pages:
        return found
    rows = translations_of(type(pages[0])._default_manager.filter(pk__in=[page.pk for page in pages]))
    for pk, code in rows.order_by("locale__pk").values_list("alias_of_id", "locale__language_code"):
        found.setdefault(pk, []).append(str(names.get(code, code)))
    return found


def without_translations(pages: Any) -> Any:
    """Leave the translations out of `pages`, videos or sections: their sources stand for them."""
    return pages.filter(models.Q(alias_of=None) | models.Q(locale=models.F("alias_of__locale")))
