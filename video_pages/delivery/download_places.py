"""The places of running downloads. Each transfer holds a thread of the process for as long as its client likes."""

import threading
from collections import Counter, deque

from django.conf import settings

from video_pages.access.decide import Verdict
from video_pages.access.visitor import Visitor

MOST_OF_ONE = 2
"""Places of one holder, so that a slow or unkind client leaves the others to everybody else."""


class Places:
    """The transfers that a process runs at once: a quarter of its threads, and at least one. Safe for threads.

    A holder, as `holder_of` names it, has MOST_OF_ONE of them at most.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._taken: Counter[str] = Counter()
        self._returned: deque[str] = deque()

    @property
    def taken(self) -> Counter[str]:
        """The taken places as {holder: number}, without zeros."""
        with self._lock:
            self._settle()
            return self._taken.copy()

    def take(self, holder: str) -> bool:
        """Take a place for `holder` and return True, or return False if there is none for it."""
        with self._lock:
            self._settle()
            is_full = self._taken.total() >= max(1, settings.WEB_THREADS // 4)
            if is_full or self._taken[holder] >= MOST_OF_ONE:
                return False
            self._taken[holder] += 1
            return True

    def give_back(self, holder: str) -> None:
        """Give a place of `holder` back. Takes no lock: the garbage collector may call it inside of `take`."""
        self._returned.append(holder)

    def has_most(self, holder: str) -> bool:
        """Return whether `holder` has as many places as one may have."""
        return self.taken[holder] >= MOST_OF_ONE

    def _settle(self) -> None:
        """Count the places that were given back. The caller holds the lock."""
        while self._returned:
            self._taken[self._returned.popleft()] -= 1
        self._taken = +self._taken


places = Places()


def holder_of(video_id: int, visitor: Visitor, verdict: Verdict) -> str:
    """Return who holds a place: the access row of `verdict`, or without one the client and the video `video_id`."""
    return f"row:{verdict.access_id}" if verdict.access_id else f"open:{video_id}:{visitor.address}"
