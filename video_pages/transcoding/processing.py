"""Run a job from claim to end. `pipeline` does the work; this module writes how it ended."""

import datetime as dt
import errno
import logging
from collections.abc import Callable
from functools import partial
from typing import Any, Protocol

from django.utils.translation import gettext as _

from video_pages.core import clock, request_id
from video_pages.library import identity
from video_pages.library.models import VideoFile
from video_pages.library.storage import StorageAway
from video_pages.transcoding import claims, ffmpeg, pipeline, poster, priority, probe, sandbox
from video_pages.transcoding.lease_renewal import DATABASE_AWAY, LeaseRenewal
from video_pages.transcoding.models import MAX_ATTEMPTS, Failure, ProcessingJob, Stage, State

DISK_FULL = {errno.ENOSPC, errno.EDQUOT}
STORAGE_AWAY_DELAY = dt.timedelta(seconds=30)
"""A bucket that does not answer is not the fault of the file either; most outages are short."""
DISK_FULL_DELAY = dt.timedelta(minutes=10)
"""A full disk is not the fault of the file: it costs no attempt, and people need a while to make room."""

logger = logging.getLogger(__name__)


class Ending(Protocol):
    """Writes how an attempt ended and returns the state of the job. Idempotent; raises JobLost."""

    def __call__(self, *, now: dt.datetime) -> State: ...


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
    try:
        library_state = identity.state()
    except OSError as error:
        logger.error("Job %s waits, because the library can't be read: %s", job_id, error)
        return None
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
        try:
            ending = _work(job, renewal, is_quick=is_quick)
            state = renewal.persist(lambda: ending(now=get_now()))
        except claims.JobLost:
            logger.info("Job %s was replaced, deleted or taken over while it ran.", job.pk)
            return None
        logger.info("Job %s has ended: it is %s.", job.pk, state)
        return state


def has_source(video_file: VideoFile) -> bool:
    """Return True if the source of `video_file` is in the library."""
    source = video_file.file
    return source.name is not None and source.storage.exists(source.name)


def _work(job: ProcessingJob, renewal: LeaseRenewal, *, is_quick: bool) -> Ending:
    """Do the work and return how it ended. Raises JobLost, and unexpected exceptions after the job is requeued."""
    try:
        done = pipeline.transcode(job, renewal, is_quick=is_quick)
    except claims.JobLost:
        raise
    except Exception as error:
        handler = next((handler for kind, handler in ENDINGS if isinstance(error, kind)), None)
        if handler is None:
            renewal.persist(lambda: _retry_later(job, _server_message(), now=renewal.now()))
            raise
        return handler(job, error)
    return partial(_finish, job, State.READY, done.message) if done.is_complete else partial(_pass_on, job)


def _on_shutdown(job: ProcessingJob, _error: Exception) -> Ending:
    return partial(_release, job)


def _on_database_away(job: ProcessingJob, error: Exception) -> Ending:
    logger.warning("Job %s is put back, because the database was away: %s", job.pk, error)
    return partial(_release, job)


def _on_storage_away(job: ProcessingJob, error: StorageAway) -> Ending:
    logger.warning("Job %s waits for the storage of the library: %s", job.pk, error)
    return partial(_wait_for_storage, job)


def _on_slow_probe(job: ProcessingJob, error: probe.ProbeTookTooLong) -> Ending:
    return _retry(job, error.message, error)


def _on_unreadable_media(job: ProcessingJob, error: probe.UnreadableMedia) -> Ending:
    logger.info("Job %s refused: %s", job.pk, error)
    return partial(_finish, job, State.REFUSED, error.message)


def _on_missing_file(job: ProcessingJob, error: FileNotFoundError) -> Ending:
    if has_source(job.video_file):
        return _retry(job, _server_message(), error)
    reason = _("The file is missing from the library. When it is back, it is processed by itself.")
    return _retry(job, reason, error, Failure.MISSING_SOURCE)


def _on_no_poster(job: ProcessingJob, error: poster.NoPoster) -> Ending:
    return _retry(job, _("No picture could be taken from this video."), error)


def _on_time_limit(job: ProcessingJob, error: sandbox.TookTooLong) -> Ending:
    # Another attempt would take as long; an editor may start one.
    logger.warning("Job %s took too long: %s", job.pk, error)
    return partial(_finish, job, State.FAILED, _("Making this film takes longer than this site allows."))


def _on_server_failure(job: ProcessingJob, error: Exception) -> Ending:
    if getattr(error, "errno", None) in DISK_FULL:
        logger.error("Job %s waits for room on the disk: %s", job.pk, error)
        return partial(_wait_for_room, job)
    return _retry(job, _server_message(), error)


ENDINGS: tuple[tuple[type[Exception] | tuple[type[Exception], ...], Callable[[ProcessingJob, Any], Ending]], ...] = (
    (sandbox.Interrupted, _on_shutdown),
    (DATABASE_AWAY, _on_database_away),
    (StorageAway, _on_storage_away),
    (probe.ProbeTookTooLong, _on_slow_probe),
    (probe.UnreadableMedia, _on_unreadable_media),
    (FileNotFoundError, _on_missing_file),
    (poster.NoPoster, _on_no_poster),
    (sandbox.TookTooLong, _on_time_limit),
    ((OSError, sandbox.SandboxError, ffmpeg.FfmpegFailed), _on_server_failure),
)
"""How a job ends whose work raised an exception: the first row with its class holds."""


def _server_message() -> str:
    return _("The server could not process this file.")


def _retry(job: ProcessingJob, reason: str, error: Exception, failure: str = "") -> Ending:
    logger.warning("Job %s failed at attempt %s: %s", job.pk, job.attempt, error)
    return partial(_retry_later, job, reason, failure)


def _finish(job: ProcessingJob, state: State, reason: str, *, now: dt.datetime) -> State:
    claims.finish(job, state, reason=reason, now=now)
    return state


def _pass_on(job: ProcessingJob, *, now: dt.datetime) -> State:
    claims.pass_on(job, now=now)
    claims.announce(job.pk, Stage.LADDER)
    return State.QUEUED


def _release(job: ProcessingJob, *, now: dt.datetime) -> State:
    claims.release(job)
    return State.QUEUED


def _retry_later(job: ProcessingJob, reason: str, failure: str = "", *, now: dt.datetime) -> State:
    claims.retry_later(job, reason=reason, failure=failure, now=now)
    return State.FAILED if job.attempt >= MAX_ATTEMPTS else State.QUEUED


def _wait_for_room(job: ProcessingJob, *, now: dt.datetime) -> State:
    reason = _("The server's disk is full. This film waits until there is room; nothing of it is lost.")
    claims.wait(job, reason=reason, delay=DISK_FULL_DELAY, now=now)
    return State.QUEUED


def _wait_for_storage(job: ProcessingJob, *, now: dt.datetime) -> State:
    reason = _("The storage of the films does not answer. This film is tried again every half minute.")
    claims.wait(job, reason=reason, delay=STORAGE_AWAY_DELAY, now=now)
    return State.QUEUED
