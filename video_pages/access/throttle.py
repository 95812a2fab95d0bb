"""The limit on guesses, kept in the database: exact over all processes, and asked before anything is hashed.

`limit` holds the rules. A guess takes its place before the hash: sixteen at once get five tries, not sixteen. While its
password is checked it is pending, and whoever finds no place left waits for its outcome: a class of thirty behind one
address, all with the right password, all get in. Once limited, nothing is hashed or written.
"""

import datetime as dt
import functools
import math
import time

from django.db import transaction
from django.db.models import Count, Q

from video_pages.access import guess_limit, queues
from video_pages.access.locks import lock_guard, lock_key
from video_pages.access.models import Guess
from video_pages.core import clock
from video_pages.core.prepared import PreparedQuery

KEPT_FOR = 2 * guess_limit.SIEGE_WINDOW  # the longest window, and as much again for a clock that is set back
WAIT_SECONDS, FIRST_LOOK_SECONDS, LAST_LOOK_SECONDS = 25, 0.05, 1.0


class TooManyGuesses(Exception):
    """This client has to wait `retry_after` whole seconds, until `until`, before its next try at this guard."""

    def __init__(self, retry_after, until=None):
        super().__init__(f"wait {retry_after} seconds")
        self.retry_after = retry_after
        self.until = until


def admit(guard, guesser, *, is_right=None, opens=None, now=None):
    """Admit one guess at `guard` by `guesser`, a `guess_limit.Guesser`; return its pending Guess row.

    `withdraw` it or `count_miss`. If `is_right()` says that the password is recognised, `opens()` is called as soon as
    the guess has its place, in the same transaction, in which the guard keeps its password; what it returns is
    returned, unless None, and no guess is written. May wait for guesses of the same client that are being checked.
    Raises TooManyGuesses, or HashingBusy after waiting for 25 seconds or if too many wait already.
    """
    now = now or clock.now()
    taken = _take_place(guard, guesser, is_right, opens, now)
    if taken is not None:
        return taken
    with queues.waiting_slot():
        began, pause = time.monotonic(), FIRST_LOOK_SECONDS
        while (waited := time.monotonic() - began) < WAIT_SECONDS:
            taken = _take_place(guard, guesser, is_right, opens, now + dt.timedelta(seconds=waited))
            if taken is not None:
                return taken
            queues.wait_for_announcement(guard.key, pause)
            pause = min(2 * pause, LAST_LOOK_SECONDS)
    raise queues.HashingBusy


def withdraw(guess):
    """Take back a guess that proved right, or was never checked; tell its guard's `queues.announce` afterwards."""
    Guess.objects.filter(pk=guess.pk).delete()


def count_miss(guess):
    """Let a guess stand that proved wrong."""
    Guess.objects.filter(pk=guess.pk).update(is_pending=False)


def allowance_for(guard, guesser, *, now=None):
    """Return the `guess_limit.Allowance` that `guesser` finds at `guard` now."""
    now = now or clock.now()
    # A clock that was set back leaves guesses in the future; they count for as long as any other.
    since, until = now - guess_limit.SIEGE_WINDOW, now + guess_limit.WINDOW
    browsers = (guesser.browser,) if guesser.browser else ()
    tries = [guess_limit.Try(*row) for row in TRIES.rows(since, until, guesser.client, browsers)]
    return guess_limit.allowance_for(guesser, guard, tries, functools.partial(_count, guard, now, since, until), now)


def purge(*, now=None):
    """Delete guesses that no rule counts any more; return how many."""
    deleted, _by_model = Guess.objects.filter(made_at__lt=(now or clock.now()) - KEPT_FOR).delete()
    return deleted


def _take_place(guard, guesser, is_right, opens, now):
    """Return a new pending Guess or what `opens` returns; None if the place depends on guesses being checked."""
    # Recognised passwords of different clients pass side by side: they write no guess that others would have to count.
    if is_right and is_right():
        with queues.serialised(guesser.key_at(guard)), transaction.atomic():
            lock_key(guesser.key_at(guard))
            lock_guard(guard, shared=True)
            if not _has_allowance(guard, guesser, now):
                return None
            done = opens()
        if done is not None:
            return done
    with queues.serialised(guard.key), transaction.atomic():
        lock_key(guesser.key_at(guard))
        lock_guard(guard)
        if not _has_allowance(guard, guesser, now):
            return None
        return Guess.objects.create(
            guard=guard.key, client=guesser.client, browser=guesser.browser, made_at=now, is_pending=True
        )


def _has_allowance(guard, guesser, now):
    """True if a try is left, False if others have to be waited for. Raises TooManyGuesses."""
    allowance = allowance_for(guard, guesser, now=now)
    if not allowance.left and not allowance.waits:
        raise TooManyGuesses(max(1, math.ceil((allowance.until - now).total_seconds())), allowance.until)
    return not allowance.waits


def _made(since, until):
    return Guess.objects.filter(made_at__gt=since, made_at__lte=until).order_by()


def _count(guard, now, since, until):
    """Return how many guesses were made at `guard` between these times: (settled, all)."""
    checked = Q(is_pending=False) | Q(made_at__lte=now - guess_limit.PENDING_FOR)
    found = _made(since, until).filter(guard=guard.key)
    return found.aggregate(settled=Count("pk", filter=checked), every=Count("pk")).values()


def _tries(since, until, client, browsers):
    whose = Q(client=client) | Q(browser__in=browsers)
    return _made(since, until).filter(whose).values_list(*guess_limit.Try._fields)


# Asked by every guess, and again by all that wait.
TRIES = PreparedQuery(_tries)
