"""The periodic tasks. Each runs once in its interval, with any number of workers.

`remove_stale_files` is none of them: each worker calls it, because it is about the disk of one machine.
"""

import datetime as dt
import io
import logging
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from axes.models import AccessAttempt
from django.conf import settings
from django.core.management import call_command

from video_pages.access import revoke, throttle
from video_pages.access.invitations import forgetting
from video_pages.access.invitations.by_mail import sending as codes
from video_pages.access.models import VideoAccessSession
from video_pages.access.requests import erasing, notices
from video_pages.analytics import rollup, viewers
from video_pages.core import clock, planner
from video_pages.ingest import finish_upload, publishing
from video_pages.library import identity, local_files, removal, usage
from video_pages.pages import invitation_mail, list_entries, schedule
from video_pages.search import sync, upkeep
from video_pages.transcoding import jobs
from video_pages.transcoding.workspace import remove_stale_workspaces
from video_pages.uploads import direct, temporary
from video_pages.worker.models import PeriodicRun, WorkerHeartbeat

UNFINISHED_AFTER = dt.timedelta(days=1)
"""Age at which a file that is being sent to a bucket has been given up: the largest take hours."""
HANGS_AFTER = dt.timedelta(hours=6)
"""A task that runs for this long hangs, such as at a network file system; another worker begins it again."""

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
    """Remove the files that are marked for removal, but not new versions that wait for a worker."""
    removal.remove_discarded(now=now, keep=direct.names_in_progress())


def submit_forgotten_files(now: dt.datetime) -> None:
    """Submit the video files without a job."""
    jobs.submit_forgotten(now=now)


def submit_returned_files(now: dt.datetime) -> None:
    """Submit the video files again whose source was missing and is back."""
    jobs.submit_returned(now=now)


def remove_stale_files(now: dt.datetime) -> None:
    """Remove abandoned uploads of forms, and the working directories of killed processes.

    Both lie on the machine's own disk, which would get full while a bucket is away, and which no other machine reaches.
    """
    temporary.remove_stale_uploads(now=now)
    remove_stale_workspaces(older_than_seconds=settings.SANDBOX_WALL_SECONDS + 3600, now=now.timestamp())


def remove_unfinished_objects(now: dt.datetime) -> None:
    """Remove from a bucket the parts of objects that killed processes were sending, and of uploads without a row."""
    local_files.abort_unfinished(before=now - UNFINISHED_AFTER, keep=direct.names_in_progress())


def tidy_uploads(now: dt.datetime) -> None:
    """Finish complete uploads whose server was killed; remove expired ones, and files that no page uses."""
    finish_upload.clean_up_uploads(now=now)


def sum_statistics(now: dt.datetime) -> None:
    """Sum the days that have ended, and remove old raw rows."""
    rollup.roll_up(now=now)
    rollup.remove_old_rows(now=now)


def refresh_list_entries(now: dt.datetime) -> None:
    """Write the places in lists of videos that a statement has changed behind the site's back."""
    if changed := list_entries.refresh_all():
        logger.info("The places of %s videos in the lists were not up to date.", changed)


def update_database_statistics(now: dt.datetime) -> None:
    """Let the database count its tables."""
    planner.update_statistics()


def remove_viewer_salts(now: dt.datetime) -> None:
    """Remove the data by which viewers of the days before yesterday could be identified or linked."""
    viewers.remove_old_salts(now=now)
    viewers.anonymise_open_views(now=now)
    viewers.anonymise_ended_views(now=now, accesses=VideoAccessSession.objects.all())


def index_due_pages(now: dt.datetime) -> None:
    """Give the search the new title of a section with very many videos."""
    sync.refresh_due()


def verify_search(now: dt.datetime) -> None:
    """Repair entries of the search that differ from their pages, such as after a write by hand."""
    repairs = upkeep.verify(now=now)
    if repairs.total:
        logger.info("The search was repaired: %s.", repairs)


MINUTE, HOUR, DAY = dt.timedelta(minutes=1), dt.timedelta(hours=1), dt.timedelta(days=1)
QUARTER = HOUR / 4
PERIODIC_TASKS = (
    PeriodicTask(schedule.TASK, MINUTE, schedule.run_schedule),
    PeriodicTask("publish_ready_pages", MINUTE, publish_ready_pages),
    PeriodicTask("purge_access_sessions", HOUR, purge_access_sessions),
    PeriodicTask("purge_guesses", HOUR, purge_guesses),
    PeriodicTask("purge_login_attempts", HOUR, purge_login_attempts),
    PeriodicTask("mail_new_requests", MINUTE, notices.mail_new_requests),
    PeriodicTask("erase_old_requests", HOUR, erasing.erase_old_requests),
    PeriodicTask("erase_mail_codes", MINUTE, codes.erase_codes),
    PeriodicTask("forget_unplayed_viewers", DAY, forgetting.forget_unplayed_viewers),
    PeriodicTask("remove_discarded_files", HOUR, remove_discarded_files, needs_library=True),
    PeriodicTask("measure_discarded_files", MINUTE, lambda _now: usage.measure_discarded(), needs_library=True),
    PeriodicTask("submit_forgotten_files", HOUR, submit_forgotten_files, needs_library=True),
    PeriodicTask("submit_returned_files", QUARTER, submit_returned_files, needs_library=True),
    PeriodicTask("remove_unfinished_objects", HOUR, remove_unfinished_objects, needs_library=True),
    PeriodicTask("tidy_uploads", QUARTER, tidy_uploads, needs_library=True),
    PeriodicTask("mail_invitation_news", HOUR, invitation_mail.send_due),
    PeriodicTask("sum_figures", HOUR, sum_statistics),
    PeriodicTask("refresh_list_entries", HOUR, refresh_list_entries),
    PeriodicTask("update_database_statistics", HOUR, update_database_statistics),
    PeriodicTask("remove_viewer_salts", HOUR, remove_viewer_salts),
    PeriodicTask("index_due_pages", MINUTE, index_due_pages),
    PeriodicTask("verify_search", HOUR, verify_search),
    PeriodicTask("clearsessions", DAY, clear_sessions),
)


def run_due_tasks(
    *, now: dt.datetime | None = None, tasks: Sequence[PeriodicTask] = PERIODIC_TASKS, worker: str = ""
) -> list[str]:
    """Run the tasks that are due and that no other worker has claimed; return the names of those run.

    `worker` is the name in the heartbeat of the caller. A task is due in its interval, but not while a living worker
    runs it; one whose worker died during its run is due at once.
    """
    started = now or clock.now()
    rows = _rows(tasks)
    holders = {row.worker for row in rows.values() if row.worker}
    alive = set(WorkerHeartbeat.objects.alive(started).filter(worker__in=holders).values_list("worker", flat=True))
    due = [task for task in tasks if _is_due(task, rows[task.name], started, alive, worker)]
    if any(task.needs_library for task in due) and not identity.state().is_usable:
        due = [task for task in due if not task.needs_library]
    claimed = []
    for task in due:
        if _claim(rows[task.name], started, worker):
            _run(task, rows[task.name].last_error, started, now, worker)
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


def _is_due(task: PeriodicTask, row: PeriodicRun, now: dt.datetime, alive: Collection[str], worker: str) -> bool:
    """Return whether `worker` is to run `task` at `now`; `alive` are the names of the living workers."""
    last = row.last_started_at
    if last is None:
        return True
    if row.worker not in ("", worker):
        is_running = row.worker in alive and now - last < HANGS_AFTER
        return not is_running
    # A last start in the future means that the clock was set back: then the task is due.
    return not dt.timedelta(0) <= now - last < task.every


def _claim(row: PeriodicRun, now: dt.datetime, worker: str) -> bool:
    """Claim one run of the task of `row`: of the workers that read the same row, only one can update it."""
    unchanged = PeriodicRun.objects.filter(pk=row.pk, last_started_at=row.last_started_at, worker=row.worker)
    return bool(unchanged.update(last_started_at=now, worker=worker))


def _run(task: PeriodicTask, former_error: str, started: dt.datetime, now: dt.datetime | None, worker: str) -> None:
    """Run `task` and record its result. An exception is recorded, and the other tasks still run.

    It is logged if it differs from `former_error`. A worker that was taken for dead does not end the next one's run.
    """
    row = PeriodicRun.objects.filter(name=task.name, worker=worker, last_started_at=started)
    try:
        task.work(started)
    except Exception as error:
        last_error = f"{type(error).__name__}: {error}"[:2000]
        if last_error != former_error:
            logger.exception("Periodic work %s failed; it is tried again every %s.", task.name, task.every)
        row.update(last_error=last_error, worker="")
    else:
        row.update(last_finished_at=now or clock.now(), last_error="", worker="")
