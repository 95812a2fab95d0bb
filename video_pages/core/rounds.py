"""A thread of a process that repeats a piece of work while there is some, and ends with it."""

import abc
import atexit
import os
import threading
import weakref

STOP_SECONDS = 2.0
"""The longest time that the end of the process waits for a round."""


class Rounds(abc.ABC):
    """Calls `work` every `period` seconds in a thread named `name`, from `ensure_running` until `is_idle`.

    A process that is forked begins without the thread. If an exception of `work` ends the thread, the next
    `ensure_running` starts it again. Subclasses define `work` and `is_idle`. Safe for threads.
    """

    def __init__(self, name: str, period: float) -> None:
        self.name, self.period = name, period
        self.reset()
        _all.add(self)

    def reset(self) -> None:
        """Begin without a thread, as in a child process after a fork."""
        self._lock = threading.Lock()
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None

    @abc.abstractmethod
    def work(self) -> None:
        """Do one round."""

    @abc.abstractmethod
    def is_idle(self) -> bool:
        """Return whether no further round is needed. It is called under a lock, so it must be quick."""

    def is_running(self) -> bool:
        """Return whether the thread runs."""
        thread = self._thread
        return thread is not None and thread.is_alive()

    def ensure_running(self) -> None:
        """Start the thread if it does not run. Call this after there is something to do."""
        with self._lock:  # the thread decides under it that it ends, so it does not miss what came before this call
            if not self.is_running() and not self._stopped.is_set():
                self._thread = threading.Thread(target=self._run, name=self.name, daemon=True)
                self._thread.start()

    def stop(self) -> None:
        """End the thread for good, so that it does not run while the interpreter shuts down."""
        self._stopped.set()
        thread = self._thread
        if thread is not None and thread is not threading.current_thread():
            thread.join(STOP_SECONDS)

    def _run(self) -> None:
        while not self._stopped.wait(self.period):
            self.work()
            with self._lock:
                if self.is_idle():
                    self._thread = None
                    return


_all: weakref.WeakSet[Rounds] = weakref.WeakSet()


def stop_all() -> None:
    """Stop the threads of this process."""
    for rounds in list(_all):
        rounds.stop()


def reset_all() -> None:
    """Begin a child process without the threads, the locks and the work of its parent."""
    for rounds in list(_all):
        rounds.reset()


atexit.register(stop_all)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=reset_all)
