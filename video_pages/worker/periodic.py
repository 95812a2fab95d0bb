"""The periodic tasks. Each runs once in its interval, with any number of workers."""

import datetime as dt
import io
import logging
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from axes.models import AccessAttempt
from django.conf import settings
from django.core.management import call_command
from django.db.models import Q
from django_tasks_db.models import DBTaskResult

from video_pages.access import revoke, throttle
from video_pages.access.models import VideoAccessSession
from video_pages.analytics import rollup, viewers
from video_pages.core import clock
from video_pages.ingest import finish_upload, publishing
from video_pages.library import identity, services
from video_pages.transcoding import jobs
from video_pages.transcoding.workspace import remove_stale_workspaces
from video_pages.uploads import temporary
from video_pages.worker.models import PeriodicRun, WorkerHeartbeat

KEPT_TASK_RESULTS = dt.timedelta(days=7)

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class PeriodicTask:
    """One periodic task: `work(now)` is called every `every`.

    A task that `needs_library` is skipped while the library does not belong to the database: it would treat files that
    are unreachable as deleted.
    """

    name: str
    every: dt.timedelta
    work: Callable[[dt.datetime], object]
    needs_library: bool = False


def publish_scheduled(now: dt.datetime) -> None:
    """Publish and unpublish the scheduled pages that are due (Wagtail's own command, by its own clock)."""
    call_command("publish_scheduled", stdout=io.StringIO())


def publish_ready_pages(now: dt.datetime) -> None:
    """Publish the pages whose video is ready, if the worker was killed after processing it."""
    publishing.publish_ready()


def clear_sessions(now: dt.datetime) -> None:
    """Remove Django's expired sessions."""
    call_command("clearsessions", stdout=io.StringIO())


def purge_access_sessions(now: dt.datetime) -> None:
    """Remove expired access sessions."""
    revoke.purge_expired(now=now)


def purge_guesses(now: dt.datetime) -> None:
    """Remove guesses that no longer count."""
    throttle.purge(now=now)


def purge_login_attempts(now: dt.datetime) -> None:
    """Remove failed sign-ins of the admin that no longer count, and with them names and addresses."""
    AccessAttempt.objects.filter(attempt_time__lt=now - settings.AXES_COOLOFF_TIME).delete()


def remove_discarded_files(now: dt.datetime) -> None:
    """Remove the files that are marked for removal."""
    services.remove_discarded(now=now)


def submit_forgotten_files(now: dt.datetime) -> None:
    """Submit the video files without a job."""
    jobs.submit_forgotten(now=now)


def submit_returned_files(now: dt.datetime) -> None:
    """Submit the video files again whose source was missing and is back."""
    jobs.submit_returned(now=now)


def remove_stale_files(now: dt.datetime) -> None:
    """Remove abandoned uploads of forms, and working directories of killed processes."""
    temporary.remove_stale_uploads(now=now)
    longest_run = settings.SANDBOX_WALL_SECONDS + 3600
    remove_stale_workspaces(older_than_seconds=longest_run, now=now.timestamp())


def tidy_uploads(now: dt.datetime) -> None:
    """Finish complete uploads whose server was killed; remove expired ones, and files that no page uses."""
    finish_upload.clean_up_uploads(now=now)


def sum_statistics(now: dt.datetime) -> None:
    """Sum the days that have ended, and remove old raw rows."""
    rollup.roll_up(now=now)
    rollup.remove_old_rows(now=now)


def remove_viewer_salts(now: dt.datetime) -> None:
    """Remove the data by which viewers of the days before yesterday could be identified or linked."""
    viewers.remove_old_salts(now=now)
    viewers.anonymise_open_views(now=now)
    viewers.anonymise_ended_views(now=now, accesses=VideoAccessSession.objects.all())


def prune_task_results(now: dt.datetime) -> None:
    """Remove old rows of the queue: finished ones, and those of dead workers, whose jobs have run elsewhere."""
    before = now - KEPT_TASK_RESULTS
    old = Q(finished_at__lt=before) | Q(finished_at=None, started_at__lt=before)
    DBTaskResult.objects.filter(old).delete()


MINUTE, HOUR, DAY = dt.timedelta(minutes=1), dt.timedelta(hours=1), dt.timedelta(days=1)
QUARTER = HOUR / 4
PERIODIC_TASKS = (
    PeriodicTask("publish_scheduled", MINUTE, publish_scheduled),
    PeriodicTask("publish_ready_pages", MINUTE, publish_ready_pages),
    PeriodicTask("purge_access_sessions", HOUR, purge_access_sessions),
    PeriodicTask("purge_guesses", HOUR, purge_guesses),
    PeriodicTask("purge_login_attempts", HOUR, purge_login_attempts),
    PeriodicTask("remove_discarded_files", HOUR, remove_discarded_files, needs_library=True),
    PeriodicTask("submit_forgotten_files", HOUR, submit_forgotten_files, needs_library=True),
    PeriodicTask("submit_returned_files", QUARTER, submit_returned_files, needs_library=True),
    PeriodicTask("remove_stale_files", HOUR, remove_stale_files, needs_library=True),
    PeriodicTask("tidy_uploads", QUARTER, tidy_uploads, needs_library=True),
    PeriodicTask("sum_figures", HOUR, sum_statistics),
    PeriodicTask("remove_viewer_salts", HOUR, remove_viewer_salts),
    PeriodicTask("clearsessions", DAY, clear_sessions),
    PeriodicTask("prune_task_results", DAY, prune_task_results),
)


def run_due_tasks(
    *, now: dt.datetime | None = None, tasks: Sequence[PeriodicTask] = PERIODIC_TASKS, worker: str = ""
) -> list[str]:
    """Run the tasks that are due and that no other worker has claimed; return the names of those run.

    `worker` is the name in the heartbeat of the caller. A task whose worker died during its run is due at once.
    """
    started = now or clock.now()
    rows = _rows(tasks)
    holders = {row.worker for row in rows.values() if row.worker}
    alive = set(WorkerHeartbeat.objects.alive(started).filter(worker__in=holders).values_list("worker", flat=True))
    due = [task for task in tasks if _is_due(task, rows[task.name], started, alive)]
    if any(task.needs_library for task in due) and not identity.state().is_usable:
        due = [task for task in due if not task.needs_library]
    claimed = []
    for task in due:
        if _claim(rows[task.name], started, worker):
            _run(task, started, now)
            claimed.append(task.name)
    return claimed


def _rows(tasks: Sequence[PeriodicTask]) -> dict[str, PeriodicRun]:
    """Return {name: PeriodicRun} of all `tasks`, and create missing rows.

    `ignore_conflicts`, because several workers may start with an empty table at the same time.
    """
    names = {task.name for task in tasks}
    rows = PeriodicRun.objects.filter(name__in=names)
    missing = names - {row.name for row in rows}
    if missing:
        PeriodicRun.objects.bulk_create([PeriodicRun(name=name) for name in missing], ignore_conflicts=True)
        rows = rows.all()
    return {row.name: row for row in rows}


def _is_due(task: PeriodicTask, row: PeriodicRun, now: dt.datetime, alive: Collection[str]) -> bool:
    last = row.last_started_at
    if last is None or (row.worker and row.worker not in alive):
        return True
    # A last start in the future means that the clock was set back: then the task is due.
    return not dt.timedelta(0) <= now - last < task.every


def _claim(row: PeriodicRun, now: dt.datetime, worker: str) -> bool:
    """Claim one run of the task of `row`: of the workers that read the same row, only one can update it."""
    unchanged = PeriodicRun.objects.filter(pk=row.pk, last_started_at=row.last_started_at, worker=row.worker)
    return bool(unchanged.update(last_started_at=now, worker=worker))


def _run(task: PeriodicTask, started: dt.datetime, now: dt.datetime | None) -> None:
    """Run `task` and record its result. An exception is recorded and logged, and the other tasks still run."""
    row = PeriodicRun.objects.filter(name=task.name)
    try:
        task.work(started)
    except Exception as error:
        logger.exception("Periodic work %s failed; it is tried again in %s.", task.name, task.every)
        row.update(last_error=f"{type(error).__name__}: {error}"[:2000], worker="")
    else:
        row.update(last_finished_at=now or clock.now(), last_error="", worker="")
