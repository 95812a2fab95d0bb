"""Claim a job, renew its lease, end it. Each change of a running job names its claim, in one conditional UPDATE.

All but the claim itself is the same for a part of a ladder (`parts.claim_next`).

A worker that is taken for dead and is not (a suspended machine, a hanging disk) has lost its claim, gets JobLost and
stops; what the next worker wrote stays.
"""

import datetime as dt
import os
import socket
from collections.abc import Callable, Collection, Sequence
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import F
from django.utils.crypto import get_random_string

from video_pages.core import clock
from video_pages.library.models import VideoFile
from video_pages.transcoding import part_rows, tasks
from video_pages.transcoding.models import MAX_ATTEMPTS, Held, ProcessingJob, Stage, State, Step
from video_pages.transcoding.signals import became_playable, processing_finished

LEASE = dt.timedelta(seconds=90)
CANDIDATES = 20
"""How many jobs a worker tries to claim before it asks again which is next: other workers claim at the same time."""

T = TypeVar("T")


class JobLost(Exception):
    """The worker has lost the job: another has claimed it, or its file was replaced or deleted."""


def worker_name() -> str:
    """Return a name of this process that is unique among the workers of all machines."""
    return f"{socket.gethostname()}:{os.getpid()}"[:80]


def worker_of(job: Held) -> str:
    """Return the name of the worker that holds `job`, without the part that names its claim."""
    return job.worker.rpartition("/")[0]


def new_claim(worker: str | None) -> str:
    """Return the text that names one claim of `worker`, this process if None."""
    return f"{worker or worker_name()}/{get_random_string(12)}"


def begun(claim_name: str, now: dt.datetime) -> dict[str, Any]:
    """Return the columns with which a claim begins at `now`."""
    held = {"state": State.PROCESSING, "worker": claim_name, "attempt": F("attempt") + 1, "lease_until": now + LEASE}
    return {**held, "started_at": now, "finished_at": None, "progress": 0, "reason": "", "failure": ""}


def claim(job_id: int, *, worker: str | None = None, now: dt.datetime | None = None) -> ProcessingJob | None:
    """Claim the job `job_id` and return it; return None if it is finished, deleted, held or not due.

    If a job is delivered twice, or to two workers at once, exactly one claims it.
    """
    now = now or clock.now()
    token = new_claim(worker)
    claimed = (
        ProcessingJob.objects.claimable(now)
        .filter(pk=job_id, attempt__lt=MAX_ATTEMPTS)
        .update(**begun(token, now), step="")
    )
    if not claimed:
        return None
    return ProcessingJob.objects.select_related("video_file").filter(pk=job_id, worker=token).first()


def claim_next(
    stages: Collection[Stage], *, worker: str | None = None, now: dt.datetime | None = None
) -> ProcessingJob | None:
    """Claim the job of `stages` whose turn it is and return it; return None if there is none."""
    now = now or clock.now()
    return first_claimed(lambda: _next_in_turn(stages, now), lambda job_id: claim(job_id, worker=worker, now=now))


def first_claimed(ids_in_turn: Callable[[], Sequence[int]], claim_one: Callable[[int], T | None]) -> T | None:
    """Return the first row that `claim_one(id)` could claim of at most CANDIDATES ids in turn, or None.

    If other workers have claimed them all meanwhile, `ids_in_turn()` is asked again.
    """
    while candidates := ids_in_turn():
        for row_id in candidates:
            if claimed := claim_one(row_id):
                return claimed
        if len(candidates) < CANDIDATES:
            return None
    return None


def _next_in_turn(stages: Collection[Stage], now: dt.datetime) -> list[int]:
    """Return the ids of at most CANDIDATES jobs of `stages` that may be claimed, the next one first."""
    waiting = ProcessingJob.objects.in_turn(now).filter(stage__in=stages)
    return list(waiting.values_list("pk", flat=True)[:CANDIDATES])


def renew(
    job: Held,
    *,
    now: dt.datetime | None = None,
    step: Step | None = None,
    progress: int | None = None,
    stage: Stage | None = None,
) -> None:
    """Renew the lease of `job` and write its step, `progress` in percent and stage, if given. Raises JobLost."""
    now = now or clock.now()
    columns = {"step": step, "progress": progress, "stage": stage}
    _write(job, lease_until=now + LEASE, **{name: value for name, value in columns.items() if value is not None})


def finish(
    job: Held,
    state: State,
    *,
    reason: str = "",
    failure: str = "",
    now: dt.datetime | None = None,
    **columns: Any,
) -> None:
    """End `job` in `state` (ready, refused or failed) with a `reason` for editors. Raises JobLost.

    `failure` is a Failure, if it is one that can end without an editor. With a job its parts are gone, and
    `processing_finished` is sent after the commit.
    """
    progress = {"progress": 100} if state == State.READY else {}
    ended = {"state": state, "reason": reason, "failure": failure, "finished_at": now or clock.now()}
    with transaction.atomic():
        drop(job, **ended, **progress, **columns)
        if isinstance(job, ProcessingJob):
            part_rows.drop(job)
            send_finished(job.video_file, state)


def send_finished(video_file: VideoFile, state: State) -> None:
    """Send `processing_finished` after the commit; an exception of a receiver is logged and changes nothing here."""
    transaction.on_commit(
        lambda: processing_finished.send_robust(sender=ProcessingJob, video_file=video_file, state=State(state)),
        robust=True,
    )


def stop(job: ProcessingJob, *, reason: str, now: dt.datetime | None = None) -> bool:
    """End the unfinished `job` as failed, also if it is claimed; return False if it has ended or been submitted again.

    A worker that holds it loses its claim, which its next renewal shows, and can write nothing more.
    """
    unfinished = ProcessingJob.objects.unfinished().filter(pk=job.pk, source_version=job.source_version)
    columns = {**job.CLEARED, "not_before": None, "finished_at": now or clock.now()}
    with transaction.atomic():
        stopped = bool(unfinished.update(state=State.FAILED, reason=reason, **columns))
        if stopped:
            part_rows.drop(job)
            send_finished(job.video_file, State.FAILED)
    return stopped


def retry_later(job: Held, *, reason: str, failure: str = "", now: dt.datetime | None = None) -> None:
    """Requeue `job` after a failure of the server, or end it after MAX_ATTEMPTS. Raises JobLost."""
    now = now or clock.now()
    if job.attempt >= MAX_ATTEMPTS:
        finish(job, State.FAILED, reason=reason, failure=failure, now=now)
    else:
        drop(job, state=State.QUEUED, lost=0, reason=reason, not_before=now + job.retry_delay(), delivered_at=None)


def pass_on(job: ProcessingJob, *, now: dt.datetime) -> None:
    """Requeue `job`, whose film plays now, for its ladder; its attempts begin anew. Raises JobLost.

    `became_playable` is sent after the commit.
    """
    turn = ProcessingJob.objects.next_turn(Stage.LADDER, job.video_file.collection_id)
    begun_anew = {"turn": turn, "attempt": 0, "lost": 0, "progress": 0, "not_before": None, "delivered_at": now}
    drop(job, state=State.QUEUED, stage=Stage.LADDER, **begun_anew)
    send_playable(job.video_file)


def announce(job_id: int, stage: Stage) -> bool:
    """Send a message about the waiting job `job_id`, or return False and leave that to the next `jobs.sweep`."""
    is_sent = tasks.deliver(job_id, stage)
    if not is_sent:
        ProcessingJob.objects.filter(pk=job_id, state=State.QUEUED).update(delivered_at=None)
    return is_sent


def send_playable(video_file: VideoFile) -> None:
    """Send `became_playable` after the commit; an exception of a receiver is logged and changes nothing here."""
    transaction.on_commit(lambda: became_playable.send_robust(sender=ProcessingJob, video_file=video_file), robust=True)


def release(job: Held) -> None:
    """Requeue `job` without counting the attempt, because this worker is ending. Raises JobLost."""
    drop(job, state=State.QUEUED, attempt=job.attempt - 1, not_before=None, delivered_at=None)


def wait(job: Held, *, reason: str, delay: dt.timedelta, now: dt.datetime | None = None) -> None:
    """Requeue `job` for `delay` without counting the attempt: the cause is not the file.

    `reason` explains the wait to editors. Raises JobLost.
    """
    drop(
        job,
        state=State.QUEUED,
        attempt=job.attempt - 1,
        reason=reason,
        not_before=(now or clock.now()) + delay,
        delivered_at=None,
    )


def drop(job: Held, **columns: Any) -> None:
    """Give the claim up and write `columns`. Raises JobLost."""
    _write(job, **job.CLEARED, **columns)


def _write(job: Held, **columns: Any) -> None:
    held = type(job)._default_manager.filter(
        pk=job.pk, worker=job.worker, source_version=job.source_version, state=State.PROCESSING
    )
    if not held.update(**columns):
        raise JobLost(job.pk)
