"""Jobs from the outside: hand in a file, stop it, ask how long it takes, and see that none is forgotten."""

import datetime as dt

from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from video_pages.core import clock
from video_pages.library.models import VideoFile
from video_pages.transcoding import claims, tasks
from video_pages.transcoding.claims import JobLost, claim, finish, renew, take_back_expired
from video_pages.transcoding.models import Failure, ProcessingJob, State
from video_pages.transcoding.processing import run

__all__ = [
    "JobLost",
    "cancel",
    "claim",
    "finish",
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
"""How long an id may lie in a queue before it is taken for lost. Delivering twice does no harm."""
FORGOTTEN_AFTER = dt.timedelta(minutes=5)
"""Age of a file without a job at which nobody is expected to submit it any more."""

TOO_EARLY = dt.timedelta(seconds=10)
"""How long a job must run before its pace says anything about its end."""
TOO_LITTLE = 5
"""Percent, for the same."""


def submit(video_file, *, now=None):
    """Have the present source of `video_file` processed, once the surrounding transaction is committed.

    Returns its ProcessingJob. A job for an earlier source starts anew; a worker still at that one finds its claim
    gone. A queue that can't be reached fails nothing: `sweep` delivers later.
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


def cancel(video_file, *, by, now=None):
    """Stop the unfinished job of `video_file`; return False if there is none. `by` is the name of who did it.

    What was made before stays what visitors get, and `submit` begins anew.
    """
    job = ProcessingJob.objects.filter(video_file=video_file).select_related("video_file").first()
    return job is not None and claims.stop(job, reason=_("Stopped by %(name)s.") % {"name": by}, now=now)


def place_in_queue(job, *, now=None):
    """Return the place of the waiting `job` in the queue, 1 for the next; None if it is not in line."""
    return places_in_queue([job], now=now).get(job.pk)


def places_in_queue(jobs, *, now=None):
    """Return {job id: place} of those among `jobs` that are in line; one query, and none if no job waits.

    Jobs that wait for their next try stand in no line: they have a time of their own.
    """
    wanted = {job.pk for job in jobs if job.state == State.QUEUED}
    if not wanted:
        return {}
    line = ProcessingJob.objects.filter(state=State.QUEUED).claimable(now or clock.now())
    places = {}
    for place, job_id in enumerate(line.order_by("created_at", "pk").values_list("pk", flat=True).iterator(), start=1):
        if job_id in wanted:
            places[job_id] = place
            if len(places) == len(wanted):
                break
    return places


def time_left(job, now):
    """Return how long the running `job` still takes at its pace so far, a timedelta; None while nobody can tell."""
    if job.state != State.PROCESSING or job.started_at is None or not TOO_LITTLE <= job.progress < 100:
        return None
    passed = now - job.started_at
    return passed * (100 - job.progress) / job.progress if passed >= TOO_EARLY else None


def sweep(*, now=None, redeliver_after=REDELIVER_AFTER):
    """Take up what was left behind and put due jobs on the queue again; return how many.

    Left behind are jobs of dead workers, jobs whose delivery was lost, and failed ones whose next try is due.
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


def submit_forgotten(*, now=None):
    """Submit the files that came in by some way that did not; return how many. Such as rows of a backup."""
    now = now or clock.now()
    without = Q(job=None) & Q(created_at__lte=now - FORGOTTEN_AFTER)
    outdated = Q(job__isnull=False) & ~Q(job__source_version=F("source_version"))
    forgotten = list(VideoFile.objects.filter(without | outdated).exclude(file=""))
    for video_file in forgotten:
        submit(video_file, now=now)
    return len(forgotten)


def submit_returned(*, now=None):
    """Submit again the files that were missing from the library and are back; return how many."""
    failed = ProcessingJob.objects.filter(state=State.FAILED, failure=Failure.MISSING_SOURCE)
    returned = [
        job.video_file
        for job in failed.select_related("video_file")
        if job.video_file.file.storage.exists(job.video_file.file.name)
    ]
    for video_file in returned:
        submit(video_file, now=now)
    return len(returned)
