"""Actions on the content of one video without its editor: tags, and the dates at which it goes live and ends.

Tags and the end are written to the live page and to its latest draft. So no unpublished change goes live with them,
and publishing the draft later does not undo them.
"""

import datetime as dt
from collections.abc import Callable, Iterable
from typing import Any

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.actions.base import BaseAction

from video_pages.access.followers import follower_ids
from video_pages.core.actions import LoggedAction
from video_pages.core.log_actions import LogAction
from video_pages.core.rights import PageRight
from video_pages.core.signals import pages_updated
from video_pages.pages.models import VideoPage


class ContentPermissionError(PermissionDenied):
    """The user may not edit the page, or not publish it."""


class ScheduleConflict(Exception):
    """The dates do not fit the page; the message is for editors."""


class ChangeTagsAction(LoggedAction):
    """Adds and removes tags of a video and of its draft."""

    action_name = "change_tags"
    permission_policy_action = PageRight.EDIT
    permission_error_class = ContentPermissionError
    log_action = LogAction.TAGS_CHANGED

    def __init__(
        self, video: VideoPage, *, add: Iterable[str] = (), remove: Iterable[str] = (), user: User | None = None
    ) -> None:
        super().__init__(video, user=user)
        self._add, self._remove = list(add), list(remove)

    def act(self) -> None:
        self._change(self.instance)
        self.instance.tags.get_tagged_item_manager().commit()
        _change_draft(self.instance, self._change, user=self.user)

    def _change(self, page: VideoPage) -> None:
        page.tags.remove(*self._remove)
        page.tags.add(*self._add)


class SetEndAction(LoggedAction):
    """Sets the moment `end` (aware, or None) at which a video ends, with its aliases and translations."""

    action_name = "set_end"
    permission_policy_action = "publish"
    permission_error_class = ContentPermissionError
    log_action = LogAction.END_SET

    def __init__(self, video: VideoPage, end: dt.datetime | None, *, user: User | None = None) -> None:
        super().__init__(video, user=user)
        self._end = end

    def act(self) -> None:
        pages = [self.instance.pk, *follower_ids([self.instance.pk])]
        type(self.instance).objects.filter(pk__in=pages).update(expire_at=self._end, expired=False)
        pages_updated.send(sender=type(self.instance), page_ids=pages)
        _change_draft(self.instance, self._change, user=self.user)
        self._change(self.instance)  # without a draft, the next action reads the page itself

    def _change(self, page: VideoPage) -> None:
        page.expire_at, page.expired = self._end, False


class ScheduleAction(BaseAction):
    """Schedules the latest draft to go live at `begin` (aware), and to end at `end`, or None for the end it has.

    Wagtail logs it. Raises ScheduleConflict if the video is live, or ends before `begin`.
    """

    action_name = "schedule"
    permission_policy_action = "publish"
    permission_error_class = ContentPermissionError

    def __init__(
        self, video: VideoPage, begin: dt.datetime, end: dt.datetime | None = None, *, user: User | None = None
    ) -> None:
        super().__init__(video, user=user)
        self._begin, self._end = begin, end

    def execute(self, skip_permission_checks: bool = False) -> Any:
        self.check(skip_permission_checks=skip_permission_checks)
        if self.instance.live:
            raise ScheduleConflict(_("It is live already."))
        draft = self.instance.get_latest_revision_as_object()
        draft.go_live_at = self._begin
        draft.expire_at = self._end or draft.expire_at
        if draft.expire_at and draft.expire_at <= self._begin:
            raise ScheduleConflict(_("Its end comes before that."))
        with transaction.atomic():
            revision = draft.save_revision(user=self.user, log_action=False)
            revision.publish(user=self.user, skip_permission_checks=skip_permission_checks)
        return self.instance


class UnscheduleAction(BaseAction):
    """Takes the date at which a draft goes live away from it; nothing happens if it has none. Wagtail logs it."""

    action_name = "unschedule"
    permission_policy_action = "publish"
    permission_error_class = ContentPermissionError

    def execute(self, skip_permission_checks: bool = False) -> Any:
        self.check(skip_permission_checks=skip_permission_checks)
        with transaction.atomic():
            revision = self.instance.scheduled_revision
            if revision is not None:
                revision.approved_go_live_at = None
                revision.save(user=self.user, update_fields=["approved_go_live_at"])
            draft = self.instance.get_latest_revision_as_object()
            if draft.go_live_at is not None:
                type(self.instance).objects.filter(pk=self.instance.pk).update(go_live_at=None)
                _change_draft(self.instance, self._change, user=self.user)
                self._change(self.instance)
        return self.instance

    @staticmethod
    def _change(page: VideoPage) -> None:
        page.go_live_at = None


def _change_draft(video: VideoPage, change: Callable[[VideoPage], None], *, user: User | None) -> None:
    """Apply `change(page)` to the latest draft of `video`, if there is one, and save it as a new revision.

    If the page has no unpublished changes, the new revision becomes its live revision. `video` follows: the next action
    on it reads the new revision.
    """
    if not video.latest_revision_id:
        return
    was_live_one = video.live_revision_id == video.latest_revision_id
    draft = video.get_latest_revision_as_object()
    change(draft)
    revision = draft.save_revision(user=user, changed=video.has_unpublished_changes, clean=False)
    video.latest_revision = revision
    if was_live_one:
        type(video).objects.filter(pk=video.pk).update(live_revision=revision)
        video.live_revision = revision
