"""The clock of the database, which all servers share.

One server writes a lease, an access row or a guess, and another one reads it; the clocks of two servers may differ by
minutes. Every module of `video_pages` that compares a time with a column takes the time from `now()`. On SQLite all
processes share one machine and therefore one clock.
"""

import datetime as dt
import threading
import time
from dataclasses import dataclass
from typing import cast

from django.db import DatabaseError, connection
from django.utils import timezone

MEASURED_EVERY_SECONDS = 60
"""In this time a quartz clock drifts by less than 10 ms."""
RETRY_SECONDS = 5
"""The pause after a failed query: each try may take as long as a connection's time limit."""


@dataclass(frozen=True)
class _Reading:
    """The time `at` of the database when the monotonic clock of this process was at `monotonic` seconds."""

    at: dt.datetime
    monotonic: float


class DatabaseClock:
    """Computes the time of the database: it is read once a minute and extrapolated by the monotonic clock."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._reading: _Reading | None = None
        self._next = 0.0

    def now(self) -> dt.datetime:
        """Return the present time of the database, an aware datetime.

        Raises DatabaseError only if the database has never answered this process. After later failures the last
        reading stays in use: code that needs a row queries the database for that row and meets the failure there.
        """
        if connection.vendor == "sqlite":
            return timezone.now()
        if time.monotonic() >= self._next and self._lock.acquire(blocking=self._reading is None):
            try:
                self._read()
            finally:
                self._lock.release()
        reading = cast(_Reading, self._reading)  # `_read` has set it, or raised
        return reading.at + dt.timedelta(seconds=time.monotonic() - reading.monotonic)

    def _read(self) -> None:
        if time.monotonic() < self._next:  # another thread read it while this one waited
            return
        is_borrowed = connection.connection is None
        try:
            before = time.monotonic()
            with connection.cursor() as cursor:
                cursor.execute("SELECT clock_timestamp()")
                (at,) = cursor.fetchone()
            self._reading = _Reading(at, (before + time.monotonic()) / 2)
            self._next = time.monotonic() + MEASURED_EVERY_SECONDS
        except DatabaseError:
            if self._reading is None:
                raise
            self._next = time.monotonic() + RETRY_SECONDS
        finally:
            if is_borrowed:  # the caller may go on without the database, with a film of two hours
                connection.close()


_clock = DatabaseClock()
now = _clock.now


def of_this_machine() -> dt.datetime:
    """Return the present time of this machine, by which Wagtail publishes: for a question that Wagtail asks again."""
    return timezone.now()
