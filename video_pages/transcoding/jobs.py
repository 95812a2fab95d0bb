"""Jobs from the outside: hand in a file, and see that none is forgotten."""

import datetime as dt

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from video_pages.library.models import VideoFile
from video_pages.transcoding import tasks
from video_pages.transcoding.claims import JobLost, claim, finish, heartbeat, take_back_expired
from video_pages.transcoding.models import ProcessingJob, State
from video_pages.transcoding.processing import run

__all__ = ["JobLost", "claim", "finish", "heartbeat", "run", "submit", "submit_forgotten", "sweep"]

REDELIVER_AFTER = dt.timedelta(minutes=5)
"""How long an id may lie in a queue before it is taken for lost. Delivering twice does no harm."""
FORGOTTEN_AFTER = dt.timedelta(minutes=5)
"""Age of a file without a job at which nobody is expected to submit it any more."""


def submit(video_file, *, now=None):
    """Have the present source of `video_file` processed, once the surrounding transaction is committed.

    Returns its ProcessingJob. A job for an earlier source starts anew; a worker still at that one finds its claim
    gone. A queue that can't be reached fails nothing: `sweep` delivers later.
    """
    now = now or timezone.now()
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
                "created_at": now,
                "started_at": None,
                "finished_at": None,
                "not_before": None,
                "delivered_at": now,
            },
        )
        transaction.on_commit(lambda: tasks.process_video.enqueue(job.pk), robust=True)
    return job


def sweep(*, now=None, redeliver_after=REDELIVER_AFTER):
    """Take up what was left behind and put due jobs on the queue again; return how many.

    Left behind are jobs of dead workers, jobs whose delivery was lost, and failed ones whose next try is due.
    """
    now = now or timezone.now()
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
    now = now or timezone.now()
    without = Q(job=None) & Q(created_at__lte=now - FORGOTTEN_AFTER)
    outdated = Q(job__isnull=False) & ~Q(job__source_version=F("source_version"))
    forgotten = list(VideoFile.objects.filter(without | outdated).exclude(file=""))
    for video_file in forgotten:
        submit(video_file, now=now)
    return len(forgotten)
