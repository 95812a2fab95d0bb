"""Make translations of pages, and keep them where their sources are; `translated_texts` writes their texts.

A translated video or section is an alias (`pages.translated`); any other page, such as the home page, is copied as
Wagtail copies it for another language, a draft. Whoever may publish a page may translate it.
"""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser, User
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from wagtail.actions.convert_alias import ConvertAliasPageAction
from wagtail.coreutils import find_available_slug, get_supported_content_language_variant
from wagtail.models import Locale, Page

from video_pages.pages.converting import kept_private
from video_pages.pages.models import VideoIndexPage, VideoPage
from video_pages.pages.protected import ProtectedPage
from video_pages.pages.translated import translations_of

SLICE = 10
"""How many pages one transaction copies, in about half a second: nobody else can write to SQLite meanwhile."""


def make_missing_locales(codes: Iterable[str]) -> None:
    """Make Wagtail's rows for those of the languages `codes` that have none.

    `migrate` does so, but a server may start with a further language and without `migrate`.
    """
    wanted = {get_supported_content_language_variant(code) for code in codes}
    for code in wanted.difference(Locale.objects.values_list("language_code", flat=True)):
        Locale.objects.get_or_create(language_code=code)


def original_of(page: Page) -> Any:
    """Return the page whose texts are translated: the source of a video or section, or the page itself."""
    return page.source if isinstance(page, ProtectedPage) else page


def may_translate(page: Page, user: User | AnonymousUser) -> bool:
    """Return whether `user` may make translations of `page` and change their texts, which go live at once."""
    rights = original_of(page).permissions_for_user(user)
    return bool(rights.can_edit() and rights.can_publish())


def translate(page: Page, locale: Locale, *, user: User | None = None, with_subtree: bool = False) -> Any:
    """Return the translation of `page` in `locale`; it is made if there is none, and pages above it as well.

    With `with_subtree` the videos and sections below a section are translated too. An alias of the home page or of
    another page without a password becomes a page of its own, so that an editor can change it.

    Pages below are copied in transactions of SLICE pages each: what one of them has copied stays if a later one fails
    or the process ends. The same call again copies what is left.
    """
    with transaction.atomic():
        original = original_of(page)
        found = original.get_translation_or_none(locale)
        if found is None:
            is_alias = isinstance(original, ProtectedPage)
            found = original.copy_for_translation(locale, copy_parents=True, alias=is_alias)
        found = found.specific
        if found.alias_of_id and not isinstance(found, ProtectedPage):
            with kept_private(found, user):
                ConvertAliasPageAction(found, user=user).execute(skip_permission_checks=True)
    if with_subtree and isinstance(original, VideoIndexPage):
        ids = list(untranslated_below(original, locale).values_list("pk", flat=True))
        for first in range(0, len(ids), SLICE):
            translate_some(original, ids[first : first + SLICE], locale)
        found.refresh_from_db()  # its number of children
    return found


def untranslated_below(section: VideoIndexPage, locale: Locale) -> QuerySet[Page]:
    """Return the videos and sections below `section` that have no translation in `locale`, in the order of the tree."""
    translated = Page.objects.filter(locale=locale, translation_key=OuterRef("translation_key"))
    ours = (_type_of(VideoPage), _type_of(VideoIndexPage))
    below: QuerySet[Page] = section.get_descendants().filter(alias_of=None, content_type__in=ours)
    return below.filter(~Exists(translated)).order_by("path")


def _type_of(model: type[Page]) -> ContentType:
    """Return the content type of `model`; Django remembers it."""
    return ContentType.objects.get_for_model(model)


@transaction.atomic
def translate_some(section: VideoIndexPage, ids: Iterable[int], locale: Locale) -> list[int]:
    """Make aliases in `locale` of those of `ids` that are below `section` and have none; return their ids.

    All are made, or none is. Idempotent: an id that has a translation, or was deleted, is passed over.
    """
    made = []
    pages: Any = untranslated_below(section, locale).filter(pk__in=ids)
    for page in pages.specific():
        if page.get_translation_or_none(locale) is None:  # not made meanwhile, as a section above another of `ids`
            page.copy_for_translation(locale, copy_parents=True, alias=True)
        made.append(page.pk)
    return made


def translate_like_parent(page: Any) -> None:
    """Give the video or section `page` a translation in each language in which the section above it has one."""
    if not settings.WAGTAIL_I18N_ENABLED or page.alias_of_id:
        return
    parent = page.get_parent().specific
    known = set(page.get_translations().values_list("locale_id", flat=True))
    for above in parent.get_translations().exclude(locale__in=known).select_related("locale"):
        page.copy_for_translation(above.locale, alias=True)


def follow_move(page: Any) -> None:
    """Move the translations of the video or section `page`, which has moved, below those of its new section."""
    if not settings.WAGTAIL_I18N_ENABLED or page.alias_of_id:
        return
    parent = page.get_parent().specific
    for each in translations_of(type(page).objects.filter(pk=page.pk)).select_related("locale"):
        above = parent.get_translation_or_none(each.locale)
        if above is None:
            above = parent.copy_for_translation(each.locale, copy_parents=True, alias=True)
        if each.is_child_of(above):
            continue
        slug = find_available_slug(above, each.slug)
        if slug != each.slug:
            each.slug = slug
            each.save(clean=False, update_fields=["slug", "url_path"])
        each.move(above, pos="last-child")
