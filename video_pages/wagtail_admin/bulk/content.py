"""Tags and dates of many videos.

Tags and the end date are written to the live page and to its latest draft. So they do not publish unpublished changes,
and publishing the draft later does not undo them.
"""

from abc import abstractmethod
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy
from taggit.forms import TagField
from wagtail.locks import ScheduledForPublishLock

from video_pages.access.decide import may_edit
from video_pages.core import clock
from video_pages.pages.content_actions import (
    ChangeTagsAction,
    ScheduleAction,
    ScheduleConflict,
    SetEndAction,
    UnscheduleAction,
)
from video_pages.pages.models import VideoPage
from video_pages.pages.panels.tags import END_OF_TAG, TagInput
from video_pages.pages.permissions import may_publish
from video_pages.wagtail_admin.access.moments import MomentInput, moment_help
from video_pages.wagtail_admin.bulk.base import VideoBulkAction
from video_pages.wagtail_admin.bulk.notes import note_on
from video_pages.wagtail_admin.bulk.results import NotDone
from video_pages.wagtail_admin.bulk.selection import MOST_NAMED


class TagsForm(forms.Form):
    """The tags to add and to remove."""

    add = TagField(label=gettext_lazy("Add"), required=False, widget=TagInput, help_text=END_OF_TAG)
    remove = TagField(label=gettext_lazy("Remove"), required=False, widget=TagInput)

    def clean(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        if not self.errors and not cleaned.get("add") and not cleaned.get("remove"):
            nothing = forms.ValidationError(_("Name a tag to add or to remove."), code="nothing")
            self.add_error("add", nothing)
        return cleaned


class DatesForm(forms.Form):
    """The times at which videos go live and end.

    `only_end`: no chosen video can go live, so only the end is asked for, unless the form was sent with more.
    """

    BEGIN = ("go_live_at", "remove_go_live_at")

    # The browser's own calendar: Wagtail's stays open on Escape.
    go_live_at = forms.DateTimeField(
        label=gettext_lazy("Go live"),
        required=False,
        help_text=moment_help(gettext_lazy("For drafts.")),
        widget=MomentInput("bulk-screen__date"),
    )
    remove_go_live_at = forms.BooleanField(
        label=gettext_lazy("Do not go live by itself"),
        required=False,
        help_text=gettext_lazy("Takes the date away from drafts that are scheduled."),
    )
    expire_at = forms.DateTimeField(
        label=pgettext_lazy("a time", "End"),
        required=False,
        help_text=moment_help(gettext_lazy("From then on there is nothing at its address.")),
        widget=MomentInput("bulk-screen__date"),
    )
    remove_expire_at = forms.BooleanField(label=gettext_lazy("Remove the end"), required=False)

    def __init__(self, *args: Any, only_end: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if only_end and not any(self.data.get(name) for name in self.BEGIN):
            for name in self.BEGIN:
                del self.fields[name]

    def clean(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        begin, end, now = cleaned.get("go_live_at"), cleaned.get("expire_at"), clock.now()
        if not self.errors and not any(cleaned.values()):
            nothing = forms.ValidationError(_("Choose a date, or one to remove."), code="nothing")
            self.add_error(next(iter(self.fields)), nothing)
        for name in ("go_live_at", "expire_at"):
            if cleaned.get(name) and cleaned.get(f"remove_{name}"):
                both = forms.ValidationError(_("Choose a date, or remove it: not both."), code="both")
                self.add_error(name, both)
        for name, moment in (("go_live_at", begin), ("expire_at", end)):
            if moment and moment <= now:
                self.add_error(name, forms.ValidationError(_("Choose a time that is still to come."), code="past"))
        if begin and end and end <= begin:
            wrong_order = forms.ValidationError(_("The end must come after the beginning."), code="order")
            self.add_error("expire_at", wrong_order)
        return cleaned


class ContentBulkAction(VideoBulkAction):
    """An action on the content of a page that the user may change and that is not locked for them."""

    refusal: str | Promise
    changes_schedules = False  # True for an action on videos that are scheduled to go live

    @abstractmethod
    def may(self, video: VideoPage) -> bool:
        """True if the user may do this to `video`, apart from locks."""

    def reason_against(self, video: VideoPage) -> str:
        if video.alias_of_id:
            return _("It is an alias: choose the video that it follows.")
        if not self.may(video):
            return str(self.refusal)
        lock = video.get_lock()
        if isinstance(lock, ScheduledForPublishLock) and not self.changes_schedules:
            return _("It is scheduled to go live: cancel that in its editor first.")
        if lock is not None and not isinstance(lock, ScheduledForPublishLock) and lock.for_user(self.request.user):
            return _("It is locked.")
        return ""


class ChangeTags(ContentBulkAction):
    """Adds and removes tags."""

    display_name = gettext_lazy("Tag")
    action_type = "change_tags"
    aria_label = gettext_lazy("Add tags to the selected videos, or remove some")
    action_priority = 40
    form_class = TagsForm
    refusal = gettext_lazy("You may not edit it.")

    def may(self, video: VideoPage) -> bool:
        return may_edit(video, self.request.user)

    def question(self, count: int) -> str:
        return ngettext(
            "The tags of %(count)d video change. Nothing is published by that.",
            "The tags of %(count)d videos change. Nothing is published by that.",
            count,
        ) % {"count": count}

    def yes(self) -> str:
        return _("Change the tags")

    def act_on(self, video: VideoPage, fields: dict[str, Any]) -> None:
        ChangeTagsAction(video, add=fields["add"], remove=fields["remove"], user=self.request.user).execute()


class Schedule(ContentBulkAction):
    """Sets the times at which drafts go live and videos end."""

    display_name = gettext_lazy("Schedule")
    action_type = "schedule"
    aria_label = gettext_lazy("Set when the selected videos go live and end")
    action_priority = 55
    form_class = DatesForm
    changes_schedules = True
    refusal = gettext_lazy("You may not publish it.")

    def may(self, video: VideoPage) -> bool:
        return may_publish(video, self.request.user)

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "only_end": self._only_end()}

    def _only_end(self) -> bool:
        """Return whether all chosen videos are live, and none is scheduled. Of a long selection this is not asked."""
        if (self.is_whole_list and self.request.method == "POST") or len(self.chosen) > MOST_NAMED:
            return False
        goes_live = Q(live=False) | Q(_revisions__approved_go_live_at__isnull=False)
        return not VideoPage.objects.filter(goes_live, pk__in=self.chosen).exists()

    def question(self, count: int) -> str:
        return ngettext("%(count)d video gets these dates.", "%(count)d videos get these dates.", count) % {
            "count": count
        }

    def notes(self, videos: list[VideoPage]) -> list[str]:
        live = sum(video.live for video in videos)
        notes = [
            _("An empty date changes nothing."),
            _("At its end, a video and its stream are gone for everyone."),
        ]
        if live < len(videos):
            notes.append(_("A draft goes live as it is then in its latest version."))
        if live:
            notes.append(
                note_on(
                    live,
                    len(videos),
                    one=_("It is live already: it can be given an end only."),
                    every=_("All of them are live already: they can be given an end only."),
                    some=ngettext(
                        "%(count)d of them is live already: it can be given an end only.",
                        "%(count)d of them are live already: they can be given an end only.",
                        live,
                    ),
                )
            )
        return notes

    def yes(self) -> str:
        return _("Set these dates")

    def act_on(self, video: VideoPage, fields: dict[str, Any]) -> None:
        # The form has no field for the beginning if no video can go live.
        fields = dict.fromkeys(DatesForm.BEGIN) | fields
        begin, end, user = fields["go_live_at"], fields["expire_at"], self.request.user
        removes_begin, removes_end = fields["remove_go_live_at"], fields["remove_expire_at"]
        if removes_begin:
            if not video.approved_schedule and not (end or removes_end):
                raise NotDone(_("It is not scheduled to go live."))
            UnscheduleAction(video, user=user).execute()
        elif video.approved_schedule:
            raise NotDone(_("It is scheduled to go live: remove that date first."))
        if removes_end and not begin and not removes_begin and not _has_end(video):
            raise NotDone(_("It has no end."))
        # Of a live video only the end changes, as the form says of it.
        only_end = not begin or (video.live and (end or removes_end))
        if removes_end or (end and only_end):
            SetEndAction(video, end, user=user).execute()
        if only_end:
            return
        try:
            ScheduleAction(video, begin, end, user=user).execute()
        except ScheduleConflict as conflict:
            raise NotDone(str(conflict)) from None


def _has_end(video: VideoPage) -> bool:
    """Return whether the live page or its latest draft ends."""
    return bool(video.expire_at or video.get_latest_revision_as_object().expire_at)
