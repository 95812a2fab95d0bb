"""Run a job from claim to end. `pipeline` does the work, and `endings` says how it ends."""

import datetime as dt
import logging
from collections.abc import Callable
from functools import partial

from video_pages.core import clock, request_id
from video_pages.library import identity
from video_pages.transcoding import claims, endings, pipeline, priority
from video_pages.transcoding.lease_renewal import LeaseRenewal
from video_pages.transcoding.models import ProcessingJob, Stage, State

logger = logging.getLogger(__name__)


def run(
    job_id: int,
    *,
    worker: str | None = None,
    get_now: Callable[[], dt.datetime] = clock.now,
) -> State | None:
    """Do the job `job_id` and return its new state, or None if this worker could not claim it or has lost it.

    May be called twice, late, or after the video file is deleted. While the library is not the one that the database
    knows, the job waits in the queue. A file that can't be used ends as refused at once; a failure of the server is
    tried again later. Unexpected exceptions propagate after the job is requeued.
    """
    library_state = identity.state()
    if not library_state.is_usable:
        logger.error("Job %s waits. %s", job_id, identity.describe(library_state))
        return None
    job = claims.claim(job_id, worker=worker, now=get_now())
    return None if job is None else run_claimed(job, get_now=get_now)


def run_claimed(
    job: ProcessingJob, *, get_now: Callable[[], dt.datetime] = clock.now, is_quick: bool = False
) -> State | None:
    """Do the claimed `job` as `run` does; with `is_quick`, pass it on before its ladder."""
    with request_id.lines_of(job.request_id), priority.preferred(is_quick):
        logger.info("Job %s begins, attempt %s.", job.pk, job.attempt)
        renewal = LeaseRenewal(job, get_now)
        return endings.conclude(job, renewal, lambda: _work(job, renewal, is_quick=is_quick))


def _work(job: ProcessingJob, renewal: LeaseRenewal, *, is_quick: bool) -> endings.Ending:
    done = pipeline.transcode(job, renewal, is_quick=is_quick)
    return partial(endings.finish, job, State.READY, done.message) if done.is_complete else partial(_pass_on, job)


def _pass_on(job: ProcessingJob, *, now: dt.datetime) -> State:
    claims.pass_on(job, now=now)
    claims.announce(job.pk, Stage.LADDER)
    return State.QUEUED
