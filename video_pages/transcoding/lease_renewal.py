"""Renew the lease of a running job or part, and write its results while the database may be away for a time."""

import logging
import time
from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from django.db import InterfaceError, OperationalError, connection

from video_pages.transcoding import claims
from video_pages.transcoding.models import Held, Stage, Step

DATABASE_AWAY = (OperationalError, InterfaceError)
"""The errors of Django while the database can't be reached."""
RETRY_SECONDS = 1.0
RENEW_SECONDS = 3.0
"""Time between two renewals: how soon a job that was stopped ends, and how soon its progress shows."""

logger = logging.getLogger(__name__)

T = TypeVar("T")


class LeaseRenewal:
    """Renews the lease of a job, seldom enough for the database and often enough for the lease; raises JobLost.

    A database that is away for a time ends no encode: as long as the lease is valid, no other worker can have claimed
    the job. After that JobLost is raised. `get_now` returns the time of the database.
    """

    def __init__(self, job: Held, get_now: Callable[[], datetime]) -> None:
        self._job, self._get_now = job, get_now
        self._progress = 0
        self._next = time.monotonic() + RENEW_SECONDS
        self._is_away = False
        self._lease_ends = time.monotonic() + claims.LEASE.total_seconds()

    def report(self, step: Step, progress: int, *, stage: Stage | None = None) -> None:
        """Write at once which step begins, the progress in percent, and the `stage` if it is another now."""
        self._progress = progress
        self._renew(step=step, stage=stage)

    def note(self, progress: int) -> None:
        """Write the progress in percent with the next renewal."""
        self._progress = progress

    def now(self) -> datetime:
        return self._get_now()

    def confirm(self, now: datetime) -> None:
        """Raise JobLost if the worker has lost the job: it was stopped or taken over, or its file was replaced."""
        claims.renew(self._job, now=now)

    def persist(self, write: Callable[[], T]) -> T:
        """Return `write()`, called again while the database is away and the lease is valid. Raises JobLost.

        `write` must be idempotent: if a connection breaks, the commit may have succeeded or not.
        """
        while True:
            try:
                return write()
            except DATABASE_AWAY as error:
                self._note_away(error)
                time.sleep(RETRY_SECONDS)

    def __call__(self) -> None:
        """Renew the lease if it is time to; called several times a second."""
        if time.monotonic() >= self._next:
            self._renew()

    def _renew(self, step: Step | None = None, stage: Stage | None = None) -> None:
        self._next = time.monotonic() + RENEW_SECONDS
        try:
            claims.renew(self._job, now=self._get_now(), step=step, progress=self._progress, stage=stage)
        except DATABASE_AWAY as error:
            self._note_away(error)
        else:
            self._lease_ends = time.monotonic() + claims.LEASE.total_seconds()
            self._is_away = False

    def _note_away(self, error: Exception) -> None:
        if time.monotonic() >= self._lease_ends:
            raise claims.JobLost(self._job.pk) from error
        if not self._is_away:
            logger.warning("%s goes on without the database, which is away: %s", self._job.name_in_log, error)
        self._is_away = True
        if not connection.in_atomic_block:
            connection.close()  # a broken connection is not used again
