"""The one question, the one answer: may this browser have this video now, why, and until when.

The order is: live and not past its end; Wagtail's own view restrictions; the open mark; the date at which the guard's
password ends; the access row of the guard; the right to edit the page. Whatever is unknown, missing or doubtful is
locked.
"""

import dataclasses
import datetime as dt
import enum

from video_pages.access import guard as guards
from video_pages.access.models import VideoAccessSession

# Two servers' clocks may differ by this much; a row further in the future was made before a clock was set back.
CLOCK_SKEW = dt.timedelta(seconds=5)


class Reason(enum.StrEnum):
    """Why a verdict is as it is."""

    OPEN = "open"  # marked open to everyone
    UNLOCKED = "unlocked"  # an access row of the guard
    EDITOR = "editor"  # may edit the page
    LOCKED = "locked"  # a password opens it
    EXPIRED = "expired"  # a password opened it, and its time is over
    OVER = "over"  # a password opened it until a date, and opens nothing any more
    NO_PASSWORD = "no_password"  # noqa: S105 - nobody can unlock it yet
    NOT_LIVE = "not_live"  # a draft, or past its end
    RESTRICTED = "restricted"  # Wagtail's own privacy setting


@dataclasses.dataclass(frozen=True)
class Verdict:
    """The answer. `valid_until` (aware) bounds any use of it; `access_id` is the row's, None without one."""

    allowed: bool
    reason: Reason
    valid_until: dt.datetime | None = None
    access_id: int | None = None
    guard: guards.Guard | None = None


def decide(video, browser, user, now):
    """Return the Verdict on `video` (a source page, never an alias) for `browser` and `user` at `now`.

    One query, two if Wagtail's own privacy may matter; `user` is looked at only where nothing else has opened the
    video. A row whose time is over is deleted when met.
    """
    state = guards.access_states([video], browser.keys)[video.pk]
    return judge(video, state, browser, user, now)


def judge(video, state, browser, user, now):
    """Return the Verdict on `video` from its `state`, which was read before; see `decide`."""
    verdict = _by_rule(video, state, browser, user, now)
    if not verdict.allowed and may_edit(video, user):
        return Verdict(True, Reason.EDITOR, guard=state.guard)
    return verdict


def may_edit(page, user):
    """True if `user` may edit `page`, and so see it without its password."""
    return bool(user and user.is_authenticated and page.permissions_for_user(user).can_edit())


def is_valid(row, now):
    """True if an access row counts at `now`: not over, and not from the future (a clock set back)."""
    return row is not None and row.expires_at > now and row.created_at <= now + CLOCK_SKEW


def unlocked_until(state, now):
    """Return the moment (aware) until which the browser's row opens what `state` is of; None if it opens nothing.

    The row may end later than its guard's password: then that counts.
    """
    guard, row = state.guard, state.row
    if guard is None or guard.is_over(now) or not is_valid(row, now):
        return None
    return min(row.expires_at, guard.access_until or row.expires_at)


def _by_rule(video, state, browser, user, now):
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
    if until is not None:
        return Verdict(True, Reason.UNLOCKED, min(until, video.expire_at or until), row.id, guard)
    if row is not None and row.expires_at <= now:
        VideoAccessSession.objects.expired(now).filter(pk=row.id).delete()
        return Verdict(False, Reason.EXPIRED, guard=guard)
    return Verdict(False, Reason.LOCKED, guard=guard)


class _RestrictionRequest:
    """As much of a request as `PageViewRestriction.accept_request` reads; it is never handed a stream's request."""

    def __init__(self, user):
        self.user = user
        self.session = {}  # Wagtail's shared passwords open nothing here, see `shared_passwords`


def passes_restrictions(page, user):
    """True if Wagtail's own view restrictions on `page` and the pages above it let this user in."""
    visitor = _RestrictionRequest(user)
    return all(restriction.accept_request(visitor) for restriction in page.get_view_restrictions())
