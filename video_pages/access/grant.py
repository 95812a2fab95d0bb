"""Unlock: the only way from a typed password to an access row; and how long a row lasts."""

import datetime as dt
from typing import NamedTuple

from django.db import transaction
from django.views.decorators.debug import sensitive_variables

from video_pages.access import passwords, queues, throttle
from video_pages.access.guard import SECTION, Guard, guard_of, source_pages
from video_pages.access.lengths import MAX_ACCESS_MINUTES
from video_pages.access.locks import lock_guard
from video_pages.access.models import VideoAccessSession
from video_pages.access.recognised_passwords import recognised
from video_pages.core import clock

MARGIN = dt.timedelta(minutes=15)  # after the end of the film
SECTION_LIMIT = dt.timedelta(hours=12)
HASHES_PER_UNLOCK = 3  # a hash may change under the typed password: a re-hash, or a new password


class WrongPassword(Exception):
    """The typed password does not open the guard; `allowance` is the Allowance of the next guess, or None."""

    def __init__(self, allowance=None):
        super().__init__("wrong password")
        self.allowance = allowance


class AccessOver(Exception):
    """The password of the guard opens nothing any more: the date is reached until which it opened."""


class Unlocked(NamedTuple):
    """What a right password made: the VideoAccessSession `row` for the Guard `guard`."""

    row: VideoAccessSession
    guard: Guard


@sensitive_variables("password", "texts", "opens")
def unlock(page, browser, *, guard, password, new_key, guesser, lasts, client_info=None, now=None):
    """Open to one browser what guards `page`, a source video or section: `guard`, read a moment ago, None for nothing.

    `new_key` is the digest under which the browser will hold this and all its earlier rows from now on; `guesser` is
    the `guess_limit.Guesser` that asks; `lasts` maps a Guard to a timedelta; `seen` is as in `grant`. Returns Unlocked.
    Raises TooManyGuesses before anything is hashed, WrongPassword if `password` does not match or nothing guards
    `page`, HashingBusy if too many passwords are being checked already; AccessOver, whatever was typed, if the
    password's date is reached, which costs neither a hash nor a guess.
    """
    now = now or clock.now()
    texts = passwords.spellings(password)
    if guard is None:
        raise WrongPassword
    if guard.is_over(now):
        raise AccessOver

    def opens(current):
        if current.is_over(now):  # the date was set while the password was checked
            raise AccessOver
        expires_at = now + lasts(current)
        return Unlocked(
            grant(current, browser, expires_at=expires_at, new_key=new_key, client_info=client_info, now=now), current
        )

    def is_right():
        known = any(recognised.recognises(guard, text) for text in texts)
        return known and not passwords.is_outdated(guard.password_hash)

    def opens_at_once():
        current = guard_of(page)
        return opens(current) if current == guard else None  # None, too, if the page has moved meanwhile

    guess = throttle.admit(guard, guesser, is_right=is_right, opens=opens_at_once, now=now)
    if isinstance(guess, Unlocked):
        return guess
    try:
        unlocked = _unlock(page, guard, guess, texts, opens)
    except WrongPassword:
        throttle.count_miss(guess)
        raise WrongPassword(throttle.allowance_for(guard, guesser, now=now)) from None
    except (queues.HashingBusy, AccessOver):
        throttle.withdraw(guess)
        raise
    queues.announce(guard.key)  # its place is free, and others with the same password are recognised from now on
    return unlocked


@sensitive_variables("texts", "right")
def _unlock(page, guard, guess, texts, opens):
    """Check `texts` and call `opens(guard)` if one is right, in the transaction that takes `guess` back."""
    for _attempt in range(HASHES_PER_UNLOCK):
        right = verify(guard, texts)
        if right is None:
            raise WrongPassword
        fresh_hash = passwords.refreshed_hash(right, guard.password_hash)
        with queues.serialised(str(guess.pk)), transaction.atomic():
            lock_guard(guard, shared=not fresh_hash)  # a crowd that has followed one hash is let in side by side
            current = _guard_read_again(page)
            if current == guard:
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
def verify(guard, texts):
    """Return which of `texts` is the password of `guard`, or None; a hash for each that is not recognised."""
    return next((text for text in texts if recognised.check(guard, text)), None)


def grant(guard, browser, *, expires_at, new_key=None, client_info=None, now=None):
    """Make the row by which `browser` has what `guard` protects until `expires_at`; the only place that makes rows.

    It never ends later than the guard's own date.

    With `new_key`, the browser's other rows move to it, so that whoever shared the old session is left behind. `seen`
    holds what editors are shown of the browser: `network` and `browser_family`.
    """
    now = now or clock.now()
    rows = VideoAccessSession.objects.filter(session_key__in=browser.keys)
    target = {f"{guard.kind}_id": guard.page_id}
    rows.filter(**target).delete()  # a new row, not an old one made longer: it counts as a new view
    if new_key:
        rows.update(session_key=new_key)
    return VideoAccessSession.objects.create(
        session_key=new_key or browser.keys[0],
        created_at=now,
        expires_at=min(expires_at, guard.access_until or expires_at),
        **target,
        **(client_info or {}),
    )


def access_length(guard, *, site_minutes, duration_seconds=0):
    """Return how long a new row of `guard` lasts: its own minutes or the site's, and to the film's end and 15 min.

    With a date it lasts as long as any may; `grant` lets no row end after the date.
    For a section no film is known yet; `extend_for` settles it when a view is counted.
    """
    usual = MAX_ACCESS_MINUTES if guard.access_until else site_minutes
    length = dt.timedelta(minutes=guard.access_minutes or usual)
    if guard.kind == SECTION or not duration_seconds:
        return length
    return max(length, dt.timedelta(seconds=duration_seconds) + MARGIN)


def extend_for(verdict, duration_seconds, *, now=None):
    """Let a section's row last to the end of the film that has just begun; 12 h after its making at most.

    Never beyond the date of the section's password.
    Returns True if the row now ends later. A video's own row was made long enough.
    """
    if verdict.access_id is None or verdict.guard is None or verdict.guard.kind != SECTION:
        return False
    now = now or clock.now()
    row = VideoAccessSession.objects.active(now).filter(pk=verdict.access_id).first()
    if row is None:
        return False
    until = min(now + dt.timedelta(seconds=duration_seconds) + MARGIN, row.created_at + SECTION_LIMIT)
    until = min(until, verdict.guard.access_until or until)
    # Conditional, so that of two films begun at once the longer one decides.
    return bool(VideoAccessSession.objects.filter(pk=row.pk, expires_at__lt=until).update(expires_at=until))


def _guard_read_again(page):
    """Return the Guard of `page` as the database has it now, or None."""
    current = type(page).objects.only("path").filter(pk=page.pk).first()
    return guard_of(current) if current else None
