"""Who holds a job. Every change of a running job names the claim it was made under, in one conditional UPDATE.

A worker that was thought dead and is not (a suspended machine, a hanging disk) finds its claim gone, gets JobLost and
leaves; what the next worker wrote stands.
"""

import datetime as dt
import os
import socket

from django.db import transaction
from django.db.models import F
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _

from video_pages.core import clock
from video_pages.transcoding.models import MAX_ATTEMPTS, ProcessingJob, State
from video_pages.transcoding.signals import processing_finished

LEASE = dt.timedelta(seconds=90)
RENEWAL_SECONDS = 15


class JobLost(Exception):
    """The job is no longer this worker's: another has it, or its file was replaced or deleted."""


def worker_name():
    """Name this process among all workers of all machines."""
    return f"{socket.gethostname()}:{os.getpid()}"[:80]


def claim(job_id, *, worker=None, now=None):
    """Take the job `job_id`, if it is to be had, and return it; None if it is not.

    It is not when it is done, gone, held by a worker with a valid lease, or not due yet. Delivered twice or to two
    workers at once, exactly one gets it.
    """
    now = now or clock.now()
    token = f"{worker or worker_name()}/{get_random_string(12)}"
    taken = (
        ProcessingJob.objects.claimable(now)
        .filter(pk=job_id, attempt__lt=MAX_ATTEMPTS)
        .update(
            state=State.PROCESSING,
            worker=token,
            attempt=F("attempt") + 1,
            lease_until=now + LEASE,
            started_at=now,
            finished_at=None,
            step="",
            progress=0,
            reason="",
            failure="",
        )
    )
    if not taken:
        return None
    return ProcessingJob.objects.select_related("video_file").filter(pk=job_id, worker=token).first()


def renew(job, *, now=None, step=None, progress=None):
    """Renew the lease of `job` and say how far it is (`progress` in percent). Raises JobLost."""
    now = now or clock.now()
    known = {"step": step, "progress": progress}
    _write(job, lease_until=now + LEASE, **{name: value for name, value in known.items() if value is not None})


def finish(job, state, *, reason="", failure="", now=None):
    """End `job` in `state` (ready, refused or failed) with a reason in an editor's words. Raises JobLost.

    `failure` is a Failure, if it is one that may end by itself.

    `processing_finished` is sent once that is committed.
    """
    progress = {"progress": 100} if state == State.READY else {}
    _let_go(job, state=state, reason=reason, failure=failure, finished_at=now or clock.now(), **progress)
    send_finished(job.video_file, state)


def send_finished(video_file, state):
    """Send `processing_finished` after the commit; what a receiver raises is logged and changes nothing here."""
    transaction.on_commit(
        lambda: processing_finished.send_robust(sender=ProcessingJob, video_file=video_file, state=State(state)),
        robust=True,
    )


def stop(job, *, reason, now=None):
    """End the unfinished `job` as failed, whoever holds it; return False if it has ended or begun anew meanwhile.

    A worker that is at it finds its claim gone at its next heartbeat, and nothing that it writes is taken.
    """
    stopped = (
        ProcessingJob.objects.unfinished()
        .filter(pk=job.pk, source_version=job.source_version)
        .update(
            state=State.FAILED,
            reason=reason,
            step="",
            worker="",
            lease_until=None,
            not_before=None,
            finished_at=now or clock.now(),
        )
    )
    if stopped:
        send_finished(job.video_file, State.FAILED)
    return bool(stopped)


def retry_later(job, *, reason, failure="", now=None):
    """Put `job` back after a failure of ours; give up after MAX_ATTEMPTS. Raises JobLost."""
    now = now or clock.now()
    if job.attempt >= MAX_ATTEMPTS:
        finish(job, State.FAILED, reason=reason, failure=failure, now=now)
    else:
        _let_go(job, state=State.QUEUED, reason=reason, not_before=now + job.retry_delay(), delivered_at=None)


def release(job):
    """Put `job` back untried, because this worker is ending. Raises JobLost."""
    _let_go(job, state=State.QUEUED, attempt=job.attempt - 1, not_before=None, delivered_at=None)


def wait(job, *, reason, delay, now=None):
    """Put `job` back for `delay` (timedelta) without counting a try: what is missing is not the file's fault.

    `reason` tells editors what it waits for. Raises JobLost.
    """
    _let_go(
        job,
        state=State.QUEUED,
        attempt=job.attempt - 1,
        reason=reason,
        not_before=(now or clock.now()) + delay,
        delivered_at=None,
    )


def take_back_expired(*, now):
    """Free the jobs whose worker stopped renewing its lease; give up those that ended several workers."""
    expired = ProcessingJob.objects.filter(state=State.PROCESSING, lease_until__lt=now)
    expired.filter(attempt__gte=MAX_ATTEMPTS).update(
        state=State.FAILED,
        reason=_("Processing this file stopped without an answer, several times over."),
        worker="",
        lease_until=None,
        finished_at=now,
    )
    expired.filter(attempt__lt=MAX_ATTEMPTS).update(
        state=State.QUEUED, worker="", lease_until=None, not_before=None, delivered_at=None
    )


def _let_go(job, **values):
    _write(job, worker="", lease_until=None, step="", **values)


def _write(job, **values):
    held = ProcessingJob.objects.filter(
        pk=job.pk, worker=job.worker, source_version=job.source_version, state=State.PROCESSING
    )
    if not held.update(**values):
        raise JobLost(job.pk)
