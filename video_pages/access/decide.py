"""The verdict on one video for one browser: whether it may watch now, why, and until when.

The order is: live and not past its end; Wagtail's own view restrictions; the open mark; the date at which the guard's
password ends; the access row of the guard; the right to edit the page. In every unknown case the video is locked.
"""

import dataclasses
import datetime as dt
import enum
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from wagtail.models import Page

from video_pages.access import guard as guards
from video_pages.access.browser import Browser
from video_pages.core.page_protocols import ProtectedPage, ProtectedVideo

User = AbstractBaseUser | AnonymousUser

# The most that the clocks of two servers may differ. A row further in the future is older than a clock set back.
CLOCK_SKEW = dt.timedelta(seconds=5)


class Reason(enum.StrEnum):
    """The reason of a verdict."""

    OPEN = "open"  # the video is open to everyone
    UNLOCKED = "unlocked"  # the browser has an access row of the guard
    EDITOR = "editor"  # the user may edit the page
    LOCKED = "locked"  # a password opens it
    EXPIRED = "expired"  # a password opened it, and the access has expired
    OVER = "over"  # a password opened it until a date, which has passed
    NO_PASSWORD = "no_password"  # noqa: S105 - no password is set
    NOT_LIVE = "not_live"  # a draft, or past its expiry date
    RESTRICTED = "restricted"  # Wagtail's own privacy setting


@dataclasses.dataclass(frozen=True)
class Verdict:
    """The answer. It must not be used after `valid_until` (aware); `access_id` is the id of the access row, if any."""

    allowed: bool
    reason: Reason
    valid_until: dt.datetime | None = None
    access_id: int | None = None
    guard: guards.Guard | None = None


def decide(
    video: ProtectedVideo,
    browser: Browser,
    user: User | None,
    now: dt.datetime,
    *,
    state: guards.AccessState | None = None,
) -> Verdict:
    """Return the Verdict on `video` (a source page, never an alias) for `browser` and `user` at `now`.

    `state` is the AccessState of both if it was read for this request already; else it costs one query. Wagtail's own
    privacy, where it may matter, costs one more. `user` is evaluated only if nothing else opens the video. Nothing is
    written: the page that meets an expired row removes it.
    """
    state = state or guards.access_states([video], browser.keys)[video.pk]
    verdict = _verdict_for_visitor(video, state, user, now)
    if not verdict.allowed and may_edit(video, user):
        return Verdict(True, Reason.EDITOR, guard=state.guard)
    return verdict


def may_edit(page: ProtectedPage, user: User | None) -> bool:
    """Return whether `user` may edit `page`, and so see it without its password."""
    return bool(user and user.is_authenticated and page.permissions_for_user(user).can_edit())


def is_valid(row: guards.AccessRow | None, now: dt.datetime) -> bool:
    """Return whether an access row counts at `now`: not expired, and not from the future (a clock was set back)."""
    return row is not None and row.expires_at > now and row.created_at <= now + CLOCK_SKEW


def unlocked_until(state: guards.AccessState, now: dt.datetime) -> dt.datetime | None:
    """Return the moment (aware) until which the browser's row opens the page of `state`; None if it opens nothing.

    The date of the guard's password limits the row.
    """
    guard, row = state.guard, state.row
    if guard is None or guard.is_over(now) or row is None or not is_valid(row, now):
        return None
    return min(row.expires_at, guard.access_until or row.expires_at)


def _verdict_for_visitor(
    video: ProtectedVideo, state: guards.AccessState, user: User | None, now: dt.datetime
) -> Verdict:
    guard, row = state.guard, state.row
    if not video.live or (video.expire_at and video.expire_at <= now):
        return Verdict(False, Reason.NOT_LIVE, guard=guard)
    if state.maybe_restricted and not passes_restrictions(video, user):
        return Verdict(False, Reason.RESTRICTED, guard=guard)
    if video.open_to_everyone:
        return Verdict(True, Reason.OPEN, video.expire_at, guard=guard)
    if guard is None:
        return Verdict(False, Reason.NO_PASSWORD)
    if guard.is_over(now):
        return Verdict(False, Reason.OVER, guard=guard)
    until = unlocked_until(state, now)
    if until is not None and row is not None:
        return Verdict(True, Reason.UNLOCKED, min(until, video.expire_at or until), row.id, guard)
    return Verdict(False, Reason.EXPIRED if state.has_expired(now) else Reason.LOCKED, guard=guard)


class _RestrictionRequest:
    """The part of a request that `PageViewRestriction.accept_request` reads."""

    def __init__(self, user: User | None) -> None:
        self.user = user
        self.session: dict[str, Any] = {}  # Wagtail's shared passwords open nothing here, see `shared_passwords`


def passes_restrictions(page: ProtectedPage, user: User | None) -> bool:
    """Return whether Wagtail's own view restrictions on `page` and the pages above it admit `user`.

    The caller knows from the AccessState that there may be some.
    """
    request = _RestrictionRequest(user)
    # Not the page's own method: it would read the AccessState again.
    restrictions = Page.get_view_restrictions(page)
    return all(restriction.accept_request(request) for restriction in restrictions)
