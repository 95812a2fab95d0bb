"""Drain a child's output, whatever its amount, and whichever other process holds the pipe."""

import logging
import select
import threading
from typing import IO

POLL_MILLISECONDS = 200
CLOSE_TIMEOUT_SECONDS = 2
"""How long a pipe may stay open after the child's end. If it takes longer, another process holds it."""

logger = logging.getLogger(__name__)


class PipeReader:
    """Drains one pipe in a thread and keeps at most `limit` bytes: the first ones, or the last."""

    def __init__(self, pipe: IO[bytes], limit: int, *, keep_end: bool) -> None:
        self.kept = bytearray()
        self.overflowed = False
        self._is_abandoned = False
        self._pipe, self._limit, self._keep_end = pipe, limit, keep_end
        self._thread = threading.Thread(target=self._drain, daemon=True)
        self._thread.start()

    def _drain(self) -> None:
        with self._pipe:
            while self._has_more() and (block := self._pipe.read(65536)):
                self.kept += block
                if len(self.kept) > self._limit:
                    self.overflowed = True
                    self.kept = self.kept[-self._limit :] if self._keep_end else self.kept[: self._limit]

    def _has_more(self) -> bool:
        """Wait until the pipe has data or ends; return False if it is abandoned."""
        if not hasattr(select, "poll"):  # Windows: this thread may wait for ever, `finish` does not
            return not self._is_abandoned
        poller = select.poll()
        poller.register(self._pipe, select.POLLIN)
        while not self._is_abandoned:
            if poller.poll(POLL_MILLISECONDS):
                return True
        return False

    def finish(self) -> None:
        """Read the rest of what the ended child wrote.

        A process that the child started and that left its group does not end with it, and may hold the pipe open for
        ever. Then the pipe is closed before its end.
        """
        self._thread.join(CLOSE_TIMEOUT_SECONDS)
        if self._thread.is_alive():
            logger.warning("A process that was started while reading an upload outlives its sandbox.")
            self._is_abandoned = True
            self._thread.join(CLOSE_TIMEOUT_SECONDS)
