"""TASKS=celery: Celery's own workers, in threads of this process, give the jobs to its slots.

There is one Celery worker for each kind of slot, because a Celery worker with both queues would give ladders to every
thread. A message is acknowledged after its job, and each thread holds one at most. It wakes a slot for the next job of
its queue, which need not be the one that it names; so messages that come twice, late or about finished jobs do no harm.
A message of the first queue wakes a slot for all jobs that wait there.
"""

import functools
import threading
from collections.abc import Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.conf import settings
from django.db import close_old_connections, connections

from video_pages.transcoding import broker, jobs
from video_pages.transcoding.models import Stage
from video_pages.worker.presence import Presence
from video_pages.worker.slots import Slots
from video_pages.worker.steps import AtMostEvery, RepeatedStep

RESTART_SECONDS = 2
PRESENCE_SECONDS = 3
SILENT_SECONDS = 4


class CeleryQueue:
    """Gives the jobs to the slots of this process, and tells other workers that it is alive."""

    def __init__(self, slots: Slots) -> None:
        self._slots = slots
        self._presence = Presence(settings.CELERY_BROKER_URL, slots.name)
        self._renew = AtMostEvery(PRESENCE_SECONDS, self._presence.renew)
        self._take_over = AtMostEvery(SILENT_SECONDS, lambda: jobs.take_back_silent(self._presence.is_dead))

    def steps(self) -> list[RepeatedStep]:
        """Return the steps that the worker repeats, each in a thread of its own."""
        _register_task()  # here, because Celery's modules may not be imported by two threads at once
        slots = self._slots
        steps = [self._consumer("queue", slots.stages, settings.WORKER_LADDERS, is_quick=False)]
        if slots.has_quick_slot:
            steps.append(self._consumer("quick", [Stage.PLAYABLE], 1, is_quick=True))
        return steps

    def supervise(self) -> None:
        """Tell the others that this worker is alive, and take over from those that are not."""
        self._renew()
        self._take_over()

    def note_database_error(self) -> None:
        """Wait before the next verdict about other workers: after an outage, no lease has been renewed."""
        self._presence.distrust()

    def stop(self) -> None:
        """Let Celery's workers end after their present jobs (a signal handler: it only assigns a variable)."""
        from celery.worker import state

        state.should_stop = 0

    def _consumer(self, name: str, stages: Collection[Stage], threads: int, *, is_quick: bool) -> RepeatedStep:
        def run(stage: Stage) -> None:
            # Celery asks for the next message up to two seconds later, too long where films wait for first playback.
            while self._slots.run_one([stage], is_quick=is_quick) and stage == Stage.PLAYABLE:
                pass

        def consume() -> None:
            _new_worker(f"{name}@{self._slots.name}", [stage.value for stage in stages], threads, run).start()

        return RepeatedStep(name, consume, RESTART_SECONDS)


class _Thread(threading.local):
    """The slot of a thread: `run(stage)` does one job."""

    run: Callable[[Stage], None]


_thread = _Thread()


@functools.cache
def _register_task() -> None:
    """Register the task, once: Celery shares it with all apps of the process, and looks it up in the current one."""

    @broker.app().task(name=broker.TASK, bind=True)
    def process_video(self: Any, job_id: int) -> None:
        close_old_connections()
        try:
            _thread.run(Stage(self.request.delivery_info["routing_key"]))
        finally:
            connections.close_all()


def _new_worker(host: str, queues: list[str], threads: int, run: Callable[[Stage], None]) -> Any:
    """Return a Celery worker whose `start()` blocks; `run(stage)` does the work of a message, in one of its threads."""
    from celery.concurrency.thread import TaskPool
    from celery.worker import WorkController

    def begin_thread() -> None:
        _thread.run = run

    class SlotPool(TaskPool):
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            self.executor = ThreadPoolExecutor(max_workers=self.limit, initializer=begin_thread)

    return WorkController(
        app=broker.new_app(),
        hostname=host,
        queues=queues,
        pool_cls=SlotPool,
        concurrency=threads,
        use_eventloop=False,  # the event loop is one for the process, and there are two workers
        without_gossip=True,
        without_mingle=True,
        quiet=True,
    )
