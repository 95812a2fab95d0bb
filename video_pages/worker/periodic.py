"""The work that comes round by the clock. Each piece runs once however many workers there are."""

import datetime as dt
import io
import logging
from collections.abc import Callable
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
    """One piece of periodic work: `work(now)` is called every `every`.

    One that `needs_library` waits while the library is not the one that the database knows: it would take files that
    are out of reach for files that are gone.
    """

    name: str
    every: dt.timedelta
    work: Callable[[dt.datetime], object]
    needs_library: bool = False


def publish_scheduled(now):
    """Publish and unpublish pages whose time has come (Wagtail's own command, by its own clock)."""
    call_command("publish_scheduled", stdout=io.StringIO())


def publish_ready_pages(now):
    """Publish what waited for its film, if the worker that made it was killed before it could."""
    publishing.publish_ready()


def clear_sessions(now):
    """Remove Django's expired sessions."""
    call_command("clearsessions", stdout=io.StringIO())


def purge_access_sessions(now):
    revoke.purge_expired(now=now)


def purge_guesses(now):
    throttle.purge(now=now)


def purge_login_attempts(now):
    """Remove wrong passwords of the admin that no longer count; names and addresses are kept no longer than needed."""
    AccessAttempt.objects.filter(attempt_time__lt=now - settings.AXES_COOLOFF_TIME).delete()


def remove_discarded_files(now):
    services.remove_discarded(now=now)


def submit_forgotten_files(now):
    jobs.submit_forgotten(now=now)


def submit_returned_files(now):
    jobs.submit_returned(now=now)


def remove_stale_files(now):
    """Remove uploads that stopped half-way, and working directories of killed processes."""
    temporary.remove_stale_uploads(now=now)
    longest_run = settings.SANDBOX_WALL_SECONDS + 3600
    remove_stale_workspaces(older_than_seconds=longest_run, now=now.timestamp())


def tidy_uploads(now):
    """Finish uploads whose server was killed at their end; remove abandoned ones, and files that no page took."""
    finish_upload.clean_up_uploads(now=now)


def sum_statistics(now):
    """Sum the days that are over, and remove the raw rows of those long ago."""
    rollup.roll_up(now=now)
    rollup.remove_old_rows(now=now)


def remove_viewer_salts(now):
    """Remove what viewers of the days before yesterday could be found out by, and told to be the same."""
    viewers.remove_old_salts(now=now)
    viewers.anonymise_open_views(now=now)
    viewers.anonymise_ended_views(now=now, accesses=VideoAccessSession.objects.all())


def prune_task_results(now):
    """Remove the queue's finished rows, and those that workers died on: their jobs went on elsewhere."""
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


def run_due_tasks(*, now=None, duties=PERIODIC_TASKS, worker=""):
    """Run the duties that are due and that no other worker has taken; return the names of those run.

    `worker` is the name under which the caller writes its heartbeat. A duty whose worker died in the middle is due
    at once for the others.
    """
    started = now or clock.now()
    rows = _rows(duties)
    holders = {row.worker for row in rows.values() if row.worker}
    alive = set(WorkerHeartbeat.objects.alive(started).filter(worker__in=holders).values_list("worker", flat=True))
    due = [duty for duty in duties if _is_due(duty, rows[duty.name], started, alive)]
    if any(duty.needs_library for duty in due) and not identity.state().is_usable:
        due = [duty for duty in due if not duty.needs_library]
    return [duty.name for duty in due if _claim(rows[duty.name], started, worker) and _run(duty, started, now)]


def _rows(duties):
    """Return {name: PeriodicRun} of all duties, and make the rows that are missing.

    `ignore_conflicts`, because several workers may start on an empty table at the same moment.
    """
    names = {duty.name for duty in duties}
    rows = PeriodicRun.objects.filter(name__in=names)
    missing = names - {row.name for row in rows}
    if missing:
        PeriodicRun.objects.bulk_create([PeriodicRun(name=name) for name in missing], ignore_conflicts=True)
        rows = rows.all()
    return {row.name: row for row in rows}


def _is_due(duty, row, now, alive):
    last = row.last_started_at
    if last is None or (row.worker and row.worker not in alive):
        return True
    # A last start in the future means that the clock was set back: then the duty is due.
    return not dt.timedelta(0) <= now - last < duty.every


def _claim(row, now, worker):
    """Take the duty of `row` for this round: only one worker can change the row from what all of them read."""
    unchanged = PeriodicRun.objects.filter(pk=row.pk, last_started_at=row.last_started_at, worker=row.worker)
    return bool(unchanged.update(last_started_at=now, worker=worker))


def _run(duty, started, now):
    """Do `duty` and record how it went. What it raises is kept and logged: the other duties must go on."""
    row = PeriodicRun.objects.filter(name=duty.name)
    try:
        duty.work(started)
    except Exception as error:
        logger.exception("Periodic work %s failed; it is tried again in %s.", duty.name, duty.every)
        row.update(last_error=f"{type(error).__name__}: {error}"[:2000], worker="")
    else:
        row.update(last_finished_at=now or clock.now(), last_error="", worker="")
    return True
