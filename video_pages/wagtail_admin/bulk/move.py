"""The bulk action that moves videos to another section and describes the effect on their access."""

from typing import Any, cast

from django import forms
from django.contrib.auth.models import User
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, ngettext_lazy

from video_pages.access.effective_access import AccessMode, effective_access
from video_pages.ingest.forms import SectionChoiceField
from video_pages.pages.compat import is_slug_available
from video_pages.pages.models import VideoIndexPage, VideoPage
from video_pages.pages.permissions import may_move
from video_pages.pages.visible_titles import visible_access_of
from video_pages.sections.collections import sections_for_pages
from video_pages.wagtail_admin.bulk.notes import note_on
from video_pages.wagtail_admin.bulk.publish import OnVideos
from video_pages.wagtail_admin.bulk.results import NotDone

NOBODY = gettext_lazy("Done, but nobody can unlock it: neither it nor a section above it has a password.")

NOTES: tuple[tuple[set[AccessMode], Any, Any, Any], ...] = (
    (
        {AccessMode.SECTION},
        gettext_lazy(
            "It has no password of its own: from then on it is opened by the password of the section it "
            "then lies in, or the nearest one above that has one. If there is none, only invitations open it."
            " Access given by the section it leaves no longer opens it."
        ),
        gettext_lazy(
            "None of them has a password of its own: from then on they are opened by the password of the section they "
            "then lie in, or the nearest one above that has one. If there is none, only invitations open them. Access "
            "given by the section they leave no longer opens them."
        ),
        ngettext_lazy(
            "%(count)d of them has no password of its own: from then on it is opened by the password of the "
            "section it then lies in, or the nearest one above that has one. If there is none, only "
            "invitations open it. Access given by the section it leaves no longer opens it.",
            "%(count)d of them have no password of their own: from then on they are opened by the password of "
            "the section they then lie in, or the nearest one above that has one. If there is none, only "
            "invitations open them. Access given by the section they leave no longer opens them.",
            "count",
        ),
    ),
    (
        {AccessMode.OWN},
        gettext_lazy("It has a password of its own and keeps it."),
        gettext_lazy("All of them have passwords of their own and keep them."),
        ngettext_lazy(
            "%(count)d of them has a password of its own and keeps it.",
            "%(count)d of them have passwords of their own and keep them.",
            "count",
        ),
    ),
    (
        {AccessMode.INVITED},
        gettext_lazy(
            "It is opened by invitations alone. Its own go on opening it; those of the section that it leaves do not."
        ),
        gettext_lazy(
            "All of them are opened by invitations alone. Their own go on opening them; those of the section that they "
            "leave do not."
        ),
        ngettext_lazy(
            "%(count)d of them is opened by invitations alone. Its own go on opening it; those of the section "
            "that it leaves do not.",
            "%(count)d of them are opened by invitations alone. Their own go on opening them; those of the "
            "section that they leave do not.",
            "count",
        ),
    ),
    (
        {AccessMode.OPEN, AccessMode.NOBODY},
        gettext_lazy(
            "It is open to everyone, or nobody can unlock it yet: a password of the section it then lies "
            "in opens what has none."
        ),
        gettext_lazy(
            "All of them are open to everyone, or nobody can unlock them yet: a password of the section they then lie "
            "in opens what has none."
        ),
        ngettext_lazy(
            "%(count)d of them is open to everyone, or nobody can unlock it yet: a password of the section it "
            "then lies in opens what has none.",
            "%(count)d of them are open to everyone, or nobody can unlock them yet: a password of the section "
            "they then lie in opens what has none.",
            "count",
        ),
    ),
)
"""(how videos are opened, what the move means for a single one, for all of several, and for some of them)."""


class MoveForm(forms.Form):
    """The target: a section in which the user may add pages."""

    section = SectionChoiceField(label=gettext_lazy("Section"), queryset=VideoIndexPage.objects.none())

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(SectionChoiceField, self.fields["section"]).queryset = sections_for_pages(user)


class MoveVideos(OnVideos):
    """Moves videos into another section. The confirmation and the remarks describe the effect on their access."""

    display_name = gettext_lazy("Move")
    action_type = "move"
    aria_label = gettext_lazy("Move the selected videos to another section")
    action_priority = 45
    form_class = MoveForm
    refusal = gettext_lazy("You may not move it.")

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "user": self.request.user}

    def may(self, video: VideoPage) -> bool:
        return may_move(video, self.request.user)

    def question(self, count: int) -> str:
        return ngettext(
            "%(count)d video moves to the section that you choose. Its address changes with it.",
            "%(count)d videos move to the section that you choose. Their addresses change with it.",
            count,
        ) % {"count": count}

    def notes(self, videos: list[VideoPage]) -> list[str]:
        aliases = sum(video.alias_of_id is not None for video in videos)
        found = effective_access(videos)
        ways = [found[video.pk].mode for video in videos if not video.alias_of_id]
        notes = [_("An alias opens as the page that it follows, wherever it lies.")] if aliases else []
        for modes, one, every, some in NOTES:
            count = sum(way in modes for way in ways)
            if count:
                notes.append(str(note_on(count, len(videos), one=one, every=every, some=some)))
        return notes

    def notes_on_many(self) -> list[str]:
        return [
            _(
                "What has no password of its own is from then on opened by the password of the section it then lies "
                "in, or the nearest one above that has one. If there is none, only invitations open it."
            )
        ]

    def act_on(self, video: VideoPage, fields: dict[str, Any]) -> None:
        section, user = fields["section"], self.request.user
        if video.is_child_of(section):
            raise NotDone(_("It lies there already."))
        if not may_move(video, user, to=section):
            raise NotDone(_("You may not move it there."))
        if not is_slug_available(VideoPage, video.slug, section, video):
            raise NotDone(
                _("A page there has the same address, “%(slug)s”: change one of the two first.") % {"slug": video.slug}
            )
        # Read again: the move of the previous video has changed the tree columns of this page.
        VideoPage.objects.get(pk=video.pk).move(VideoIndexPage.objects.get(pk=section.pk), pos="last-child", user=user)

    def remark_on(self, video: VideoPage) -> str:
        if video.alias_of_id:  # the move has changed nothing: it opens as its source, whose place may be another's
            return ""
        access = visible_access_of(VideoPage.objects.get(pk=video.pk), self.request.user)
        if access.mode == AccessMode.NOBODY:
            return str(NOBODY)
        if access.mode == AccessMode.INVITED:
            return _("No password opens it now, but invitations do.")
        if access.mode == AccessMode.SECTION and access.guard is not None and not access.guard.title:
            return _("Opened by the password of another section now.")
        if access.mode == AccessMode.SECTION and access.guard is not None:
            return _("Opened by the password of “%(section)s” now.") % {"section": access.guard.title}
        return ""
