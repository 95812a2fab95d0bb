"""The places of running downloads. Each transfer holds a thread of the process for as long as its client likes."""

import threading
from collections import Counter

from django.conf import settings

from video_pages.access.decide import Verdict
from video_pages.access.visitor import Visitor

MOST_OF_ONE = 2
"""Places of one holder, so that a slow or unkind client leaves the others to everybody else."""


class Places:
    """The transfers that a process runs at once: a quarter of its threads, and at least one. Safe for threads.

    A holder, as `holder_of` names it, has MOST_OF_ONE of them at most. `taken` is {holder: number}, without zeros.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.taken: Counter[str] = Counter()

    def take(self, holder: str) -> bool:
        """Take a place for `holder` and return True, or return False if there is none for it."""
        with self._lock:
            is_full = self.taken.total() >= max(1, settings.WEB_THREADS // 4)
            if is_full or self.taken[holder] >= MOST_OF_ONE:
                self.taken = +self.taken
                return False
            self.taken[holder] += 1
            return True

    def give_back(self, holder: str) -> None:
        """Give a place of `holder` back."""
        with self._lock:
            self.taken[holder] -= 1
            self.taken = +self.taken

    def has_most(self, holder: str) -> bool:
        """Return whether `holder` has as many places as one may have."""
        with self._lock:
            return self.taken.get(holder, 0) >= MOST_OF_ONE


places = Places()


def holder_of(video_id: int, visitor: Visitor, verdict: Verdict) -> str:
    """Return who holds a place: the access row of `verdict`, or without one the client and the video `video_id`."""
    return f"row:{verdict.access_id}" if verdict.access_id else f"open:{video_id}:{visitor.address}"
