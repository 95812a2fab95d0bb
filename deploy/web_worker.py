"""gunicorn's threaded worker, which leaves new connections to the process that has fewer of them.

The processes of a gunicorn share one listening socket, and whichever is awake takes the next connection. Without more,
one process can hold nearly all viewers: 500 slow viewers on 2 processes of 384 threads were shared out as 405 and 95
(measured by `bench/gate.py viewers` on Linux 6), so that every thread of the first was in use, and new visitors whom
it accepted waited for the end of a stream while the other process was idle.

Two rules mend this. A process without a free thread accepts nothing: the connection stays in the socket's queue, where
any process takes it as soon as it can. A process that has more connections than another waits a moment before it
accepts, so that the other is first. The counts are in memory that the processes share; a process that has not written
its own for two seconds (it has ended, or hangs) is passed over.

A connection on which nothing has moved for STALLED_SECONDS is closed, as nginx does by `send_timeout` and
`client_body_timeout`: a client that neither reads nor goes away would hold its thread for ever. The kernel measures
(Linux). A player that was cut while it was paused asks for the rest when it goes on.
"""

import logging
import mmap
import socket
import struct
import sys
import time
from typing import Any

from gunicorn.workers.gthread import ThreadWorker

SLOTS = 64  # more processes than this share slots, and are balanced less well
MARGIN = 2  # connections more than another process has, before this one leaves the next to it
LEAVE_SECONDS = 0.005  # for so long: the other may be busy with something else
PAUSE_SECONDS = 0.0005
FRESH_SECONDS = 2.0  # the worker's loop turns once a second at least
STALLED_SECONDS = 60

_SLOT = struct.Struct("=di4x")  # when it was written (monotonic clock, the same in all processes), connections
# Made in the parent, which imports this module before it forks.
_counts = mmap.mmap(-1, SLOTS * _SLOT.size)


class StalledFilter(logging.Filter):
    """Drops gunicorn's lines, with their tracebacks, about connections that were closed because nothing moved."""

    def filter(self, record: logging.LogRecord) -> bool:
        error = record.exc_info[1] if record.exc_info else None
        return not isinstance(error, TimeoutError | BlockingIOError)


def limit_stalls(listener: Any) -> None:
    """Have the connections that are accepted from the socket `listener` end when nothing moves on them."""
    if sys.platform != "linux" or listener.family not in (socket.AF_INET, socket.AF_INET6):
        return
    # Accepted sockets inherit both. A send has to wait if the client reads nothing: then its window is 0, which the
    # first option bounds. The second one is for the reading of requests.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, STALLED_SECONDS * 1000)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, struct.pack("ll", STALLED_SECONDS, 0))


class BalancedThreadWorker(ThreadWorker):
    """A gthread worker that accepts a connection only while it has a free thread, and after less busy processes."""

    def __init__(self, *arguments: Any, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        # `age` counts the processes that this gunicorn has started.
        self._slot = self.age % SLOTS
        self._left_first = self._left_last = 0.0

    def init_process(self) -> None:
        """Limit how long a connection may stall, and run."""
        for listener in self.sockets:
            limit_stalls(listener)
        self.log.error_log.addFilter(StalledFilter())
        super().init_process()

    def notify(self) -> None:
        """Give the sign of life, and write down how many connections this process has."""
        super().notify()
        self._write_count()

    def set_accept_enabled(self, enabled: bool) -> None:
        """Accept connections or not; never while every thread is in use."""
        super().set_accept_enabled(enabled and self._has_free_thread())

    def accept(self, listener: Any) -> None:
        """Accept a connection, unless another process should."""
        if not self._has_free_thread():
            # The loop asks again after each request that ends.
            super().set_accept_enabled(False)
        elif self._leaves_it():
            time.sleep(PAUSE_SECONDS)  # the socket stays readable: without a pause the loop would spin
        else:
            super().accept(listener)
            self._left_first = self._left_last = 0.0  # the next one is left to the others again
            self._write_count()

    def _has_free_thread(self) -> bool:
        waiting_for_clients = len(self.keepalived_conns) + len(self.pending_conns)
        return bool(self.nr_conns - waiting_for_clients < self.cfg.threads)

    def _leaves_it(self) -> bool:
        """True while another process that is alive has fewer connections, for LEAVE_SECONDS at most."""
        now = time.monotonic()
        others = [
            count
            for number, (written, count) in enumerate(_SLOT.iter_unpack(_counts[:]))
            if number != self._slot and now - written < FRESH_SECONDS
        ]
        if not others or self.nr_conns <= min(others) + MARGIN:
            return False
        if now - self._left_last > LEAVE_SECONDS:
            self._left_first = now
        self._left_last = now
        return now - self._left_first < LEAVE_SECONDS

    def _write_count(self) -> None:
        _SLOT.pack_into(_counts, self._slot * _SLOT.size, time.monotonic(), self.nr_conns)
