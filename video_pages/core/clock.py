"""The time on which all servers agree: the clock of the database.

Leases, access rows and guesses are written by one server and judged by another, and the clocks of two servers may
differ by minutes. Every module of `video_pages` that compares a time with a column takes the time from `now()`. On
SQLite all processes share one machine and therefore one clock.
"""

import datetime as dt
import threading
import time
from dataclasses import dataclass

from django.db import DatabaseError, connection
from django.utils import timezone

MEASURED_EVERY_SECONDS = 60
"""In this time a quartz clock drifts by less than 10 ms."""
RETRY_SECONDS = 5
"""A database that is away is not asked again before: each try may take as long as a connection's time limit."""


@dataclass(frozen=True)
class _Reading:
    """The database's time `at`, when this process's monotonic clock stood at `monotonic` seconds."""

    at: dt.datetime
    monotonic: float


class DatabaseClock:
    """Tells the database's time, read once a minute and carried on by the process's monotonic clock."""

    def __init__(self):
        self._lock = threading.Lock()
        self._reading = None
        self._next = 0.0

    def now(self):
        """Return the present time of the database, an aware datetime.

        Raises DatabaseError only if the database has never answered this process. Later failures leave the last
        reading in use: who judges a row asks the database for that row and meets the failure there.
        """
        if connection.vendor == "sqlite":
            return timezone.now()
        if time.monotonic() >= self._next and self._lock.acquire(blocking=self._reading is None):
            try:
                self._read()
            finally:
                self._lock.release()
        return self._reading.at + dt.timedelta(seconds=time.monotonic() - self._reading.monotonic)

    def _read(self):
        if time.monotonic() < self._next:  # another thread has read it while this one waited
            return
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


_clock = DatabaseClock()
now = _clock.now
