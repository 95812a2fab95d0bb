"""The limit on guesses: counted in the database, exactly over all processes, before anything is hashed.

The whole policy. A guess is counted by guard and by client (an address; IPv6 by /64). Five misses in 15 minutes, then
none until the oldest of the five is 15 minutes old. While one guard has had more than 100 misses within an hour, from
wherever, each client has one try instead of five; a browser that has opened the guard before keeps its five, so there
is never a state in which the right password is refused to everyone. Whatever the guards, one client has 60 misses in
15 minutes: each costs half a second of a core. Once limited, nothing is hashed or written.

A guess takes its place before the hash: sixteen at once get five tries, not sixteen. While its password is checked it
is pending, and whoever finds no place left waits for its outcome: a class of thirty behind one address, all with the
right password, all get in. A pending guess that nobody settles (its process was killed) is a miss after 30 seconds.
"""

import datetime as dt
import math
import threading
import time

from django.db import transaction
from django.db.models import Q
from wagtail.models import Page

from video_pages import clock
from video_pages.access.models import Guess
from video_pages.access.passwords import MAX_WAITING, HashingBusy

TRIES, WINDOW = 5, dt.timedelta(minutes=15)
TRIES_UNDER_SIEGE, SIEGE_MISSES, SIEGE_WINDOW = 1, 100, dt.timedelta(hours=1)
TRIES_EVERYWHERE = 60
PENDING_FOR = dt.timedelta(seconds=30)
KEPT_FOR = 2 * SIEGE_WINDOW  # the longest window, and as much again for a clock that is set back
WAIT_SECONDS, FIRST_LOOK_SECONDS, LAST_LOOK_SECONDS = 25, 0.05, 1.0

_waiting = threading.BoundedSemaphore(MAX_WAITING)


class TooManyGuesses(Exception):
    """This client has to wait `retry_after` whole seconds before its next try at this guard."""

    def __init__(self, retry_after):
        super().__init__(f"wait {retry_after} seconds")
        self.retry_after = retry_after


def admit(guard, client, *, is_known=False, now=None):
    """Admit one guess at `guard` by `client` and return its pending Guess row; `forgive` it or `count_miss`.

    `client` is `client_digest`'s, `is_known` whether its browser has opened the guard before. May wait for guesses of
    the same client that are being checked. Raises TooManyGuesses, or HashingBusy after waiting for 25 seconds or if too
    many wait already.
    """
    now = now or clock.now()
    guess = _take_place(guard, client, is_known, now)
    if guess is not None:
        return guess
    if not _waiting.acquire(blocking=False):
        raise HashingBusy
    try:
        return _wait_for_place(guard, client, is_known, now)
    finally:
        _waiting.release()


def forgive(guess):
    """Take back a guess that proved right, or was never checked."""
    Guess.objects.filter(pk=guess.pk).delete()


def count_miss(guess):
    """Let a guess stand that proved wrong."""
    Guess.objects.filter(pk=guess.pk).update(is_pending=False)


def purge(*, now=None):
    """Delete guesses that no rule counts any more; return how many."""
    deleted, _by_model = Guess.objects.filter(made_at__lt=(now or clock.now()) - KEPT_FOR).delete()
    return deleted


def _wait_for_place(guard, client, is_known, now):
    began, pause = time.monotonic(), FIRST_LOOK_SECONDS
    while (waited := time.monotonic() - began) < WAIT_SECONDS:
        guess = _take_place(guard, client, is_known, now + dt.timedelta(seconds=waited))
        if guess is not None:
            return guess
        time.sleep(pause)
        pause = min(2 * pause, LAST_LOOK_SECONDS)
    raise HashingBusy


@transaction.atomic
def _take_place(guard, client, is_known, now):
    """Return a new pending Guess, or None if its place depends on guesses that are still being checked."""
    # The guard's row is the lock: on PostgreSQL by SELECT FOR UPDATE, on SQLite by the IMMEDIATE transaction.
    list(Page.objects.select_for_update(of=("self",)).filter(pk=guard.page_id).values_list("pk"))
    # A clock that was set back leaves guesses in the future; they count for as long as any other.
    recent = Guess.objects.filter(client=client, made_at__gt=now - WINDOW, made_at__lte=now + WINDOW)
    here = recent.filter(guard=guard.key)
    tries = TRIES if is_known else _tries(guard, here, now)
    for guesses, places in ((here, tries), (recent, TRIES_EVERYWHERE)):
        newest = guesses.filter(_settled(now)).order_by("-made_at", "-pk")
        misses = list(newest.values_list("made_at", flat=True)[:places])
        if len(misses) == places:
            free_at = min(misses[-1], now) + WINDOW
            raise TooManyGuesses(max(1, math.ceil((free_at - now).total_seconds())))
        if len(misses) + guesses.exclude(_settled(now)).count() >= places:
            return None
    return Guess.objects.create(guard=guard.key, client=client, made_at=now, is_pending=True)


def _settled(now):
    """What tells misses from guesses that are still being checked."""
    return Q(is_pending=False) | Q(made_at__lte=now - PENDING_FOR)


def _tries(guard, here, now):
    """Return how many tries an unknown client has at `guard`: five, or one while it is under siege."""
    if not here.exists():
        return TRIES  # the first try is everyone's
    misses = Guess.objects.filter(guard=guard.key, made_at__gt=now - SIEGE_WINDOW, made_at__lte=now + WINDOW)
    return TRIES_UNDER_SIEGE if misses.filter(_settled(now)).count() > SIEGE_MISSES else TRIES
