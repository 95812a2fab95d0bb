"""The limit on guesses as arithmetic: what has been tried goes in, what one more guess meets comes out.

The whole policy. A miss counts by guard and by client (an address; IPv6 by /64). Five misses in 15 minutes, then none
until the oldest of the five is 15 minutes old. While one guard has more than 100 misses within an hour, from wherever,
each client has one try instead of five.

Two kinds of browsers behind a limited address are let through. One that has opened the guard with its present password,
and can prove it, has five tries of its own, counted by its own id at whatever address it is used. One without a miss of
its own has one try, so that one pupil does not lock out a class. That a browser has no miss is easily claimed by
inventing one, so these tries come out of what the guard bears anyway: none beyond 100 misses of the guard or 50 of the
address within an hour. A request that shows no id at all gets none of them.

Whatever the guards, one address has 60 misses in 15 minutes: each costs half a second of a core. There is no state in
which the right password is refused to everyone: the first try of each address is free, and so are those of browsers
that have opened the guard.

While its password is checked a guess is pending and holds its place; whoever finds none left waits for its outcome.
A pending guess that nobody settles (its process was killed) is a miss after 30 seconds.
"""

import dataclasses
import datetime as dt
from typing import NamedTuple

TRIES, WINDOW = 5, dt.timedelta(minutes=15)
TRIES_UNDER_SIEGE, SIEGE_MISSES, SIEGE_WINDOW = 1, 100, dt.timedelta(hours=1)
TRIES_OF_ADDRESS = 50  # of one address at one guard within SIEGE_WINDOW: it can't bring about a siege by itself
TRIES_EVERYWHERE = 60
PENDING_FOR = dt.timedelta(seconds=30)


@dataclasses.dataclass(frozen=True)
class Guesser:
    """Who guesses: digests of the address and of the browser's id ("" if it shows none); what it has opened.

    `opened` maps the keys of guards to the dates of the passwords they were opened with, as `Guard.password_date`.
    """

    client: str
    browser: str = ""
    opened: dict = dataclasses.field(default_factory=dict)

    def has_opened(self, guard):
        """True if this browser has opened `guard` with the password that it has now."""
        return bool(self.browser) and guard.key in self.opened and self.opened[guard.key] == guard.password_date

    def key_at(self, guard):
        """By what the tries of this guesser at `guard` are counted, as one word: guesses with the same go in turn.

        A client has one word for all guards, since its tries at all of them are limited together.
        """
        return f"{guard.key} {self.browser}" if self.has_opened(guard) else self.client


class Try(NamedTuple):
    """A guess as it is counted; `made_at` is aware."""

    guard: str
    client: str
    browser: str
    made_at: dt.datetime
    is_pending: bool


class Allowance(NamedTuple):
    """What one more guess meets: `left` tries; if none, whether it `waits` for others; until when a limit would last.

    `until` is when the next try is free once those left are used up; None without any miss.
    """

    left: int
    waits: bool = False
    until: dt.datetime | None = None


def is_settled(guess, now):
    """True if the Try `guess` is a miss at `now`, False while its password is being checked."""
    return not guess.is_pending or guess.made_at <= now - PENDING_FOR


def allowance_for(guesser, guard, tries, count_at_guard, now):
    """Return the Room that `guesser` finds at `guard`.

    `tries` are the Try rows of its client or its browser since SIEGE_WINDOW before `now`. `count_at_guard()` returns
    how many guesses of anybody were made at `guard` within that time, as (settled, all); asked only if it matters.
    """
    recent = [guess for guess in tries if guess.made_at > now - WINDOW]
    at_guard = [guess for guess in recent if guess.guard == guard.key]
    own = [guess for guess in at_guard if guesser.browser and guess.browser == guesser.browser]
    if guesser.has_opened(guard):
        return _allowance(own, TRIES, now)
    everywhere = _allowance([guess for guess in recent if guess.client == guesser.client], TRIES_EVERYWHERE, now)
    if not everywhere.left:
        return everywhere
    here = [guess for guess in at_guard if guess.client == guesser.client]
    if not here:
        return Allowance(min(TRIES, everywhere.left))  # the first try is everyone's
    settled, every = count_at_guard()
    allowance = _allowance(here, TRIES_UNDER_SIEGE if settled > SIEGE_MISSES else TRIES, now)
    if allowance.left:
        return allowance._replace(left=min(allowance.left, everywhere.left))
    of_address = [guess for guess in tries if guess.client == guesser.client and guess.guard == guard.key]
    if not guesser.browser or every >= SIEGE_MISSES or len(of_address) >= TRIES_OF_ADDRESS:
        return allowance
    if own:
        return allowance._replace(waits=allowance.waits or not any(is_settled(guess, now) for guess in own))
    return allowance._replace(left=1, waits=False)


def _allowance(guesses, places, now):
    """Return the Room that `guesses` leave of `places`."""
    misses = sorted((guess.made_at for guess in guesses if is_settled(guess, now)), reverse=True)[:places]
    # A clock that was set back leaves guesses in the future; they count for as long as any other.
    until = min(misses[-1], now) + WINDOW if misses else None
    if len(misses) == places:
        return Allowance(0, until=until)
    left = places - len(misses) - sum(not is_settled(guess, now) for guess in guesses)
    return Allowance(max(0, left), waits=left <= 0, until=until)
