"""One job from claim to end: who does it, how long, and what becomes of it. What is made, `pipeline` knows."""

import datetime as dt
import errno
import logging
import time

from django.db import InterfaceError, OperationalError, connection
from django.utils.translation import gettext as _

from video_pages.core import clock
from video_pages.library import identity
from video_pages.transcoding import claims, ffmpeg, pipeline, poster, probe, sandbox
from video_pages.transcoding.models import Failure, State

AWAY = (OperationalError, InterfaceError)
"""What Django raises while the database can't be reached."""
RETRY_SECONDS = 1
NO_ROOM = {errno.ENOSPC, errno.EDQUOT}
WAIT_FOR_ROOM = dt.timedelta(minutes=10)
"""An encode that ran out of room is not the file's fault: it costs no try, and making room takes somebody a while."""
LOOK_SECONDS = 3
"""How often a running job is looked at: how soon work ends that nobody wants any more, and percent are told."""

logger = logging.getLogger(__name__)


def run(job_id, *, worker=None, clock=clock.now):
    """Do the job `job_id` and return the state it is left in, or None if it was not, or no longer, ours to do.

    Without the library that the database knows the job waits in the queue.

    May be called twice, late, or after the video file is gone. A file that can't be used ends as refused, at once; a
    failure of ours is tried again later. Raises only what nobody foresaw, after putting the job back.
    """
    library_state = identity.state()
    if not library_state.is_usable:
        logger.error("Job %s waits. %s", job_id, identity.describe(library_state))
        return None
    job = claims.claim(job_id, worker=worker, now=clock())
    if job is None:
        return None
    beat = LeaseRenewal(job, clock)
    try:
        return beat.persist(_work(job, beat, clock))
    except claims.JobLost:
        logger.info("Job %s was replaced, deleted or taken over while it ran.", job_id)
        return None


def _work(job, beat, clock):
    """Do the work and return how it ended: a function that writes that and returns the state. Raises JobLost."""
    again = _("The server could not process this file.")
    try:
        notes = pipeline.transcode(job, beat)
    except sandbox.Interrupted:
        return lambda: _put_back(job)
    except AWAY as error:
        logger.warning("Job %s is put back, because the database was away: %s", job.pk, error)
        return lambda: _put_back(job)
    except probe.ProbeTookTooLong as error:
        return _trying_again(job, error.message, error, clock)
    except probe.UnreadableMedia as error:
        logger.info("Job %s refused: %s", job.pk, error)
        return _finishing(job, State.REFUSED, error.message, clock)
    except FileNotFoundError as error:
        if _has_source(job):
            return _trying_again(job, again, error, clock)
        reason = _("The file is missing from the library. When it is back, it is processed by itself.")
        return _trying_again(job, reason, error, clock, failure=Failure.MISSING_SOURCE)
    except poster.NoPoster as error:
        return _trying_again(job, _("No picture could be taken from this video."), error, clock)
    except sandbox.TookTooLong as error:
        # As long again would be lost again; an editor may have it tried once more.
        logger.warning("Job %s took too long: %s", job.pk, error)
        return _finishing(job, State.FAILED, _("Making this film takes longer than this site allows."), clock)
    except (OSError, sandbox.SandboxError, ffmpeg.FfmpegFailed) as error:
        if getattr(error, "errno", None) in NO_ROOM:
            return _waiting_for_room(job, error, clock)
        return _trying_again(job, again, error, clock)
    except claims.JobLost:
        raise
    except Exception:
        beat.persist(lambda: claims.retry_later(job, reason=again, now=clock()))
        raise
    return _finishing(job, State.READY, notes, clock)


def _has_source(job):
    source = job.video_file.file
    return source.storage.exists(source.name)


def _put_back(job):
    claims.release(job)
    return State.QUEUED


def _finishing(job, state, reason, clock):
    def write():
        claims.finish(job, state, reason=reason, now=clock())
        return state

    return write


def _waiting_for_room(job, error, clock):
    logger.error("Job %s waits for room on the disk: %s", job.pk, error)

    def write():
        reason = _("The server's disk is full. This film waits until there is room; nothing of it is lost.")
        claims.wait(job, reason=reason, delay=WAIT_FOR_ROOM, now=clock())
        return State.QUEUED

    return write


def _trying_again(job, reason, error, clock, failure=""):
    logger.warning("Job %s failed at attempt %s: %s", job.pk, job.attempt, error)

    def write():
        claims.retry_later(job, reason=reason, failure=failure, now=clock())
        return State.FAILED if job.attempt >= claims.MAX_ATTEMPTS else State.QUEUED

    return write


class LeaseRenewal:
    """Renews the lease of a job, seldom enough for the database and often enough for the lease; raises JobLost.

    A database that is away for a while ends no encode: as long as the lease is valid, no other worker can have taken
    the job. After that JobLost is raised.
    """

    def __init__(self, job, clock):
        self._job, self._clock = job, clock
        self._progress = 0
        self._next = time.monotonic() + LOOK_SECONDS
        self._is_away = False
        self._lease_ends = time.monotonic() + claims.LEASE.total_seconds()

    def report(self, step, progress):
        """Say at once which part begins."""
        self._progress = progress
        self._renew(step=step, progress=progress)

    def note(self, progress):
        """Say with the next beat how far it is, in percent."""
        self._progress = progress

    def now(self):
        return self._clock()

    def confirm(self, now):
        """Raise JobLost if the job is no longer this worker's: it was stopped, taken over, or its file replaced."""
        claims.renew(self._job, now=now)

    def persist(self, write):
        """Return `write()`, called again while the database is away and the lease is valid. Raises JobLost.

        `write` must be right if it is called twice: nobody knows whether a commit arrived whose answer was lost.
        """
        while True:
            try:
                return write()
            except AWAY as error:
                self._note_away(error)
                time.sleep(RETRY_SECONDS)

    def __call__(self):
        if time.monotonic() >= self._next:
            self._renew(progress=self._progress)

    def _renew(self, **known):
        self._next = time.monotonic() + LOOK_SECONDS
        try:
            claims.renew(self._job, now=self._clock(), **known)
        except AWAY as error:
            self._note_away(error)
        else:
            self._lease_ends = time.monotonic() + claims.LEASE.total_seconds()
            self._is_away = False

    def _note_away(self, error):
        if time.monotonic() >= self._lease_ends:
            raise claims.JobLost(self._job.pk) from error
        if not self._is_away:
            logger.warning("Job %s goes on without the database, which is away: %s", self._job.pk, error)
        self._is_away = True
        if not connection.in_atomic_block:
            connection.close()  # a broken connection is not used again
