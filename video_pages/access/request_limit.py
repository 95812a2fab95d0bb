"""A limit on requests that cost others something: mails, rows that people read. Exact over all processes.

A request is stored as a Guess under a keyed digest of its sender, so it is purged together with guesses; one of a kind
that begins with DAILY counts for a day, and is kept for two.
"""

import datetime as dt
import math

from django.db.models import QuerySet
from django.utils.crypto import salted_hmac

from video_pages.access.models import Guess
from video_pages.core import clock

WINDOW = dt.timedelta(hours=1)  # shorter than guesses are kept
DAILY, DAY = "day:", dt.timedelta(days=1)


class TooManyRequests(Exception):
    """The limit is reached; the next request is possible after `retry_after` whole seconds."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(f"wait {retry_after} seconds")
        self.retry_after = retry_after


def count(kind: str, whom: object, *, limit: int, now: dt.datetime | None = None) -> Guess:
    """Count one request of `kind` (at most 32 characters) of `whom`; at most `limit` are allowed within WINDOW, or DAY.

    Return its row, to delete if the request is not to count. Raises TooManyRequests, and then writes nothing.
    """
    now = now or clock.now()
    client = _digest(kind, whom)
    rows = _rows(kind, client, now)
    _refuse_beyond(limit - 1, rows, now, _window(kind))
    own = Guess.objects.create(guard=kind, client=client, made_at=now)
    # Simultaneous requests have all written their row before this check, so no more than the limit pass it.
    try:
        _refuse_beyond(limit, rows, now, _window(kind))
    except TooManyRequests:
        own.delete()
        raise
    return own


def is_reached(kind: str, whom: object, *, limit: int, now: dt.datetime | None = None) -> bool:
    """Return whether `count` would refuse one more request now."""
    return _rows(kind, _digest(kind, whom), now or clock.now()).count() >= limit


def _digest(kind: str, whom: object) -> str:
    return salted_hmac(f"video_pages.access.request_limit.{kind}", str(whom), algorithm="sha256").hexdigest()


def _window(kind: str) -> dt.timedelta:
    return DAY if kind.startswith(DAILY) else WINDOW


def _rows(kind: str, client: str, now: dt.datetime) -> QuerySet[Guess]:
    window = _window(kind)
    return Guess.objects.filter(guard=kind, client=client, made_at__gt=now - window, made_at__lte=now + window)


def _refuse_beyond(limit: int, rows: QuerySet[Guess], now: dt.datetime, window: dt.timedelta = WINDOW) -> None:
    newest = list(rows.order_by("-made_at", "-pk").values_list("made_at", flat=True)[: limit + 1])
    if len(newest) > limit:
        free_at = min(newest[-1], now) + window
        raise TooManyRequests(max(1, math.ceil((free_at - now).total_seconds())))
