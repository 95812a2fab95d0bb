"""The end of an attempt: the state to which an exception of the work of a job, or of a part of its ladder, leads."""

import datetime as dt
import logging
from collections.abc import Callable
from functools import partial
from typing import Any, Protocol

from django.utils.translation import gettext as _

from video_pages.core import disk_space
from video_pages.library import identity
from video_pages.library.models import VideoFile
from video_pages.library.storage import StorageAway
from video_pages.transcoding import claims, ffmpeg, lost, poster, probe, sandbox
from video_pages.transcoding.lease_renewal import DATABASE_AWAY, LeaseRenewal
from video_pages.transcoding.models import MAX_ATTEMPTS, Failure, Held, State

STORAGE_AWAY_DELAY = dt.timedelta(seconds=30)
"""A bucket that does not answer is not the fault of the file either; most outages are short."""
DATABASE_AWAY_DELAY = dt.timedelta(seconds=30)
"""Time after an error of the database: the whole work is done again, and other jobs wait."""
DISK_FULL_DELAY = dt.timedelta(minutes=10)
"""A full disk is not the fault of the file: it costs no attempt, and people need a while to make room."""

logger = logging.getLogger(__name__)


class Ending(Protocol):
    """Writes how an attempt ended and returns the state of the job. Idempotent; raises JobLost."""

    def __call__(self, *, now: dt.datetime) -> State: ...


class PartFailed(Exception):
    """A part of the ladder has ended without a rendition: its `state`, its `reason` for editors and its `failure`."""

    def __init__(self, part: Held) -> None:
        super().__init__(part.name_in_log)
        self.state, self.reason, self.failure = State(part.state), part.reason, part.failure


class PartsWait(Exception):
    """All parts of a ladder that are left wait for `delay`; `reason` says why, for editors."""

    def __init__(self, reason: str, delay: dt.timedelta) -> None:
        super().__init__(reason)
        self.reason, self.delay = reason, delay


def has_source(video_file: VideoFile) -> bool:
    """Return True if the source of `video_file` is in the library."""
    source = video_file.file
    return source.name is not None and source.storage.exists(source.name)


def conclude(job: Held, renewal: LeaseRenewal, work: Callable[[], Ending]) -> State | None:
    """Do `work()`, write the ending that it returns or that its exception leads to, and return the new state.

    Returns None if the worker has lost `job`. Unexpected exceptions propagate after it is requeued.
    """
    try:
        ending = _ending_of(job, renewal, work)
        state = renewal.persist(lambda: ending(now=renewal.now()))
    except claims.JobLost:
        logger.info("%s was replaced, deleted or taken over while it ran.", job.name_in_log)
        return None
    logger.info("%s has ended: it is %s.", job.name_in_log, state)
    return state


def finish(job: Held, state: State, reason: str, failure: str = "", *, now: dt.datetime) -> State:
    """End `job` in `state`: an Ending, once its other arguments are bound."""
    claims.finish(job, state, reason=reason, failure=failure, now=now)
    return state


def _ending_of(job: Held, renewal: LeaseRenewal, work: Callable[[], Ending]) -> Ending:
    """Do the work and return how it ended. Raises JobLost, and unexpected exceptions after the job is requeued."""
    try:
        return work()
    except claims.JobLost:
        raise
    except Exception as error:
        if _is_of_library(error) and renewal.persist(lambda: not identity.state().is_usable):
            return _on_storage_away(job, error)
        handler = next((handler for kind, handler in ENDINGS if isinstance(error, kind)), None)
        if handler is None:
            renewal.persist(lambda: _retry_later(job, _server_message(), now=renewal.now()))
            raise
        try:
            return handler(job, error)
        except StorageAway as away:  # it answered until then
            return _on_storage_away(job, away)


def _is_of_library(error: Exception) -> bool:
    """Return whether `error` may come from a library that can't be used: a share that is away, a missing mount."""
    return isinstance(error, MAY_BE_OF_LIBRARY) and not isinstance(error, sandbox.Interrupted)


def _on_failed_part(job: Held, error: PartFailed) -> Ending:
    # The part had its attempts.
    return partial(finish, job, error.state, error.reason, error.failure)


def _on_waiting_parts(job: Held, error: PartsWait) -> Ending:
    return partial(_wait, job, error.reason, error.delay)


def _on_shutdown(job: Held, _error: Exception) -> Ending:
    return partial(release, job)


def _on_database_away(job: Held, error: Exception) -> Ending:
    logger.warning("%s is put back, because the database was away: %s", job.name_in_log, error)
    return partial(_lose, job)


def _on_storage_away(job: Held, error: Exception) -> Ending:
    logger.warning("%s waits for the storage of the library: %s", job.name_in_log, error)
    return partial(_wait_for_storage, job)


def _on_slow_probe(job: Held, error: probe.ProbeTookTooLong) -> Ending:
    return _retry(job, error.message, error)


def _on_unreadable_media(job: Held, error: probe.UnreadableMedia) -> Ending:
    logger.info("%s refused: %s", job.name_in_log, error)
    return partial(finish, job, State.REFUSED, error.message)


def _on_missing_file(job: Held, error: FileNotFoundError) -> Ending:
    if has_source(job.file):
        return _retry(job, _server_message(), error)
    reason = _("The file is missing from the library. When it is back, it is processed by itself.")
    return _retry(job, reason, error, Failure.MISSING_SOURCE)


def _on_no_poster(job: Held, error: poster.NoPoster) -> Ending:
    return _retry(job, _("No picture could be taken from this video."), error)


def _on_time_limit(job: Held, error: sandbox.TookTooLong) -> Ending:
    # Another attempt would take as long; an editor may start one.
    logger.warning("%s took too long: %s", job.name_in_log, error)
    return partial(finish, job, State.FAILED, _("Making this film takes longer than this site allows."))


def _on_server_failure(job: Held, error: Exception) -> Ending:
    if disk_space.is_full(error):
        logger.error("%s waits for room on the disk: %s", job.name_in_log, error)
        return partial(_wait_for_room, job)
    return _retry(job, _server_message(), error)


ENDINGS: tuple[tuple[type[Exception] | tuple[type[Exception], ...], Callable[[Held, Any], Ending]], ...] = (
    (sandbox.Interrupted, _on_shutdown),
    (PartFailed, _on_failed_part),
    (PartsWait, _on_waiting_parts),
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
MAY_BE_OF_LIBRARY = (OSError, sandbox.SandboxError, ffmpeg.FfmpegFailed, probe.UnreadableMedia, poster.NoPoster)
"""Errors of work that ends so while the library can't be used; then they say nothing about the file."""


def _server_message() -> str:
    return _("The server could not process this file.")


def _retry(job: Held, reason: str, error: Exception, failure: str = "") -> Ending:
    logger.warning("%s failed at attempt %s: %s", job.name_in_log, job.attempt, error)
    return partial(_retry_later, job, reason, failure)


def release(job: Held, *, now: dt.datetime) -> State:
    """Give `job` back without counting the attempt: an Ending, once `job` is bound."""
    claims.release(job)
    return State.QUEUED


def _lose(job: Held, *, now: dt.datetime) -> State:
    """Give `job` back as if its worker had died: the database may be away, or fail at the same statement each time."""
    return lost.give_back(job, delay=DATABASE_AWAY_DELAY, now=now)


def _retry_later(job: Held, reason: str, failure: str = "", *, now: dt.datetime) -> State:
    claims.retry_later(job, reason=reason, failure=failure, now=now)
    return State.FAILED if job.attempt >= MAX_ATTEMPTS else State.QUEUED


def _wait(job: Held, reason: str, delay: dt.timedelta, *, now: dt.datetime) -> State:
    claims.wait(job, reason=reason, delay=delay, now=now)
    return State.QUEUED


def _wait_for_room(job: Held, *, now: dt.datetime) -> State:
    reason = _("The server's disk is full. This film waits until there is room; nothing of it is lost.")
    return _wait(job, reason, DISK_FULL_DELAY, now=now)


def _wait_for_storage(job: Held, *, now: dt.datetime) -> State:
    reason = _("The storage of the films does not answer. This film is tried again every half minute.")
    return _wait(job, reason, STORAGE_AWAY_DELAY, now=now)
