"""The worker process: threads for jobs, periodic tasks, mail codes, posters and the self-test; the main thread watches.

SIGTERM and SIGINT kill the running ffmpeg, return its job to the queue and end the process within seconds. After
SIGKILL the kernel ends the children (see `transcoding.launcher`), and another worker claims the job when its lease has
expired, or sooner where a broker knows which workers are alive.
"""

import contextlib
import datetime as dt
import logging
import signal
import threading
import time
from collections.abc import Callable
from types import FrameType

from django.conf import settings
from django.db import DatabaseError, InterfaceError, close_old_connections, connections
from django.utils.crypto import get_random_string

from video_pages.access.invitations.by_mail import sending
from video_pages.core import clock
from video_pages.core.repeated_errors import RepeatedErrors
from video_pages.ingest import replace_from_bucket
from video_pages.library import identity
from video_pages.self_test import keeping
from video_pages.transcoding import chosen_frames, claims, jobs, sandbox
from video_pages.transcoding.models import ProcessingJob, Stage
from video_pages.worker import periodic
from video_pages.worker.celery_queue import CeleryQueue
from video_pages.worker.database_queue import DatabaseQueue
from video_pages.worker.models import WorkerHeartbeat
from video_pages.worker.slots import Slots
from video_pages.worker.steps import AtMostEvery, RepeatedStep

HEARTBEAT_SECONDS = 15
SWEEP_SECONDS = 10
SUPERVISE_SECONDS = 1
PERIODIC_SECONDS = 5
NEW_VERSIONS_SECONDS = 3
SELF_TEST_SECONDS = 20
STALE_FILES_SECONDS = 3600
FRAMES_SECONDS = 1
"""An editor waits for the frame that becomes the poster."""
MAIL_RETRY_SECONDS = 15
SHUTDOWN_SECONDS = 20
DATABASE_RETRY_SECONDS = FILES_RETRY_SECONDS = 5

logger = logging.getLogger(__name__)


class Worker:
    """One worker process. Call `run()` or `run_until_idle()`, once."""

    def __init__(self) -> None:
        # The random suffix differs from that of the worker before in the same container; host and process id do not.
        self.name = f"{claims.worker_name()[:71]}:{get_random_string(8)}"
        self.is_stopping = False
        self.slots = Slots(self.name, lambda: self.is_stopping)
        self._errors = RepeatedErrors()
        self._tidy_disk = AtMostEvery(STALE_FILES_SECONDS, self._remove_stale_files)
        self._queue = CeleryQueue(self.slots) if settings.VIDEO_TASKS == "celery" else DatabaseQueue(self.slots)

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
        self._queue.stop()

    def establish_library(self) -> bool:
        """Write the identity of a new library; return whether the library belongs to the database, and log if not."""
        library_state = identity.establish()
        if not library_state.is_usable:
            logger.error("Videos wait. %s", identity.describe(library_state))
        return library_state.is_usable

    def run(self) -> None:
        """Work until `stop` is called. Raises RuntimeError if a thread ends by itself: a supervisor restarts it."""
        steps = [
            *self._queue.steps(),
            RepeatedStep("periodic", self._run_periodic, PERIODIC_SECONDS),
            RepeatedStep("mail-codes", self._send_codes_in_slots, 0),
            RepeatedStep("new-versions", self._inspect_new_versions, NEW_VERSIONS_SECONDS),
            RepeatedStep("self-test", self._run_self_test, SELF_TEST_SECONDS),
            RepeatedStep("chosen-frames", self._draw_chosen_frames, FRAMES_SECONDS),
        ]
        threads = [
            threading.Thread(target=self._repeat, args=(step.step, step.seconds), name=step.name, daemon=True)
            for step in steps
        ]
        write_heartbeat = AtMostEvery(HEARTBEAT_SECONDS, self._write_heartbeat)
        sweep = AtMostEvery(SWEEP_SECONDS, jobs.sweep)

        def supervise() -> None:
            write_heartbeat()
            self._queue.supervise()
            sweep()
            has_dead_thread = not all(thread.is_alive() for thread in threads)
            if has_dead_thread and not self.is_stopping:  # in this order: threads end when the worker is stopping
                raise RuntimeError("A part of the worker stopped by itself; the log above says why.")

        self._begin()
        for thread in threads:
            thread.start()
        try:
            self._repeat(supervise, SUPERVISE_SECONDS)
        finally:
            self.stop()
            deadline = time.monotonic() + SHUTDOWN_SECONDS
            for thread in threads:
                thread.join(max(0.0, deadline - time.monotonic()))
            with contextlib.suppress(DatabaseError):  # it expires by itself
                self._remove_heartbeat()

    def _begin(self) -> None:
        """Write the identity of a new library and the first heartbeat.

        Repeated after an error: a supervisor gives up a worker that ends again and again, and `make run` with it the
        web server.
        """
        while not self.is_stopping and not (
            self._attempt(self.establish_library) and self._attempt(self._write_heartbeat)
        ):
            pass

    def run_until_idle(self) -> None:
        """Run the due periodic tasks and every job, also those that wait for another try, then return.

        If the library does not belong to the database, no job is run.
        """
        is_usable = self.establish_library()
        self._write_heartbeat()
        self._run_periodic()
        self._send_codes()
        if is_usable:
            self._draw_chosen_frames()
        self._inspect_new_versions()
        while is_usable and not self.is_stopping:
            done = self.slots.drain()
            jobs.sweep()
            if not ProcessingJob.objects.unfinished().filter(stage__in=self.slots.stages).exists():
                break
            if not done:  # all wait: for their time, for another worker, or for the library
                self._pause(SUPERVISE_SECONDS)
        self._remove_heartbeat()

    def _run_periodic(self) -> None:
        self._tidy_disk()
        periodic.run_due_tasks(worker=self.name)

    def _remove_stale_files(self) -> None:
        """Remove what killed processes left on this machine; after an error, it is tried again in an hour."""
        try:
            periodic.remove_stale_files(clock.now())
        except OSError:
            logger.exception("Files that killed processes left could not be removed.")

    def _inspect_new_versions(self) -> None:
        """Inspect what browsers have sent to the bucket in place of a source; after an error, go on with the next."""
        if Stage.PLAYABLE not in self.slots.stages or not identity.state().is_usable:
            return
        self._errors.contain(
            replace_from_bucket.inspect_all, logger, "A new version in the bucket could not be inspected."
        )

    def _send_codes_in_slots(self) -> None:
        self._pause(sending.seconds_to_slot(clock.now()))
        if not self.is_stopping:
            self._send_codes()

    def _send_codes(self) -> None:
        """Send the mail codes that people wait for; while the mail server can't be reached, pause."""
        try:
            sending.send_codes()
        except OSError as error:  # SMTPException is one
            logger.warning("Mail codes wait: the mail server can't be used (%s).", type(error).__name__)
            self._pause(MAIL_RETRY_SECONDS)

    def _run_self_test(self) -> None:
        keeping.run_due(is_stopping=lambda: self.is_stopping)

    def _draw_chosen_frames(self) -> None:
        """Draw the frames that wait as posters; an error that is not in their rows leaves them for the next time."""

        def draw() -> None:
            while not self.is_stopping and chosen_frames.draw_next():
                pass

        self._errors.contain(draw, logger, "The frames that editors chose could not be drawn; they are tried again.")

    def _repeat(self, step: Callable[[], object], seconds: float) -> None:
        """Call `step` every `seconds` until `stop` is called; after an error of database or files, pause and go on."""
        try:
            while not self.is_stopping:
                close_old_connections()
                self._attempt(step)
                self._pause(seconds)
        finally:
            if threading.current_thread() is not threading.main_thread():
                connections.close_all()

    def _attempt(self, step: Callable[[], object]) -> bool:
        """Call `step` and return True; after an error of the database or of a file, pause and return False.

        It is logged once until it changes.
        """
        name = getattr(step, "__qualname__", repr(step))
        try:
            step()
        except (DatabaseError, InterfaceError) as error:
            if self._errors.is_new(name, error):
                logger.exception("The worker could not use the database; it tries again.")
            connections.close_all()
            self._queue.note_database_error()
            self._pause(DATABASE_RETRY_SECONDS)
        except OSError as error:  # a disk or a network that is away: other threads hold work of hours
            if self._errors.is_new(name, error):
                logger.exception("The worker could not use a file or an address; it tries again.")
            self._pause(FILES_RETRY_SECONDS)
        else:
            self._errors.is_over(name)
            return True
        return False

    def _pause(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        while not self.is_stopping and time.monotonic() < end:
            time.sleep(max(0.0, min(0.2, end - time.monotonic())))

    def _write_heartbeat(self) -> None:
        now = clock.now()
        WorkerHeartbeat.objects.update_or_create(
            worker=self.name, defaults={"renewed_at": now}, create_defaults={"started_at": now, "renewed_at": now}
        )
        WorkerHeartbeat.objects.filter(renewed_at__lt=now - dt.timedelta(days=1)).delete()

    def _remove_heartbeat(self) -> None:
        WorkerHeartbeat.objects.filter(worker=self.name).delete()
