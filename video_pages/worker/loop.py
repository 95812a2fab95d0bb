"""The worker process: queued jobs in one thread, periodic work in another; the main one watches over both.

A signal to end (SIGTERM, SIGINT) kills the running ffmpeg, puts its job back and leaves within seconds. After a
kill -9 the kernel ends the children (see `transcoding.launcher`), and another worker takes the job up when its
lease is over.
"""

import datetime as dt
import logging
import signal
import threading
import time

from django.db import DatabaseError, close_old_connections, connections
from django.utils.crypto import get_random_string
from django_tasks import task_backends
from django_tasks_db.backend import DatabaseBackend
from django_tasks_db.management.commands.db_worker import Worker as QueueWorker
from django_tasks_db.models import DBTaskResult

from video_pages.core import clock
from video_pages.library import identity
from video_pages.transcoding import claims, jobs, sandbox
from video_pages.transcoding.models import ProcessingJob
from video_pages.transcoding.tasks import QUEUE
from video_pages.worker import periodic
from video_pages.worker.models import WorkerHeartbeat

HEARTBEAT_SECONDS = 15
SWEEP_SECONDS = 10
QUEUE_SECONDS = 1
PERIODIC_SECONDS = 5
LEAVE_SECONDS = 20
AFTER_A_DATABASE_ERROR_SECONDS = 5

logger = logging.getLogger(__name__)


class Worker:
    """One worker process. Call `run()` or `run_until_idle()`, once."""

    def __init__(self):
        # Unlike host and process id, the suffix tells a worker from the one before it in the same container.
        self.name = f"{claims.worker_name()[:71]}:{get_random_string(8)}"
        self.is_stopping = False
        self._queue = None
        if isinstance(task_backends[QUEUE], DatabaseBackend):  # other engines bring their own workers
            self._queue = QueueWorker(
                queue_names=["*"],
                interval=0,
                batch=True,
                backend_name=QUEUE,
                startup_delay=False,
                max_tasks=None,
                worker_id=self.name[-64:],
                excluded_queue_names=[],
            )

    def end_on_signals(self):
        """Leave gracefully on SIGTERM and SIGINT; a second one ends the process at once."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self.stop)

    def stop(self, number=None, frame=None):
        """Begin to leave (a signal handler).

        Plain assignments only: the code it interrupts may hold any lock.
        """
        if number is not None:
            signal.signal(number, signal.SIG_DFL)
        self.is_stopping = True
        sandbox.stop_children()
        if self._queue:
            self._queue.running = False

    def establish_library(self):
        """Give a new library its identity; return whether it is the database's, and say what is wrong if not."""
        library_state = identity.establish()
        if not library_state.is_usable:
            logger.error("Videos wait. %s", identity.describe(library_state))
        return library_state.is_usable

    def run(self):
        """Work until told to stop. Raises RuntimeError if a part ended by itself: a supervisor starts anew."""
        parts = [
            threading.Thread(target=self._repeat, args=(step, seconds), name=name, daemon=True)
            for name, step, seconds in (
                ("queue", self.drain, QUEUE_SECONDS),
                ("periodic", self._run_periodic, PERIODIC_SECONDS),
            )
        ]
        beat, sweep = _Every(HEARTBEAT_SECONDS, self._beat), _Every(SWEEP_SECONDS, jobs.sweep)

        def watch():
            beat()
            sweep()
            has_lost_one = not all(part.is_alive() for part in parts)
            if has_lost_one and not self.is_stopping:  # in this order: they end because it is stopping
                raise RuntimeError("A part of the worker stopped by itself; the log above says why.")

        self.establish_library()
        beat()
        for part in parts:
            part.start()
        try:
            self._repeat(watch, QUEUE_SECONDS)
        finally:
            self.stop()
            deadline = time.monotonic() + LEAVE_SECONDS
            for part in parts:
                part.join(max(0.0, deadline - time.monotonic()))
            self._remove_heartbeat()

    def run_until_idle(self):
        """Do the periodic work that is due and every job, waiting for those to be tried again, then return.

        Without the library that the database knows, no job is waited for.
        """
        is_usable = self.establish_library()
        self._beat()
        self._run_periodic()
        while is_usable and not self.is_stopping:
            self.drain()
            # What the empty queue does not hold and still is to be done, was lost on the way.
            delivered = jobs.sweep(redeliver_after=dt.timedelta(0))
            if not delivered and not ProcessingJob.objects.unfinished().exists():
                break
            if not delivered:
                self._pause(QUEUE_SECONDS)
        self._remove_heartbeat()

    def drain(self):
        """Do the jobs on the queue until it is empty."""
        if self._queue and not self.is_stopping and _queue_has_work():
            self._queue.run()

    def _run_periodic(self):
        periodic.run_due_tasks(worker=self.name)

    def _repeat(self, step, seconds):
        """Call `step` every `seconds` until told to stop. A database that is away for a while is waited for."""
        try:
            while not self.is_stopping:
                close_old_connections()
                try:
                    step()
                except DatabaseError:
                    logger.exception("The worker could not use the database; it tries again.")
                    connections.close_all()
                    self._pause(AFTER_A_DATABASE_ERROR_SECONDS)
                self._pause(seconds)
        finally:
            if threading.current_thread() is not threading.main_thread():
                connections.close_all()

    def _pause(self, seconds):
        end = time.monotonic() + seconds
        while not self.is_stopping and time.monotonic() < end:
            time.sleep(min(0.2, seconds))

    def _beat(self):
        now = clock.now()
        WorkerHeartbeat.objects.update_or_create(
            worker=self.name, defaults={"seen_at": now}, create_defaults={"started_at": now, "seen_at": now}
        )
        WorkerHeartbeat.objects.filter(seen_at__lt=now - dt.timedelta(days=1)).delete()

    def _remove_heartbeat(self):
        WorkerHeartbeat.objects.filter(worker=self.name).delete()


class _Every:
    """Calls `work` at the first call and then at most once in `seconds`."""

    def __init__(self, seconds, work):
        self._seconds, self._work, self._next = seconds, work, 0.0

    def __call__(self):
        if time.monotonic() >= self._next:
            self._next = time.monotonic() + self._seconds
            self._work()


def _queue_has_work():
    """A read before the queue's own search, which takes SQLite's write lock each time."""
    return DBTaskResult.objects.ready().filter(backend_name=QUEUE).exists()
