"""TASKS=database: each slot looks once a second for its next job in the table of jobs."""

from django.conf import settings

from video_pages.worker.slots import Slots
from video_pages.worker.steps import RepeatedStep

QUEUE_SECONDS = 1


class DatabaseQueue:
    """Gives the jobs to the slots of this process."""

    def __init__(self, slots: Slots) -> None:
        self._slots = slots

    def steps(self) -> list[RepeatedStep]:
        """Return the steps that the worker repeats, each in a thread of its own."""
        steps = [
            RepeatedStep(f"queue-{number}", self._slots.drain, QUEUE_SECONDS)
            for number in range(settings.WORKER_LADDERS)
        ]
        if self._slots.has_quick_slot:
            steps.append(RepeatedStep("quick", self._slots.drain_quickly, QUEUE_SECONDS))
        return steps

    def supervise(self) -> None:
        """Called about once a second in the main thread: there is nothing to do."""

    def note_database_error(self) -> None:
        """Called after each error of the database in the main thread: there is nothing to do."""

    def stop(self) -> None:
        """Called by a signal handler: the slots ask the worker themselves."""
