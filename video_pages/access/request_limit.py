"""A limit on requests that cost others something: mails, rows that people read. Exact over all processes.

A request is stored as a Guess under a keyed digest of its sender, so it is purged together with guesses.
"""

import datetime as dt
import math

from django.db.models import QuerySet
from django.utils.crypto import salted_hmac

from video_pages.access.models import Guess
from video_pages.core import clock

WINDOW = dt.timedelta(hours=1)  # shorter than guesses are kept


class TooManyRequests(Exception):
    """The limit is reached; the next request is possible after `retry_after` whole seconds."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(f"wait {retry_after} seconds")
        self.retry_after = retry_after


def count(kind: str, whom: object, *, limit: int, now: dt.datetime | None = None) -> None:
    """Count one request of `kind` (at most 32 characters) of `whom`; at most `limit` are allowed within WINDOW.

    Raises TooManyRequests, and then writes nothing.
    """
    now = now or clock.now()
    client = salted_hmac(f"video_pages.access.request_limit.{kind}", str(whom), algorithm="sha256").hexdigest()
    rows = Guess.objects.filter(guard=kind, client=client, made_at__gt=now - WINDOW, made_at__lte=now + WINDOW)
    _refuse_beyond(limit - 1, rows, now)
    own = Guess.objects.create(guard=kind, client=client, made_at=now)
    # Simultaneous requests have all written their row before this check, so no more than the limit pass it.
    try:
        _refuse_beyond(limit, rows, now)
    except TooManyRequests:
        own.delete()
        raise


def _refuse_beyond(limit: int, rows: QuerySet[Guess], now: dt.datetime) -> None:
    newest = list(rows.order_by("-made_at", "-pk").values_list("made_at", flat=True)[: limit + 1])
    if len(newest) > limit:
        free_at = min(newest[-1], now) + WINDOW
        raise TooManyRequests(max(1, math.ceil((free_at - now).total_seconds())))
