"""Submit, cancel and sweep jobs, and their places in the queue; other packages use the names of this module."""

import datetime as dt
from collections.abc import Iterable

from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from video_pages.core import clock
from video_pages.library.models import VideoFile
from video_pages.transcoding import claims, tasks
from video_pages.transcoding.claims import JobLost, claim, finish, renew, take_back_expired
from video_pages.transcoding.models import Failure, ProcessingJob, State
from video_pages.transcoding.processing import has_source, run

__all__ = [
    "JobLost",
    "cancel",
    "claim",
    "finish",
    "is_underway",
    "job_of",
    "renew",
    "place_in_queue",
    "places_in_queue",
    "run",
    "submit",
    "submit_forgotten",
    "submit_returned",
    "sweep",
    "time_left",
]

REDELIVER_AFTER = dt.timedelta(minutes=5)
"""Time in a queue after which an id is taken for lost. Delivering twice does no harm."""
FORGOTTEN_AFTER = dt.timedelta(minutes=5)
"""Age at which a file without a job is submitted by `submit_forgotten`."""

ESTIMATE_AFTER = dt.timedelta(seconds=10)
"""How long a job must run before its pace predicts its end."""
ESTIMATE_FROM_PERCENT = 5
"""The progress that is needed for the same."""


def job_of(video_file: VideoFile | None) -> ProcessingJob | None:
    """Return the job of `video_file`, of its present source or of an earlier one; None if it has none."""
    return getattr(video_file, "job", None)


def is_underway(video_file: VideoFile) -> bool:
    """Return whether a job for the present source of `video_file` waits or runs."""
    job = job_of(video_file)
    return job is not None and not job.is_finished and job.source_version == video_file.source_version


def submit(video_file: VideoFile, *, now: dt.datetime | None = None) -> ProcessingJob:
    """Queue the present source of `video_file` for processing after the commit; return its ProcessingJob.

    The job of an earlier source starts again, and a worker that holds it loses its claim. A queue that can't be reached
    raises nothing: `sweep` delivers later.
    """
    now = now or clock.now()
    with transaction.atomic():
        job, _created = ProcessingJob.objects.update_or_create(
            video_file=video_file,
            defaults={
                "source_version": video_file.source_version,
                "state": State.QUEUED,
                "step": "",
                "progress": 0,
                "attempt": 0,
                "lease_until": None,
                "worker": "",
                "reason": "",
                "failure": "",
                "created_at": now,
                "started_at": None,
                "finished_at": None,
                "not_before": None,
                "delivered_at": now,
            },
        )
        transaction.on_commit(lambda: tasks.process_video.enqueue(job.pk), robust=True)
    return job


def cancel(video_file: VideoFile, *, by: str, now: dt.datetime | None = None) -> bool:
    """Stop the unfinished job of `video_file`; return False if there is none. `by` is the name of a user.

    The package that is live stays so, and `submit` starts again.
    """
    job = ProcessingJob.objects.filter(video_file=video_file).select_related("video_file").first()
    return job is not None and claims.stop(job, reason=_("Stopped by %(name)s.") % {"name": by}, now=now)


def place_in_queue(job: ProcessingJob, *, now: dt.datetime | None = None) -> int | None:
    """Return the place of the waiting `job` in the queue, 1 for the next; None if it does not wait there."""
    return places_in_queue([job], now=now).get(job.pk)


def places_in_queue(jobs: Iterable[ProcessingJob], *, now: dt.datetime | None = None) -> dict[int, int]:
    """Return {job id: place} of those among `jobs` that wait; one query, and none if no job waits.

    Jobs that wait for their next attempt have no place: they start at a time of their own.
    """
    wanted = {job.pk for job in jobs if job.state == State.QUEUED}
    if not wanted:
        return {}
    queue = ProcessingJob.objects.filter(state=State.QUEUED).claimable(now or clock.now())
    places: dict[int, int] = {}
    for place, job_id in enumerate(queue.order_by("created_at", "pk").values_list("pk", flat=True).iterator(), start=1):
        if job_id in wanted:
            places[job_id] = place
            if len(places) == len(wanted):
                break
    return places


def time_left(job: ProcessingJob, now: dt.datetime) -> dt.timedelta | None:
    """Return the remaining time of the running `job` at its pace so far; None while it can't be estimated."""
    if job.state != State.PROCESSING or job.started_at is None or not ESTIMATE_FROM_PERCENT <= job.progress < 100:
        return None
    passed = now - job.started_at
    return passed * (100 - job.progress) / job.progress if passed >= ESTIMATE_AFTER else None


def sweep(*, now: dt.datetime | None = None, redeliver_after: dt.timedelta = REDELIVER_AFTER) -> int:
    """Deliver due jobs to the queue again; return how many.

    These are jobs of dead workers, jobs whose delivery was lost, and failed ones whose next attempt is due.
    """
    now = now or clock.now()
    take_back_expired(now=now)
    lost = Q(delivered_at=None) | Q(delivered_at__lte=now - redeliver_after)
    due = ProcessingJob.objects.filter(lost, state=State.QUEUED).claimable(now)
    delivered = 0
    for job_id in due.order_by("created_at").values_list("pk", flat=True):
        # Conditional, so that of several sweeping workers one delivers.
        if due.filter(pk=job_id).update(delivered_at=now):
            tasks.process_video.enqueue(job_id)
            delivered += 1
    return delivered


def submit_forgotten(*, now: dt.datetime | None = None) -> int:
    """Submit the files that have no job for their source, such as rows of a backup; return how many."""
    now = now or clock.now()
    without = Q(job=None) & Q(created_at__lte=now - FORGOTTEN_AFTER)
    outdated = Q(job__isnull=False) & ~Q(job__source_version=F("source_version"))
    forgotten = list(VideoFile.objects.filter(without | outdated).exclude(file=""))
    for video_file in forgotten:
        submit(video_file, now=now)
    return len(forgotten)


def submit_returned(*, now: dt.datetime | None = None) -> int:
    """Submit again the files that were missing from the library and exist again; return how many."""
    failed = ProcessingJob.objects.filter(state=State.FAILED, failure=Failure.MISSING_SOURCE)
    returned = [job.video_file for job in failed.select_related("video_file") if has_source(job.video_file)]
    for video_file in returned:
        submit(video_file, now=now)
    return len(returned)
