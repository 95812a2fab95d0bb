"""Draining a child's output, however much it prints and whoever else holds the pipe."""

import logging
import select
import threading

LOOK_EVERY_MILLISECONDS = 200
LAST_WORDS_SECONDS = 2
"""How long a pipe may stay open after the child's end: longer, and a process that got away from it holds it."""

logger = logging.getLogger(__name__)


class PipeReader:
    """Drains one pipe in a thread and keeps at most `limit` bytes: the first ones, or the last."""

    def __init__(self, pipe, limit, *, keep_end):
        self.kept = bytearray()
        self.overflowed = False
        self._is_abandoned = False
        self._pipe, self._limit, self._keep_end = pipe, limit, keep_end
        self._thread = threading.Thread(target=self._drain, daemon=True)
        self._thread.start()

    def _drain(self):
        with self._pipe:
            while self._has_more() and (block := self._pipe.read(65536)):
                self.kept += block
                if len(self.kept) > self._limit:
                    self.overflowed = True
                    self.kept = self.kept[-self._limit :] if self._keep_end else self.kept[: self._limit]

    def _has_more(self):
        """Wait until there is something to read, or the end; False if nobody wants it any more."""
        if not hasattr(select, "poll"):  # Windows: this thread may wait for ever, `finish` does not
            return not self._is_abandoned
        poller = select.poll()
        poller.register(self._pipe, select.POLLIN)
        while not self._is_abandoned:
            if poller.poll(LOOK_EVERY_MILLISECONDS):
                return True
        return False

    def finish(self):
        """Take in what the dead child wrote.

        A process that the child started and that left its group is not ended with it, and may hold the pipe open for
        ever: then the pipe is closed without waiting for its end.
        """
        self._thread.join(LAST_WORDS_SECONDS)
        if self._thread.is_alive():
            logger.warning("A process that was started while reading an upload outlives its sandbox.")
            self._is_abandoned = True
            self._thread.join(LAST_WORDS_SECONDS)
