"""The limit on guesses in the database: exact over all processes, and checked before anything is hashed.

`guess_limit` has the rules. A guess takes its place before the hash, so that sixteen at once get five tries, not
sixteen. While its password is checked it is pending, and a request that finds no place waits for the outcome: thirty
pupils behind one address, all with the right password, are all admitted. For a limited client nothing is hashed or
written.
"""

import datetime as dt
import functools
import math
import time
from collections.abc import Callable
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import Count, Q, QuerySet

from video_pages.access import guess_limit, queues
from video_pages.access.guard import Guard
from video_pages.access.locks import lock_guard, lock_key
from video_pages.access.models import Guess
from video_pages.access.request_limit import DAILY, DAY
from video_pages.core import clock
from video_pages.core.prepared import PreparedQuery

KEPT_FOR = 2 * guess_limit.SIEGE_WINDOW  # the longest window, doubled in case a clock is set back
WAIT_SECONDS, FIRST_LOOK_SECONDS, LAST_LOOK_SECONDS = 25, 0.05, 1.0

Result = TypeVar("Result")


class TooManyGuesses(Exception):
    """This client must wait `retry_after` whole seconds, until `until`, before its next try at this guard.

    `used_by_others` is that of its Allowance.
    """

    def __init__(self, retry_after: int, until: dt.datetime | None = None, *, used_by_others: bool = False) -> None:
        super().__init__(f"wait {retry_after} seconds")
        self.retry_after = retry_after
        self.until = until
        self.used_by_others = used_by_others


def admit(
    guard: Guard,
    guesser: guess_limit.Guesser,
    *,
    is_right: Callable[[], bool] | None = None,
    opens: Callable[[], Result | None] | None = None,
    before_waiting: Callable[[], None] | None = None,
    now: dt.datetime | None = None,
) -> Guess | Result:
    """Admit one guess at `guard` by `guesser`; return its pending Guess row, to `withdraw` or to `count_miss`.

    If `is_right()` returns that the password is recognised, `opens()` is called as soon as the guess has its place, in
    a transaction that locks the guard's password; its result is returned, unless it is None, and no guess is written.
    The call may wait for pending guesses of the same client; it calls `before_waiting()` first. Raises TooManyGuesses,
    or HashingBusy after 25 seconds of waiting or if too many requests wait already.
    """
    now = now or clock.now()
    taken = _take_place(guard, guesser, is_right, opens, now)
    if taken is not None:
        return taken
    if before_waiting:
        before_waiting()
    with queues.waiting_slot():
        began, pause = time.monotonic(), FIRST_LOOK_SECONDS
        while (waited := time.monotonic() - began) < WAIT_SECONDS:
            taken = _take_place(guard, guesser, is_right, opens, now + dt.timedelta(seconds=waited))
            if taken is not None:
                return taken
            queues.wait_for_announcement(guard.key, pause)
            pause = min(2 * pause, LAST_LOOK_SECONDS)
    raise queues.HashingBusy


def withdraw(guess: Guess) -> None:
    """Delete a guess that was right or not checked; requests that wait for its place look again after the commit."""
    Guess.objects.filter(pk=guess.pk).delete()
    transaction.on_commit(functools.partial(queues.announce, guess.guard))


def count_miss(guess: Guess) -> None:
    """Keep a guess that was wrong as a miss."""
    Guess.objects.filter(pk=guess.pk).update(is_pending=False)


def allowance_for(
    guard: Guard, guesser: guess_limit.Guesser, *, now: dt.datetime | None = None
) -> guess_limit.Allowance:
    """Return the present Allowance of `guesser` at `guard`."""
    now = now or clock.now()
    # After a clock was set back, some guesses lie in the future; they count for as long as others.
    since, until = now - guess_limit.SIEGE_WINDOW, now + guess_limit.WINDOW
    browsers = (guesser.browser,) if guesser.browser else ()
    tries = [guess_limit.CountedGuess(*row) for row in TRIES.rows(since, until, guesser.client, browsers)]
    return guess_limit.allowance_for(guesser, guard, tries, functools.partial(_count, guard, now, since, until), now)


def present_limit(guard: Guard, guesser: guess_limit.Guesser, *, now: dt.datetime) -> TooManyGuesses | None:
    """Return what a guess of `guesser` at `guard` would raise now, or None if one is allowed; two queries at most."""
    allowance = allowance_for(guard, guesser, now=now)
    return None if allowance.left or allowance.waits else _too_many(allowance, now)


def purge(*, now: dt.datetime | None = None) -> int:
    """Delete guesses that no rule counts any more; return the number."""
    now = now or clock.now()
    is_old = Q(made_at__lt=now - KEPT_FOR) & ~Q(guard__startswith=DAILY)
    deleted, _by_model = Guess.objects.filter(is_old | Q(made_at__lt=now - 2 * DAY)).delete()
    return deleted


def _take_place(
    guard: Guard,
    guesser: guess_limit.Guesser,
    is_right: Callable[[], bool] | None,
    opens: Callable[[], Result | None] | None,
    now: dt.datetime,
) -> Guess | Result | None:
    """Return a new pending Guess or the result of `opens`; None if the place depends on pending guesses.

    All guesses of one client queue here for the same lock, and the first look at its allowance is the same for each
    text: neither the order nor the time of the answers tells a limited client that a text is recognised.
    """
    with queues.serialised(guesser.key_at(guard)):
        if not _has_allowance(guard, guesser, now):
            return None
        # Recognised passwords of different clients are admitted in parallel: they write no guess that others count.
        if is_right and opens and is_right():
            with transaction.atomic():
                lock_key(guesser.key_at(guard))
                lock_guard(guard, shared=True)
                if not _has_allowance(guard, guesser, now):
                    return None
                done = opens()
            if done is not None:
                return done
        with queues.serialised_further(guard.key), transaction.atomic():
            lock_key(guesser.key_at(guard))
            lock_guard(guard)
            if not _has_allowance(guard, guesser, now):
                return None
            return Guess.objects.create(
                guard=guard.key, client=guesser.client, browser=guesser.browser, made_at=now, is_pending=True
            )


def _has_allowance(guard: Guard, guesser: guess_limit.Guesser, now: dt.datetime) -> bool:
    """Return True if a try is left, False if the request must wait for pending guesses. Raises TooManyGuesses."""
    allowance = allowance_for(guard, guesser, now=now)
    if not allowance.left and not allowance.waits:
        raise _too_many(allowance, now)
    return not allowance.waits


def _too_many(allowance: guess_limit.Allowance, now: dt.datetime) -> TooManyGuesses:
    until = allowance.until or now
    seconds = max(1, math.ceil((until - now).total_seconds()))
    return TooManyGuesses(seconds, until, used_by_others=allowance.used_by_others)


def _made(since: dt.datetime, until: dt.datetime) -> QuerySet[Guess]:
    return Guess.objects.filter(made_at__gt=since, made_at__lte=until).order_by()


def _count(guard: Guard, now: dt.datetime, since: dt.datetime, until: dt.datetime) -> tuple[int, int]:
    """Return the number of guesses at `guard` between these times: (settled, all)."""
    is_settled = Q(is_pending=False) | Q(made_at__lte=now - guess_limit.PENDING_FOR)
    found = _made(since, until).filter(guard=guard.key)
    counts = found.aggregate(settled=Count("pk", filter=is_settled), every=Count("pk"))
    return counts["settled"], counts["every"]


def _tries(since: dt.datetime, until: dt.datetime, client: str, browsers: tuple[str, ...]) -> QuerySet[Guess, Any]:
    of_guesser = Q(client=client) | Q(browser__in=browsers)
    return _made(since, until).filter(of_guesser).values_list(*guess_limit.CountedGuess._fields)


# Read by every guess, and again by each that waits.
TRIES = PreparedQuery(_tries)
