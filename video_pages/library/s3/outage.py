"""The outage of a bucket, as one process remembers it: not every request waits for a server that does not answer.

A request to a server that is gone takes a quarter of a minute. If the request of each viewer waited for that long, no
thread would be left for pages. During an outage one request in PAUSE_SECONDS tries, and all others fail at once.
"""

import logging
import threading
import time

PAUSE_SECONDS = 2.0

logger = logging.getLogger(__name__)


class Outage:
    """Decides which requests are sent, from how the last ones ended. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._next_try: float | None = None

    def admits(self) -> bool:
        """Return whether a request may be sent now; during an outage, the one that may is the next try."""
        if self._next_try is None:
            return True
        with self._lock:
            now = time.monotonic()
            if self._next_try is not None and now < self._next_try:
                return False
            self._next_try = now + PAUSE_SECONDS
            return True

    def note(self, *, answered: bool, problem: object = "") -> None:
        """Note whether the server has answered a request; a refusal is an answer, a fault of the server is none."""
        if answered and self._next_try is None:
            return
        with self._lock:
            was_away = self._next_try is not None
            self._next_try = None if answered else time.monotonic() + PAUSE_SECONDS
        if answered and was_away:
            logger.warning("The bucket answers again.")
        elif not answered and not was_away:
            logger.warning("The bucket does not answer: %s", problem)

    def reset(self) -> None:
        """End the outage; for tests."""
        self._next_try = None


outage = Outage()
