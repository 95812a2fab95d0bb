"""End access: delete access rows in the caller's transaction, so that the next request is refused.

Also removes expired rows.
"""

import datetime as dt
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from wagtail.actions.base import BaseAction
from wagtail.log_actions import log
from wagtail.models import Page
from wagtail.permissions import policy_registry

from video_pages.access.actions import AccessAction, AccessPermissionError
from video_pages.access.browser import Browser
from video_pages.access.guard import SECTION, VIDEO, AccessState, page_model
from video_pages.access.models import VideoAccessSession, VideoAccessSessionQuerySet
from video_pages.core import clock
from video_pages.core.log_actions import LogAction
from video_pages.core.page_protocols import LockablePage
from video_pages.core.rights import SessionRight

PURGE_BATCH = 1000  # rows for each statement, so that other writers wait only briefly on SQLite


def end_access(page: LockablePage) -> int:
    """Delete every access row of `page`, a source VideoPage or VideoIndexPage; return the number."""
    deleted, _by_model = VideoAccessSession.objects.filter(**{f"{page.guard_kind}_id": page.pk}).delete()
    return deleted


def end_password_access(page: LockablePage) -> int:
    """Delete the access rows that the password of `page`, a source page, has given; return the number.

    Access by invitations continues.
    """
    deleted, _by_model = _by_password(page).delete()
    return deleted


def end_password_access_at(page: LockablePage, until: dt.datetime) -> None:
    """Shorten the rows that the password of `page`, a source page, has given: they end at `until` (aware) at most."""
    _by_password(page).filter(expires_at__gt=until).update(expires_at=until)


def _by_password(page: LockablePage) -> VideoAccessSessionQuerySet:
    return VideoAccessSession.objects.filter(**{f"{page.guard_kind}_id": page.pk}, granted_by=None)


def end_access_of_drafts(sender: type[Any], instance: Any, **kwargs: Any) -> None:
    """End all access of a page that changes from live to draft, in the same transaction; a `pre_save` handler.

    It covers every way to unpublish: the editor's, a workflow's, a bulk action's, the schedule's, which saves pages of
    all kinds as plain pages of Wagtail. Saving a page that is a draft already ends nothing: a section in draft still
    guards its videos, and access to them continues.
    """
    if instance.live or kwargs.get("raw") or not instance.pk:
        return
    if Page.objects.filter(pk=instance.pk, live=True).exists():
        for kind in (VIDEO, SECTION):
            VideoAccessSession.objects.filter(**{kind: instance.pk}).delete()


class EndAllAccessAction(AccessAction):
    """Ends all access that the password and the invitations of the page have given.

    `execute` returns the number of rows. The password and the invitations themselves stay what they are.
    """

    action_name = "end_all_access"

    def act(self) -> int:
        return end_access(self.instance)


def end_all_access(page: LockablePage, *, user: AbstractBaseUser | None = None) -> int:
    """End all access to `page` without a check of permissions; see EndAllAccessAction."""
    return EndAllAccessAction(page, user=user).execute(skip_permission_checks=True)


class EndSessionsAction(BaseAction):
    """Deletes the access rows in the queryset `sessions`; `execute` returns the number.

    The log gets one entry for each page that the rows belong to. Each PURGE_BATCH of rows is a transaction.
    """

    action_name = "end_sessions"
    permission_policy_action = SessionRight.END
    permission_error_class = AccessPermissionError

    def __init__(self, sessions: VideoAccessSessionQuerySet, *, user: AbstractBaseUser | None = None) -> None:
        super().__init__(sessions, user=user)

    def user_has_permission(self) -> bool:
        policy = policy_registry.get_by_type(VideoAccessSession)
        endable = policy.instances_user_has_permission_for(self.user, SessionRight.END)
        return not self.instance.exclude(pk__in=endable.values("pk")).exists()

    def execute(self, skip_permission_checks: bool = False) -> int:
        self.check(skip_permission_checks=skip_permission_checks)
        deleted, after, logged = 0, 0, set[tuple[str, int]]()
        rows = self.instance.order_by("pk")
        while True:
            with transaction.atomic():
                batch = list(rows.filter(pk__gt=after).values_list("pk", "video", "section")[:PURGE_BATCH])
                if not batch:
                    return deleted
                after = batch[-1][0]
                number, _by_model = VideoAccessSession.objects.filter(pk__in=[row[0] for row in batch]).delete()
                deleted += number
                pages = {(SECTION, row[2]) if row[1] is None else (VIDEO, row[1]) for row in batch} - logged
                self._log(pages)
            logged |= pages

    def _log(self, keys: set[tuple[str, int]]) -> None:
        for kind in (VIDEO, SECTION):
            ids = [page_id for page_kind, page_id in keys if page_kind == kind]
            for page in page_model(kind).objects.filter(pk__in=ids):
                log(instance=page, action=LogAction.ACCESS_ENDED, user=self.user)


def end_browser(browser: Browser) -> int:
    """Delete every access row of one Browser, as at log-out; return the number."""
    deleted, _by_model = VideoAccessSession.objects.filter(session_key__in=browser.keys).delete()
    return deleted


def remove_expired(state: AccessState, now: dt.datetime) -> None:
    """Delete the rows of `state` that have expired at `now`; no query without any. For pages, not for `/stream/`."""
    expired = [row.id for row in state.expired(now)]
    if expired:
        # Filter again: the row of a section or of an invitation may have been extended in the meantime.
        VideoAccessSession.objects.expired(now).filter(pk__in=expired).delete()


def purge_expired(*, now: dt.datetime | None = None, batch_size: int = PURGE_BATCH) -> int:
    """Delete the rows that have expired at `now`, `batch_size` at a time; return the number."""
    now = now or clock.now()
    purged = 0
    while True:
        batch = list(VideoAccessSession.objects.expired(now).order_by("pk").values_list("pk", flat=True)[:batch_size])
        if not batch:
            return purged
        # Filter again: the row of a section may have been extended in the meantime.
        deleted, _by_model = VideoAccessSession.objects.expired(now).filter(pk__in=batch).delete()
        purged += deleted
        if not deleted:
            return purged
