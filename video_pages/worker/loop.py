"""The worker process: queued jobs in one thread, periodic tasks in another; the main thread supervises both.

SIGTERM and SIGINT kill the running ffmpeg, return its job to the queue and end the process within seconds. After
SIGKILL the kernel ends the children (see `transcoding.launcher`), and another worker claims the job when its lease has
expired.
"""

import datetime as dt
import logging
import signal
import threading
import time
from collections.abc import Callable
from types import FrameType

from django.db import DatabaseError, close_old_connections, connections
from django.utils.crypto import get_random_string
from django_tasks import task_backends
from django_tasks_db.backend import DatabaseBackend
from django_tasks_db.models import DBTaskResult

from video_pages.core import clock
from video_pages.library import identity
from video_pages.transcoding import claims, jobs, sandbox
from video_pages.transcoding.models import ProcessingJob
from video_pages.transcoding.tasks import QUEUE
from video_pages.worker import periodic
from video_pages.worker.compat import QueueWorker, new_queue_worker, stop_queue_worker
from video_pages.worker.models import WorkerHeartbeat

HEARTBEAT_SECONDS = 15
SWEEP_SECONDS = 10
QUEUE_SECONDS = 1
PERIODIC_SECONDS = 5
SHUTDOWN_SECONDS = 20
DATABASE_RETRY_SECONDS = 5

logger = logging.getLogger(__name__)


class Worker:
    """One worker process. Call `run()` or `run_until_idle()`, once."""

    def __init__(self) -> None:
        # The random suffix differs from that of the worker before in the same container; host and process id do not.
        self.name = f"{claims.worker_name()[:71]}:{get_random_string(8)}"
        self.is_stopping = False
        self._queue: QueueWorker | None = None
        if isinstance(task_backends[QUEUE], DatabaseBackend):  # other engines have their own workers
            self._queue = new_queue_worker(self.name, queue=QUEUE)

    def end_on_signals(self) -> None:
        """Shut down gracefully on SIGTERM and SIGINT; a second signal ends the process at once."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self.stop)

    def stop(self, number: int | None = None, frame: FrameType | None = None) -> None:
        """Start the shutdown (a signal handler).

        It only assigns variables, because the interrupted code may hold any lock.
        """
        if number is not None:
            signal.signal(number, signal.SIG_DFL)
        self.is_stopping = True
        sandbox.stop_children()
        if self._queue:
            stop_queue_worker(self._queue)

    def establish_library(self) -> bool:
        """Write the identity of a new library; return whether the library belongs to the database, and log if not."""
        library_state = identity.establish()
        if not library_state.is_usable:
            logger.error("Videos wait. %s", identity.describe(library_state))
        return library_state.is_usable

    def run(self) -> None:
        """Work until `stop` is called. Raises RuntimeError if a thread ends by itself: a supervisor restarts it."""
        threads = [
            threading.Thread(target=self._repeat, args=(step, seconds), name=name, daemon=True)
            for name, step, seconds in (
                ("queue", self.drain, QUEUE_SECONDS),
                ("periodic", self._run_periodic, PERIODIC_SECONDS),
            )
        ]
        write_heartbeat = _AtMostEvery(HEARTBEAT_SECONDS, self._write_heartbeat)
        sweep = _AtMostEvery(SWEEP_SECONDS, jobs.sweep)

        def supervise() -> None:
            write_heartbeat()
            sweep()
            has_dead_thread = not all(thread.is_alive() for thread in threads)
            if has_dead_thread and not self.is_stopping:  # in this order: threads end when the worker is stopping
                raise RuntimeError("A part of the worker stopped by itself; the log above says why.")

        self.establish_library()
        write_heartbeat()
        for thread in threads:
            thread.start()
        try:
            self._repeat(supervise, QUEUE_SECONDS)
        finally:
            self.stop()
            deadline = time.monotonic() + SHUTDOWN_SECONDS
            for thread in threads:
                thread.join(max(0.0, deadline - time.monotonic()))
            self._remove_heartbeat()

    def run_until_idle(self) -> None:
        """Run the due periodic tasks and every job, also those that wait for another try, then return.

        If the library does not belong to the database, no job is run.
        """
        is_usable = self.establish_library()
        self._write_heartbeat()
        self._run_periodic()
        while is_usable and not self.is_stopping:
            self.drain()
            # An unfinished job that is not in the empty queue was lost: the sweep delivers it again.
            delivered = jobs.sweep(redeliver_after=dt.timedelta(0))
            if not delivered and not ProcessingJob.objects.unfinished().exists():
                break
            if not delivered:
                self._pause(QUEUE_SECONDS)
        self._remove_heartbeat()

    def drain(self) -> None:
        """Run the jobs of the queue until it is empty."""
        if self._queue and not self.is_stopping and _queue_has_work():
            self._queue.run()

    def _run_periodic(self) -> None:
        periodic.run_due_tasks(worker=self.name)

    def _repeat(self, step: Callable[[], object], seconds: float) -> None:
        """Call `step` every `seconds` until `stop` is called; after a database error, pause and try again."""
        try:
            while not self.is_stopping:
                close_old_connections()
                try:
                    step()
                except DatabaseError:
                    logger.exception("The worker could not use the database; it tries again.")
                    connections.close_all()
                    self._pause(DATABASE_RETRY_SECONDS)
                self._pause(seconds)
        finally:
            if threading.current_thread() is not threading.main_thread():
                connections.close_all()

    def _pause(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        while not self.is_stopping and time.monotonic() < end:
            time.sleep(min(0.2, seconds))

    def _write_heartbeat(self) -> None:
        now = clock.now()
        WorkerHeartbeat.objects.update_or_create(
            worker=self.name, defaults={"seen_at": now}, create_defaults={"started_at": now, "seen_at": now}
        )
        WorkerHeartbeat.objects.filter(seen_at__lt=now - dt.timedelta(days=1)).delete()

    def _remove_heartbeat(self) -> None:
        WorkerHeartbeat.objects.filter(worker=self.name).delete()


class _AtMostEvery:
    """Calls `work` at the first call and then at most once in `seconds`."""

    def __init__(self, seconds: float, work: Callable[[], object]) -> None:
        self._seconds, self._work, self._next = seconds, work, 0.0

    def __call__(self) -> None:
        if time.monotonic() >= self._next:
            self._next = time.monotonic() + self._seconds
            self._work()


def _queue_has_work() -> bool:
    """Return whether the queue has a job; unlike the queue's own search, without SQLite's write lock."""
    return DBTaskResult.objects.ready().filter(backend_name=QUEUE).exists()
