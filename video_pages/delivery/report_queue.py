"""Watch reports that wait in memory, stored once a second in one transaction.

A thousand viewers send 67 reports a second. Each in a transaction of its own, they cost more than the film.
The reports of the last second are lost with a process that is killed; one that is asked to end stores them first.
"""

import collections
import contextlib
import datetime as dt
import logging
from typing import NamedTuple

from django.db import InterfaceError, OperationalError

from video_pages.analytics.recording import BATCH, ReceivedReport, record_watch_reports
from video_pages.analytics.watch_reports import WatchReport
from video_pages.core.connections import release_connections
from video_pages.core.rounds import Rounds
from video_pages.delivery.counting import version_of
from video_pages.pages.models import VideoPage

PERIOD = 1.0
MOST_WAITING = 5_000
"""Reports that a process keeps, 10 KB each at most: a minute of 1,250 viewers while nothing can be stored."""
AWAY = (OperationalError, InterfaceError)
"""Errors after which the same reports can be stored later: a lost connection, a lock, a deadlock."""
FILE_COLUMNS = ["type", "duration", "package_version", "source_version"]

logger = logging.getLogger(__name__)


class WaitingReport(NamedTuple):
    """A report on the view of `access_ref` of the video `video_id`, which came at `received_at`."""

    video_id: int
    access_ref: str
    report: WatchReport
    received_at: dt.datetime


class ReportQueue(Rounds):
    """The waiting reports of this process and the thread that stores them. Safe for threads."""

    def __init__(self) -> None:
        self._is_failing = False
        super().__init__("watch reports", PERIOD)

    def reset(self) -> None:
        """Begin without reports and without a thread, as in a child process after a fork."""
        super().reset()
        self._waiting: collections.deque[WaitingReport] = collections.deque()

    def __len__(self) -> int:
        return len(self._waiting)

    def add(self, report: WaitingReport) -> None:
        """Have `report` stored within PERIOD seconds. If MOST_WAITING wait, the database is away, and it is dropped."""
        if len(self._waiting) < MOST_WAITING:
            self._waiting.append(report)
            self.ensure_running()

    def is_idle(self) -> bool:
        """Return whether no report waits."""
        return not self._waiting

    def work(self) -> None:
        """Store what waits. While the database is away, the reports go on waiting."""
        try:
            while batch := self._take():
                self._store(batch)
            self._is_failing = False
        except AWAY:
            if not self._is_failing:  # one line for each outage
                self._is_failing = True
                logger.warning("Watch reports can't be stored. They wait until the database answers.", exc_info=True)
        finally:
            release_connections()

    def stop(self) -> None:
        """End the thread, and store what waits."""
        super().stop()
        if self._waiting:
            self.work()

    def _take(self, most: int = BATCH) -> list[WaitingReport]:
        batch: list[WaitingReport] = []
        with contextlib.suppress(IndexError):  # another thread may take the last one
            while len(batch) < most:
                batch.append(self._waiting.popleft())
        return batch

    def _store(self, batch: list[WaitingReport]) -> None:
        """Store `batch`. While the database is away, put back what is not stored, and raise the error."""
        try:
            record_watch_reports(_received(batch))
        except AWAY:
            self._waiting.extendleft(reversed(batch))
            raise
        except Exception:  # one that is refused costs no other, and not the thread
            if len(batch) == 1:
                logger.exception("A watch report of the video %s was not stored.", batch[0].video_id)
                return
            logger.info("Watch reports are stored one by one.", exc_info=True)
            self._waiting.extendleft(reversed(batch))
            for _each in batch:
                self._store(self._take(1))


def _received(batch: list[WaitingReport]) -> list[ReceivedReport]:
    """Return the reports of `batch` with the length and the version of the films; without those that are gone."""
    pages = VideoPage.objects.select_related("video_file").only(
        "page_ptr", *(f"video_file__{name}" for name in FILE_COLUMNS)
    )
    videos = pages.in_bulk({each.video_id for each in batch})
    return [
        ReceivedReport(*each, duration_seconds=video.duration_seconds, version=version_of(video))
        for each in batch
        if (video := videos.get(each.video_id))
    ]


report_queue = ReportQueue()
