"""The limit on guesses as arithmetic: from the former guesses to the allowance of one more guess.

The policy: a miss counts by guard and by client (an address; IPv6 by /64). A client has five misses in 15 minutes, then
none until the oldest of the five is 15 minutes old. While one guard has more than 100 misses within an hour, from any
address, each client has one try instead of five.

Two kinds of browsers behind a limited address may still try. A browser that has opened the guard with its present
password, and can prove it, has five tries of its own, counted by its id at any address. A browser without a miss of its
own has one try, so that one pupil does not lock out a class. An attacker can invent a browser without a miss, so these
tries are limited by the total of the guard: none beyond 100 misses of the guard or 50 of the address within an hour. A
request without any id gets none of them.

Over all guards, one address has 60 misses in 15 minutes: each costs half a second of a core. There is no state in which
the right password is refused to everyone: the first try of each address is always allowed, and so are those of browsers
that have opened the guard.

While its password is checked, a guess is pending and uses a place; a request that finds no place waits for the outcome.
A pending guess that is never settled (its process was killed) is a miss after 30 seconds.
"""

import dataclasses
import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from video_pages.access.guard import Guard

TRIES, WINDOW = 5, dt.timedelta(minutes=15)
TRIES_UNDER_SIEGE, SIEGE_MISSES, SIEGE_WINDOW = 1, 100, dt.timedelta(hours=1)
TRIES_OF_ADDRESS = 50  # of one address at one guard within SIEGE_WINDOW: one address alone cannot cause a siege
TRIES_EVERYWHERE = 60
PENDING_FOR = dt.timedelta(seconds=30)


@dataclasses.dataclass(frozen=True)
class Guesser:
    """The client of a guess: digests of its address and of the browser's id ("" without one), and the opened guards.

    `opened` maps the keys of guards to the dates of the passwords that opened them, as `Guard.password_date`.
    """

    client: str
    browser: str = ""
    opened: dict[str, int] = dataclasses.field(default_factory=dict)

    def has_opened(self, guard: Guard) -> bool:
        """Return whether this browser has opened `guard` with its present password."""
        return bool(self.browser) and guard.key in self.opened and self.opened[guard.key] == guard.password_date

    def key_at(self, guard: Guard) -> str:
        """Return the key by which the tries of this guesser at `guard` are counted; guesses with one key take turns.

        A client has one key for all guards, since its tries at all of them are limited together.
        """
        return f"{guard.key} {self.browser}" if self.has_opened(guard) else self.client


class CountedGuess(NamedTuple):
    """A guess as it is counted; `made_at` is aware."""

    guard: str
    client: str
    browser: str
    made_at: dt.datetime
    is_pending: bool


class Allowance(NamedTuple):
    """The allowance of one more guess: the tries that are `left`; if none, whether it `waits` for pending guesses.

    `until` is when the next try is allowed once those left are used; None without any miss. `used_by_others` says that
    other browsers of the client used some of the tries.
    """

    left: int
    waits: bool = False
    until: dt.datetime | None = None
    used_by_others: bool = False


def is_settled(guess: CountedGuess, now: dt.datetime) -> bool:
    """Return True if `guess` is a miss at `now`, False while its password is checked."""
    return not guess.is_pending or guess.made_at <= now - PENDING_FOR


def allowance_for(
    guesser: Guesser,
    guard: Guard,
    tries: Sequence[CountedGuess],
    count_at_guard: Callable[[], tuple[int, int]],
    now: dt.datetime,
) -> Allowance:
    """Return the Allowance that `guesser` finds at `guard`.

    `tries` are the guesses of its client or its browser since SIEGE_WINDOW before `now`. `count_at_guard()` returns the
    number of guesses at `guard` within that time from all clients, as (settled, all); it is called only if needed.
    """
    recent = [guess for guess in tries if guess.made_at > now - WINDOW]
    at_guard = [guess for guess in recent if guess.guard == guard.key]
    own = [guess for guess in at_guard if guesser.browser and guess.browser == guesser.browser]
    if guesser.has_opened(guard):
        return _allowance(own, TRIES, now)
    of_client = [guess for guess in recent if guess.client == guesser.client]
    everywhere = _allowance(of_client, TRIES_EVERYWHERE, now)
    if not everywhere.left:
        return everywhere._replace(used_by_others=_has_others(of_client, guesser))
    here = [guess for guess in at_guard if guess.client == guesser.client]
    if not here:
        return Allowance(min(TRIES, everywhere.left))  # the first try of each address is allowed
    settled, every = count_at_guard()
    allowance = _allowance(here, TRIES_UNDER_SIEGE if settled > SIEGE_MISSES else TRIES, now)
    if allowance.left:
        return allowance._replace(left=min(allowance.left, everywhere.left))
    of_address = [guess for guess in tries if guess.client == guesser.client and guess.guard == guard.key]
    allowance = allowance._replace(used_by_others=_has_others(here, guesser))
    if not guesser.browser or every >= SIEGE_MISSES or len(of_address) >= TRIES_OF_ADDRESS:
        return allowance
    if own:
        return allowance._replace(waits=allowance.waits or not any(is_settled(guess, now) for guess in own))
    return allowance._replace(left=1, waits=False)


def _has_others(guesses: Iterable[CountedGuess], guesser: Guesser) -> bool:
    """Return whether some of `guesses` are known to be of other browsers than that of `guesser`."""
    return bool(guesser.browser) and any(guess.browser != guesser.browser for guess in guesses)


def _allowance(guesses: Iterable[CountedGuess], places: int, now: dt.datetime) -> Allowance:
    """Return the Allowance of `places` that `guesses` leave."""
    misses = sorted((guess.made_at for guess in guesses if is_settled(guess, now)), reverse=True)[:places]
    # After a clock was set back, some guesses lie in the future; they count for as long as others.
    until = min(misses[-1], now) + WINDOW if misses else None
    if len(misses) == places:
        return Allowance(0, until=until)
    left = places - len(misses) - sum(not is_settled(guess, now) for guess in guesses)
    return Allowance(max(0, left), waits=left <= 0, until=until)
