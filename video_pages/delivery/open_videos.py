"""The videos that are open to everyone, in memory: a browser without a cookie is refused all others without a query.

The set is read as a whole and only says that a video is not open: whether an open one may be watched is decided as for
every other video. For a video that this process has refused before, the set may be MOST_AGE seconds old. For the first
request for a video it is read again, so that one which has just been opened plays at once; if a stranger invents ids,
reading takes at most a tenth of the time.
"""

import threading
import time
from collections.abc import Callable

from video_pages.delivery import facts as reading

MOST_AGE = 1.0
"""Seconds after which the set is read again before it is used."""
MOST_VIDEOS = 20_000
"""Open videos that a process keeps in memory, about 100 bytes each. On a site with more, each request is decided."""
MOST_REFUSED = 20_000
"""Videos whose first request is remembered; beyond them all count as new."""
UNUSED_SECONDS = 10.0
"""If no request has needed the set for so long, it is not read in advance."""
PAUSE_FACTOR = 10
"""The least pause between two readings for new ids, in times of the duration of the last reading."""


class OpenVideos:
    """The videos that are marked open to everyone. Safe for threads."""

    def __init__(self, most: int = MOST_VIDEOS, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._most = most
        self._monotonic = monotonic
        self.reset()

    def reset(self) -> None:
        """Drop the set, also in a child process after a fork, where another thread may have held the lock."""
        self._lock = threading.Lock()
        self._uuids: set[str] | None = None
        self._refused: set[str] = set()
        self._read_at = self._used = float("-inf")
        self._took = 0.0

    def may_be_open(self, video: str) -> bool:
        """Return whether `video` (a uuid as text) may be open to everyone; False is certain. Raises DatabaseError.

        One query for the first request for `video`, and if nobody has asked within the last second; otherwise none.
        """
        now = self._used = self._monotonic()
        age = MOST_AGE if video in self._refused else PAUSE_FACTOR * self._took
        if now - self._read_at >= age:
            with self._lock:  # one thread reads, the others wait for what it reads
                if self._read_at < now:
                    self._read()
        uuids = self._uuids
        if uuids is None or video in uuids:
            return True
        if video not in self._refused:
            if len(self._refused) >= MOST_REFUSED:
                self._refused = set()
            self._refused.add(video)
        return False

    def confirm(self) -> bool:
        """Read the set again if it is in use, and return whether it is. Raises DatabaseError."""
        is_in_use = self._monotonic() - self._used < UNUSED_SECONDS
        if is_in_use:
            with self._lock:
                self._read()
        return is_in_use

    def _read(self) -> None:
        began = self._monotonic()
        self._uuids = reading.open_videos(self._most)
        self._read_at, self._took = began, self._monotonic() - began
