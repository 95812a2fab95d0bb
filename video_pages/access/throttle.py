"""The limit on guesses: counted in the database, exactly over all processes, before anything is hashed.

The whole policy. A guess is counted by guard and by client (an address; IPv6 by /64). Five misses in 15 minutes, then
none until the oldest of the five is 15 minutes old. While one guard has had more than 100 misses within an hour, from
wherever, each client has one try instead of five; a browser that has opened the guard before keeps its five, so there
is never a state in which the right password is refused to everyone. A guess counts as a miss from before the hash until
the password proves right: sixteen at once get five tries, not sixteen. Once limited, nothing is hashed or written.
"""

import datetime as dt
import math

from django.db import transaction
from django.utils import timezone
from wagtail.models import Page

from video_pages.access.models import Guess

TRIES, WINDOW = 5, dt.timedelta(minutes=15)
TRIES_UNDER_SIEGE, SIEGE_MISSES, SIEGE_WINDOW = 1, 100, dt.timedelta(hours=1)
KEPT_FOR = dt.timedelta(days=2)  # the dashboard counts a day's refused guesses


class TooManyGuesses(Exception):
    """This client has to wait `retry_after` whole seconds before its next try at this guard."""

    def __init__(self, retry_after):
        super().__init__(f"wait {retry_after} seconds")
        self.retry_after = retry_after


def admit(guard, client, *, is_known=False, now=None):
    """Admit one guess at `guard` by `client` and return its Guess row, a miss until `forgive`n.

    `client` is `client_digest`'s, `is_known` whether its browser has opened the guard before. Raises TooManyGuesses.
    """
    now = now or timezone.now()
    with transaction.atomic():
        # The guard's row is the lock: on PostgreSQL by SELECT FOR UPDATE, on SQLite by the IMMEDIATE transaction.
        list(Page.objects.select_for_update(of=("self",)).filter(pk=guard.page_id).values_list("pk"))
        misses = list(
            Guess.objects.filter(
                guard=guard.key, client=client, made_at__gt=now - WINDOW, made_at__lte=now + WINDOW
            )
            .order_by("-made_at", "-pk")
            .values_list("made_at", flat=True)[:TRIES]
        )
        tries = TRIES if is_known or len(misses) < TRIES_UNDER_SIEGE else _tries(guard, now)
        if len(misses) >= tries:
            free_at = min(misses[tries - 1], now) + WINDOW
            raise TooManyGuesses(max(1, math.ceil((free_at - now).total_seconds())))
        return Guess.objects.create(guard=guard.key, client=client, made_at=now)


def forgive(guess):
    """Take back a guess that proved right."""
    Guess.objects.filter(pk=guess.pk).delete()


def purge(*, now=None):
    """Delete guesses that no rule and no figure counts any more; return how many."""
    deleted, _by_model = Guess.objects.filter(made_at__lt=(now or timezone.now()) - KEPT_FOR).delete()
    return deleted


def refused_since(moment):
    """Return how many guesses have been refused since `moment` (aware datetime)."""
    return Guess.objects.filter(made_at__gte=moment).count()


def _tries(guard, now):
    """Return how many tries an unknown client has at `guard`: five, or one while it is under siege."""
    misses = Guess.objects.filter(guard=guard.key, made_at__gt=now - SIEGE_WINDOW, made_at__lte=now + WINDOW)
    return TRIES_UNDER_SIEGE if misses.count() > SIEGE_MISSES else TRIES
