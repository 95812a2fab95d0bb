"""The jobs that one worker process does at the same time.

WORKER_LADDERS slots do all work of the queues that the worker serves. While all of them are taken, one more slot makes
films playable, so that an upload never waits for the ladder of another film.
"""

import logging
import threading
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import DatabaseError, InterfaceError

from video_pages.library import identity
from video_pages.library.identity import LibraryState
from video_pages.transcoding import jobs, part_work, parts
from video_pages.transcoding.models import Held, Stage

logger = logging.getLogger(__name__)


class Slots:
    """The slots of the worker `name`. `is_stopping()` returns True when no further job is to begin."""

    def __init__(self, name: str, is_stopping: Callable[[], bool]) -> None:
        self.name = name
        self.stages = tuple(Stage(queue) for queue in settings.WORKER_QUEUES)
        self._is_stopping = is_stopping
        self._lock = threading.Lock()
        self._taken = 0
        self._is_library_usable: bool | None = None  # not known yet

    @property
    def makes_ladders(self) -> bool:
        return Stage.LADDER in self.stages

    @property
    def has_quick_slot(self) -> bool:
        """Return whether one more slot makes films playable: not in a worker that does only that, or never does."""
        return set(self.stages) == set(Stage)

    def drain(self) -> int:
        """Run the jobs of the worker's queues, each in its turn, until none can be claimed; return their number."""
        done = 0
        while self.run_one(self.stages):
            done += 1
        return done

    def drain_quickly(self) -> None:
        """Make films playable while all other slots are taken, until none can be claimed."""
        while self._taken >= settings.WORKER_LADDERS and self.run_one([Stage.PLAYABLE], is_quick=True):
            pass

    def run_one(self, stages: Collection[Stage], *, is_quick: bool = False) -> bool:
        """Claim the next job of `stages` and do it; return False if there is none.

        With `is_quick`, the job is passed on before its ladder. Raises DatabaseError; any other error is logged, and
        the job waits for its next attempt.
        """
        if self._is_stopping() or not self._library_is_usable():
            return False
        if settings.LADDER_SPLIT and Stage.LADDER in stages:
            # A ladder that has begun is finished before the next one begins.
            job = jobs.claim_next([Stage.PLAYABLE], worker=self.name) if Stage.PLAYABLE in stages else None
            part = None if job else parts.claim_next(worker=self.name, but_not=part_work.unfit())
            if part is not None:
                with self._take(is_quick):
                    self._run(part, lambda: part_work.help_with(part, worker=self.name))
                return True
        else:
            job = None
        job = job or jobs.claim_next(stages, worker=self.name)
        if job is None:
            return False
        claimed = job
        with self._take(is_quick):
            self._run(job, lambda: jobs.run_claimed(claimed, is_quick=is_quick or not self.makes_ladders))
        return True

    def _run(self, job: Held, work: Callable[[], object]) -> None:
        try:
            work()
        except (DatabaseError, InterfaceError):
            raise
        except Exception:
            logger.exception("%s failed unexpectedly; it is tried again.", job.name_in_log)

    @contextmanager
    def _take(self, is_quick: bool) -> Iterator[None]:
        number = 0 if is_quick else 1
        with self._lock:
            self._taken += number
        try:
            yield
        finally:
            with self._lock:
                self._taken -= number

    def _library_is_usable(self) -> bool:
        """Return whether the library belongs to the database; log each change."""
        state = identity.state()
        if state == LibraryState.NEW:
            # Its bucket was away, or could not be written, when the worker started.
            state = identity.establish()
        if state.is_usable != self._is_library_usable:
            was_away, self._is_library_usable = self._is_library_usable is False, state.is_usable
            if state.is_usable:
                if was_away:
                    logger.warning("The library is back; videos are processed again.")
                # At the start, too: the worker that told of it may have ended before the library was back.
                jobs.record_library_state(is_usable=True)
            else:
                logger.error("Videos wait. %s", identity.describe(state))
        if not state.is_usable:
            jobs.record_library_state(is_usable=False)
        return state.is_usable
