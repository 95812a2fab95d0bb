"""Unlock: the only way from a typed password to an access row."""

import datetime as dt
from collections.abc import Callable, Sequence
from typing import NamedTuple

from django.db import transaction
from django.views.decorators.debug import sensitive_variables

from video_pages.access import passwords, queues, shared_attempts, throttle
from video_pages.access.access_length import AccessLength, extended_end
from video_pages.access.decide import Verdict
from video_pages.access.guard import SECTION, Guard, guard_of, source_pages
from video_pages.access.guess_limit import Allowance
from video_pages.access.locks import lock_guard
from video_pages.access.models import Guess, VideoAccessSession
from video_pages.access.recognised_passwords import recognised
from video_pages.access.visitor import Visitor
from video_pages.core import clock
from video_pages.core.page_protocols import ProtectedPage

HASHES_PER_UNLOCK = 3  # the stored hash may change while a password is checked: a re-hash, or a new password


class WrongPassword(Exception):
    """The typed password does not open the guard; `allowance` is the Allowance of the next guess, or None."""

    def __init__(self, allowance: Allowance | None = None) -> None:
        super().__init__("wrong password")
        self.allowance = allowance


class AccessOver(Exception):
    """The date of the guard's password has passed, so it opens nothing."""


class Unlocked(NamedTuple):
    """The result of a right password: the VideoAccessSession `row` for the Guard `guard`."""

    row: VideoAccessSession
    guard: Guard


@sensitive_variables("password", "texts", "opens")
def unlock(
    page: ProtectedPage,
    visitor: Visitor,
    *,
    guard: Guard | None,
    password: str,
    new_key: str,
    length: AccessLength,
    now: dt.datetime | None = None,
) -> Unlocked:
    """Give `visitor` access to `page`, a source video or section, if `password` is that of its `guard`.

    `guard` was read just before, None if no password opens `page`. `new_key` is the digest under which the browser
    holds this and all its earlier rows from now on. Raises TooManyGuesses before anything is hashed, WrongPassword if
    `password` does not match or there is no guard, HashingBusy if too many passwords are checked already, and
    AccessOver for any password once its date has passed, which costs neither a hash nor a guess.
    """
    now = now or clock.now()
    texts = passwords.spellings(password)
    if guard is None:
        raise WrongPassword
    if guard.is_over(now):
        raise AccessOver

    def opens(current: Guard) -> Unlocked:
        if current.is_over(now):  # the date was set while the password was checked
            raise AccessOver
        expires_at = now + length.for_guard(current)
        row = grant(current, visitor, expires_at=expires_at, new_key=new_key, now=now)
        return Unlocked(row, current)

    def is_right() -> bool:
        known = any(recognised.recognises(guard, text) for text in texts)
        return known and not passwords.is_outdated(guard.password_hash)

    def opens_at_once() -> Unlocked | None:
        current = guard_of(page)
        return opens(current) if current and current == guard else None  # None also if the page has moved meanwhile

    def may_wait() -> bool:
        return throttle.allowance_for(guard, visitor.guesser, now=now).left > 0

    with shared_attempts.turn(guard, password, is_right=is_right, may_wait=may_wait) as attempt:
        guess = throttle.admit(
            guard, visitor.guesser, is_right=is_right, opens=opens_at_once, before_waiting=attempt.finish, now=now
        )
        if isinstance(guess, Unlocked):
            return guess
        try:
            unlocked = _check_and_grant(page, guard, guess, texts, opens)
        except WrongPassword:
            attempt.is_right = False
            throttle.count_miss(guess)
            raise WrongPassword(throttle.allowance_for(guard, visitor.guesser, now=now)) from None
        except (queues.HashingBusy, AccessOver):
            throttle.withdraw(guess)
            raise
        attempt.is_right = True
    queues.announce(guard.key)  # a place is free, and the same password is recognised from now on
    return unlocked


@sensitive_variables("texts", "right")
def _check_and_grant(
    page: ProtectedPage, guard: Guard, guess: Guess, texts: Sequence[str], opens: Callable[[Guard], Unlocked]
) -> Unlocked:
    """Check `texts`; if one is right, call `opens(guard)` in the transaction that withdraws `guess`."""
    for _attempt in range(HASHES_PER_UNLOCK):
        right = verify(guard, texts)
        if right is None:
            raise WrongPassword
        fresh_hash = passwords.refreshed_hash(right, guard.password_hash)
        with queues.serialised(str(guess.pk)), transaction.atomic():
            lock_guard(guard, shared=not fresh_hash)  # requests that share one hash continue in parallel
            current = _current_guard(page)
            if current and current == guard:
                unlocked = opens(current)
                if fresh_hash:
                    source_pages(guard).update(password_hash=fresh_hash)
                throttle.withdraw(guess)
                return unlocked
        if current is None or current.key != guard.key:
            raise WrongPassword
        guard = current
    raise WrongPassword


@sensitive_variables("texts")
def verify(guard: Guard, texts: Sequence[str]) -> str | None:
    """Return the one of `texts` that is the password of `guard`, or None; each that is not recognised costs a hash."""
    return next((text for text in texts if recognised.check(guard, text)), None)


def grant(
    guard: Guard,
    visitor: Visitor,
    *,
    expires_at: dt.datetime,
    new_key: str | None = None,
    now: dt.datetime | None = None,
) -> VideoAccessSession:
    """Create the row that gives `visitor` access under `guard` until `expires_at`; no other function creates rows.

    The row never ends later than the guard's own date. With `new_key`, the browser's other rows move to this key, so
    that another holder of the old session loses them.
    """
    now = now or clock.now()
    rows = VideoAccessSession.objects.filter(session_key__in=visitor.browser.keys)
    target = {f"{guard.kind}_id": guard.page_id}
    rows.filter(**target).delete()  # a new row, not a longer old one, because it counts as a new view
    if new_key:
        rows.update(session_key=new_key)
    return VideoAccessSession.objects.create(
        session_key=new_key or visitor.browser.keys[0],
        created_at=now,
        expires_at=min(expires_at, guard.access_until or expires_at),
        network=visitor.network,
        browser_family=visitor.browser_family,
        **target,
    )


def extend_for(verdict: Verdict, duration_seconds: float, *, now: dt.datetime | None = None) -> bool:
    """Extend a section's row to the end of the video that has just begun, as `extended_end` says.

    The row never ends after the date of the section's password. Returns whether it now ends later. A row of a video is
    long enough from the beginning.
    """
    if verdict.access_id is None or verdict.guard is None or verdict.guard.kind != SECTION:
        return False
    now = now or clock.now()
    row = VideoAccessSession.objects.active(now).filter(pk=verdict.access_id).first()
    if row is None:
        return False
    until = extended_end(row.created_at, duration_seconds, now)
    until = min(until, verdict.guard.access_until or until)
    # Conditional, so that the longer of two videos that begin at once decides.
    return bool(VideoAccessSession.objects.filter(pk=row.pk, expires_at__lt=until).update(expires_at=until))


def _current_guard(page: ProtectedPage) -> Guard | None:
    """Return the present Guard of `page` from the database, or None."""
    guard = guard_of(page)
    if guard is not None:
        return guard
    # No guard was found where the page was: it may have moved.
    moved = type(page).objects.only("path").filter(pk=page.pk).first()
    return guard_of(moved) if moved else None
