"""The form of a section that is made like another: what it is called, what opens it, what it takes along."""

from typing import Any

from django import forms
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.debug import sensitive_variables

from video_pages.access.new_password_field import NewPasswordField
from video_pages.core.scripts import module_script
from video_pages.core.typography import join_sentences
from video_pages.pages.compat import is_slug_available
from video_pages.pages.models import VideoIndexPage, VideoPage
from video_pages.sections.addresses import free_slug
from video_pages.sections.alike import Wishes, count_aliases, pages_below, with_own_password
from video_pages.sections.permissions import may_publish_in

SLUG_TAKEN = gettext_lazy("There is a page or an address of the site with this slug already. Choose another one.")
NOT_READ = gettext_lazy("Tick this, or leave out what has a password of its own.")


class AlikeForm(forms.Form):
    """The wishes for a section like `section`; `user` makes it. Fields that have nothing to choose are left out."""

    title = forms.CharField(label=gettext_lazy("Title"), max_length=255)
    slug = forms.SlugField(
        label=gettext_lazy("Slug"),
        required=False,
        allow_unicode=True,
        max_length=255,
        help_text=gettext_lazy("The last part of the address. Empty: made from the title."),
    )
    password = NewPasswordField(
        label=gettext_lazy("Password"),
        required=False,
        help_text=gettext_lazy("%(least)d to %(most)d characters. Opens the new section and everything below it."),
    )
    with_sections = forms.BooleanField(label=gettext_lazy("With the sections below"), required=False)
    with_videos = forms.BooleanField(label=gettext_lazy("With the films"), required=False)
    may_open = forms.BooleanField(
        label=gettext_lazy("The new password may open these too"),
        required=False,
    )
    publish = forms.BooleanField(
        label=gettext_lazy("Publish it now"),
        required=False,
        help_text=gettext_lazy(
            "Otherwise it is a draft, with all below it. What is a draft in the other section is one here too. "
            "The introduction is copied as it is: read it, if it names somebody."
        ),
    )

    class Media:
        js = [module_script("video_pages/js/access_dialog.js")]
        css = {"all": ["video_pages/css/admin_buttons.css", "video_pages/css/admin_access.css"]}

    def __init__(self, *args: Any, section: VideoIndexPage, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.section, self.parent = section, section.get_parent()
        below = pages_below(section, with_sections=True, with_videos=True)
        sections, films = below.type(VideoIndexPage).count(), below.type(VideoPage).count()
        if sections:
            text = ngettext("There is %(count)d of them.", "There are %(count)d of them.", sections)
            self.fields["with_sections"].help_text = text % {"count": sections}
        else:
            del self.fields["with_sections"]
        if films:
            self.fields["with_videos"].help_text = self._about_films(films)
        else:
            del self.fields["with_videos"]
        if own := with_own_password(section, with_sections=True, with_videos=True):
            text = ngettext(
                "%(count)d film or section below has a password of its own. It is not copied: the new password opens "
                "the copy as well.",
                "%(count)d films or sections below have passwords of their own. These are not copied: the new "
                "password opens the copies as well.",
                own,
            )
            self.fields["may_open"].help_text = text % {"count": own}
        else:
            del self.fields["may_open"]
        if not may_publish_in(self.parent, user):
            del self.fields["publish"]

    def _about_films(self, films: int) -> str:
        sentences = [
            ngettext(
                "There is %(count)d film. Its copy is a page of its own that shows the same file, with the same "
                "captions; it has no password and no statistics yet.",
                "There are %(count)d films. Their copies are pages of their own that show the same files, with the "
                "same captions; they have no passwords and no statistics yet.",
                films,
            )
            % {"count": films}
        ]
        if is_open := self._films().filter(open_to_everyone=True).count():
            text = ngettext(
                "%(count)d is open to everyone; its copy is locked until you open it.",
                "%(count)d are open to everyone; their copies are locked until you open them.",
                is_open,
            )
            sentences.append(text % {"count": is_open})
        if aliases := count_aliases(self.section, with_sections=True):
            text = ngettext(
                "%(count)d alias of a page elsewhere is not copied.",
                "%(count)d aliases of pages elsewhere are not copied.",
                aliases,
            )
            sentences.append(text % {"count": aliases})
        return join_sentences(sentences)

    def _films(self) -> Any:
        below = pages_below(self.section, with_sections=True, with_videos=True)
        return VideoPage.objects.filter(pk__in=below.order_by().values("pk"))

    def clean_slug(self) -> str:
        slug: str = self.cleaned_data["slug"]
        if slug and not is_slug_available(VideoIndexPage, slug, self.parent):
            raise ValidationError(SLUG_TAKEN, code="slug_taken")
        return slug

    @sensitive_variables("cleaned")
    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        takes = {name: bool(cleaned.get(name)) for name in ("with_sections", "with_videos")}
        needs_tick = cleaned.get("password") and takes["with_videos"] and with_own_password(self.section, **takes)
        if needs_tick and not cleaned.get("may_open"):
            self.add_error("may_open", ValidationError(NOT_READ, code="not_read"))
        return cleaned

    @sensitive_variables("cleaned")
    def wishes(self) -> Wishes:
        """Return what the user wishes. Requires a valid form."""
        cleaned = self.cleaned_data
        return Wishes(
            title=cleaned["title"],
            slug=cleaned["slug"] or free_slug(VideoIndexPage, cleaned["title"], self.parent, fallback="section"),
            password=cleaned["password"],
            with_sections=cleaned.get("with_sections", False),
            with_videos=cleaned.get("with_videos", False),
            publish=cleaned.get("publish", False),
        )

    def add_refusal(self, error: ValidationError) -> None:
        """Show the refusal `error` of the action at the field that it is about."""
        field = {"needs_password": "password", "too_many": "with_videos", "not_yours": "with_videos"}.get(
            getattr(error, "code", "")
        )
        self.add_error(field if field in self.fields else None, error)


def about_made(made: VideoIndexPage, count: int) -> str:
    """Return the sentence that `made`, a new section, is there with `count` pages below it."""
    if not count:
        text = _("The section “%(title)s” is made.")
    else:
        text = ngettext(
            "The section “%(title)s” is made, with %(count)d page below it.",
            "The section “%(title)s” is made, with %(count)d pages below it.",
            count,
        )
    return text % {"title": made.title, "count": count}
