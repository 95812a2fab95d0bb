"""Unlock: the only way from a typed password to an access row; and how long a row lasts."""

import datetime as dt

from django.db import transaction
from django.views.decorators.debug import sensitive_variables

from video_pages import clock
from video_pages.access import passwords, throttle
from video_pages.access.guard import SECTION, guard_of
from video_pages.access.models import VideoAccessSession

MARGIN = dt.timedelta(minutes=15)  # after the end of the film
SECTION_LIMIT = dt.timedelta(hours=12)
HASHES_PER_UNLOCK = 3  # a hash may change under the typed password: a re-hash, or a new password


class WrongPassword(Exception):
    """The typed password does not open the guard."""


@sensitive_variables("password")
def unlock(page, browser, *, password, new_key, client, known_guards, lasts, seen=None, now=None):
    """Open what guards `page`, a source video or section, to one browser.

    `new_key` is the digest under which the browser will hold this and all its earlier rows from now on; `client` is as
    in `throttle.admit`; `known_guards` holds the keys of guards it has opened before; `lasts` maps a Guard to a
    timedelta; `seen` is as in `grant`. Returns the VideoAccessSession.
    Raises TooManyGuesses before anything is hashed, WrongPassword if `password` does not match or nothing guards
    `page`, HashingBusy if too many passwords are being checked already.
    """
    now = now or clock.now()
    guard = guard_of(page)
    if guard is None:
        raise WrongPassword
    guess = throttle.admit(guard, client, is_known=guard.key in known_guards, now=now)
    try:
        return _unlock(page, guard, guess, browser, password, new_key, lasts, seen, now)
    except WrongPassword:
        throttle.count_miss(guess)
        raise
    except passwords.HashingBusy:
        throttle.forgive(guess)
        raise


@sensitive_variables("password")
def _unlock(page, guard, guess, browser, password, new_key, lasts, seen, now):
    for _attempt in range(HASHES_PER_UNLOCK):
        if not verify(guard, password):
            raise WrongPassword
        fresh_hash = passwords.refreshed_hash(password, guard.password_hash)
        with transaction.atomic():
            standing = _locked_guard(page, guard)
            if standing == guard:
                row = grant(guard, browser, expires_at=now + lasts(guard), new_key=new_key, seen=seen, now=now)
                if fresh_hash:
                    _source_pages(guard).update(password_hash=fresh_hash)
                throttle.forgive(guess)
                return row
        if standing is None or standing.key != guard.key:
            raise WrongPassword
        guard = standing
    raise WrongPassword


@sensitive_variables("typed")
def verify(guard, typed):
    """True if `typed` is the password of `guard`; one hash at most."""
    return passwords.matches(typed, guard.password_hash)


def grant(guard, browser, *, expires_at, new_key=None, seen=None, now=None):
    """Make the row by which `browser` has what `guard` protects until `expires_at`; the only place that makes rows.

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
        session_key=new_key or browser.keys[0], created_at=now, expires_at=expires_at, **target, **(seen or {})
    )


def access_length(guard, *, site_minutes, duration_seconds=0):
    """Return how long a new row of `guard` lasts: its own minutes or the site's, and to the film's end and 15 min.

    For a section no film is known yet; `extend_for` settles it when a view is counted.
    """
    length = dt.timedelta(minutes=guard.access_minutes or site_minutes)
    if guard.kind == SECTION or not duration_seconds:
        return length
    return max(length, dt.timedelta(seconds=duration_seconds) + MARGIN)


def extend_for(verdict, duration_seconds, *, now=None):
    """Let a section's row last to the end of the film that has just begun; 12 h after its making at most.

    Returns True if the row now ends later. A video's own row was made long enough.
    """
    if verdict.access_id is None or verdict.guard is None or verdict.guard.kind != SECTION:
        return False
    now = now or clock.now()
    row = VideoAccessSession.objects.active(now).filter(pk=verdict.access_id).first()
    if row is None:
        return False
    until = min(now + dt.timedelta(seconds=duration_seconds) + MARGIN, row.created_at + SECTION_LIMIT)
    # Conditional, so that of two films begun at once the longer one decides.
    return bool(VideoAccessSession.objects.filter(pk=row.pk, expires_at__lt=until).update(expires_at=until))


def _source_pages(guard):
    kind = VideoAccessSession._meta.get_field(guard.kind).related_model
    return kind.objects.filter(pk=guard.page_id)


def _locked_guard(page, guard):
    """Read again what guards `page`, holding the guard's row so that no change of password passes in between."""
    list(_source_pages(guard).select_for_update(of=("self",)).values_list("pk"))
    current = type(page).objects.only("path").filter(pk=page.pk).first()
    return guard_of(current) if current else None
