"""The verdict on one video for one browser: whether it may watch now, why, and until when.

The order is: live and not past its end; Wagtail's own view restrictions; the window of the page; the open mark; the
access rows of the browser, by the guard's password until its date or by an invitation; the right to edit the page. In
every unknown case the video is locked.

`judge` is the whole rule for visitors, as a pure function of AccessFacts. `decide` collects the facts of one request;
`delivery.verdicts` decides many verdicts again from one reading of the database.
"""

import dataclasses
import datetime as dt
import enum
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from wagtail.models import Page

from video_pages.access import guard as guards
from video_pages.access.access_rows import AccessRow, Invited
from video_pages.access.browser import Browser
from video_pages.access.window import Window
from video_pages.core.page_protocols import LockablePage, ProtectedVideo

User = AbstractBaseUser | AnonymousUser

# The most that the clocks of two servers may differ. A row further in the future is older than a clock set back.
CLOCK_SKEW = dt.timedelta(seconds=5)


class Reason(enum.StrEnum):
    """The reason of a verdict."""

    OPEN = "open"  # the video is open to everyone
    UNLOCKED = "unlocked"  # the browser has an access row, by the password of the guard or by an invitation
    EDITOR = "editor"  # the user may edit the page
    LOCKED = "locked"  # a password opens it
    EXPIRED = "expired"  # a password opened it, and the access has expired
    INVITATION_OVER = "invitation_over"  # an invitation opened it, and has ended or its watch window has
    USED_UP = "used_up"  # an invitation would open it, but as many browsers as it is for have played
    AT_ONCE = "at_once"  # an invitation opens it, but as many browsers as it is for play now
    OVER = "over"  # a password opened it until a date, which has passed
    NOT_YET = "not_yet"  # the window of the page has not begun
    CLOSED = "closed"  # the window of the page has ended
    NO_PASSWORD = "no_password"  # noqa: S105 - no password is set
    NOT_LIVE = "not_live"  # a draft, or past its expiry date
    RESTRICTED = "restricted"  # Wagtail's own privacy setting


@dataclasses.dataclass(frozen=True)
class Verdict:
    """The answer. It must not be used after `valid_until` (aware); `access_id` is the id of the access row, if any.

    `window` is that of the page, None if it is unknown. `invited` is the invitation that granted the row, if one did:
    then bytes of the video are sent only after `invitations.playing.begin`, see `Invited.must_begin`.
    """

    allowed: bool
    reason: Reason
    valid_until: dt.datetime | None = None
    access_id: int | None = None
    guard: guards.Guard | None = None
    window: Window | None = None
    invited: Invited | None = None


@dataclasses.dataclass(frozen=True)
class AccessFacts:
    """The inputs of the verdict on one video for one browser, without the rights of the user to edit.

    `rows` are the browser's access rows, valid or not, as in AccessState. `passes_restrictions` is False if one of
    Wagtail's own view restrictions refuses the user; it has no effect while the video is not live. `window` is None if
    the page is no longer where it was read.
    """

    live: bool
    expire_at: dt.datetime | None
    open_to_everyone: bool
    passes_restrictions: bool
    guard: guards.Guard | None
    rows: tuple[AccessRow, ...]
    window: Window | None


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
    privacy, where it may matter, costs one more. `user` is evaluated only if nothing else opens the video; None is
    nobody who is signed in. Nothing is written: the page that meets an expired row removes it.
    """
    state = state or guards.access_states([video], browser.keys)[video.pk]
    is_asked = state.maybe_restricted and is_current(video.live, video.expire_at, now)
    facts = AccessFacts(
        live=video.live,
        expire_at=video.expire_at,
        open_to_everyone=video.open_to_everyone,
        passes_restrictions=passes_restrictions(video, user) if is_asked else True,
        guard=state.guard,
        rows=state.rows,
        window=state.window,
    )
    verdict = judge(facts, now)
    if not verdict.allowed and may_edit(video, user):
        return Verdict(True, Reason.EDITOR, guard=state.guard, window=state.window)
    return verdict


def may_edit(page: LockablePage, user: User | None) -> bool:
    """Return whether `user` may edit `page`, and so see it without its password."""
    return bool(user and user.is_authenticated and page.permissions_for_user(user).can_edit())


def is_valid(row: AccessRow, now: dt.datetime) -> bool:
    """Return whether an access row counts at `now`: not expired, and not from the future (a clock was set back)."""
    return row.expires_at > now and row.created_at <= now + CLOCK_SKEW


def opening_row(state: guards.AccessState | AccessFacts, now: dt.datetime) -> AccessRow | None:
    """Return the row that opens the page of `state` at `now`, as far as rows decide; None if none does.

    Of several it is the newest, because the person has used that password or invitation last; but one of an invitation
    that others have used up only if there is no other.
    """
    over = state.guard is None or state.guard.is_over(now)
    valid = [row for row in state.rows if is_valid(row, now) and (row.invited or not over)]
    return max(
        valid, key=lambda row: (not (row.invited and row.invited.is_used_up), row.created_at, row.id), default=None
    )


def is_current(live: bool, expire_at: dt.datetime | None, now: dt.datetime) -> bool:
    """Return whether a page is published and has not reached its end at `now`."""
    return live and (expire_at is None or expire_at > now)


def unlocked_until(state: guards.AccessState | AccessFacts, now: dt.datetime) -> dt.datetime | None:
    """Return the moment (aware) until which the browser's rows open the page of `state`; None if they open nothing.

    The window of the page limits it, and the date of the guard's password a row that the password gave.
    """
    window = state.window
    if window is None or not window.is_open(now):
        return None
    row = opening_row(state, now)
    if row is None or (row.invited and row.invited.is_used_up):
        return None
    return window.limit(_end_of(row, state.guard))


def judge(facts: AccessFacts, now: dt.datetime) -> Verdict:
    """Return the Verdict that follows from `facts` at `now`, for a user without a right to edit the page."""
    guard, window = facts.guard, facts.window
    if not is_current(facts.live, facts.expire_at, now):
        return Verdict(False, Reason.NOT_LIVE, guard=guard)
    if not facts.passes_restrictions:
        return Verdict(False, Reason.RESTRICTED, guard=guard)
    if window is None:
        return Verdict(False, Reason.NO_PASSWORD)
    if not window.is_open(now):
        reason = Reason.CLOSED if window.is_closed(now) else Reason.NOT_YET
        return Verdict(False, reason, guard=guard, window=window)
    if facts.open_to_everyone:
        return Verdict(True, Reason.OPEN, window.limit(facts.expire_at), guard=guard, window=window)
    row = opening_row(facts, now)
    if row is None:
        return Verdict(False, _reason_of_lock(facts, now), guard=guard, window=window)
    if row.invited and row.invited.is_used_up:
        return Verdict(False, Reason.USED_UP, guard=guard, window=window, invited=row.invited)
    until = window.limit(_end_of(row, guard))
    until = min(moment for moment in (until, facts.expire_at) if moment is not None)
    return Verdict(True, Reason.UNLOCKED, until, row.id, guard, window, row.invited)


def _end_of(row: AccessRow, guard: guards.Guard | None) -> dt.datetime:
    date = guard.access_until if guard is not None and row.invited is None else None
    return min(row.expires_at, date or row.expires_at)


def _reason_of_lock(facts: AccessFacts, now: dt.datetime) -> Reason:
    """Return the reason why no row opens the page: of expired ones the newest says."""
    expired = [row for row in facts.rows if row.expires_at <= now]
    latest = max(expired, key=lambda row: row.created_at, default=None)
    if latest is not None and latest.invited is not None:
        return Reason.INVITATION_OVER
    if facts.guard is None:
        return Reason.NO_PASSWORD
    if facts.guard.is_over(now):
        return Reason.OVER
    return Reason.LOCKED if latest is None else Reason.EXPIRED


class _RestrictionRequest:
    """The part of a request that `PageViewRestriction.accept_request` reads."""

    def __init__(self, user: User) -> None:
        self.user = user
        self.session: dict[str, Any] = {}  # Wagtail's shared passwords open nothing here, see `shared_passwords`


def passes_restrictions(page: LockablePage, user: User | None) -> bool:
    """Return whether Wagtail's own view restrictions on `page` and the pages above it admit `user`.

    The caller knows from the AccessState that there may be some.
    """
    request = _RestrictionRequest(user or AnonymousUser())
    # Not the page's own method: it would read the AccessState again.
    restrictions = Page.get_view_restrictions(page)
    return all(restriction.accept_request(request) for restriction in restrictions)
