"""One job from claim to end: who does it, how long, and what becomes of it. What is made, `pipeline` knows."""

import logging
import time

from django.utils.translation import gettext as _

from video_pages import clock
from video_pages.transcoding import claims, ffmpeg, pipeline, poster, probe, sandbox
from video_pages.transcoding.models import State

LOOK_SECONDS = 3
"""How often a running job is looked at: how soon work ends that nobody wants any more, and percent are told."""

logger = logging.getLogger(__name__)


def run(job_id, *, worker=None, clock=clock.now):
    """Do the job `job_id` and return the state it is left in, or None if it was not, or no longer, ours to do.

    May be called twice, late, or after the video file is gone. A file that can't be used ends as refused, at once; a
    failure of ours is tried again later. Raises only what nobody foresaw, after putting the job back.
    """
    job = claims.claim(job_id, worker=worker, now=clock())
    if job is None:
        return None
    try:
        return _settle(job, clock)
    except claims.JobLost:
        logger.info("Job %s was replaced, deleted or taken over while it ran.", job_id)
        return None


def _settle(job, clock):
    """Do the work and write how it ended. Raises JobLost."""
    try:
        pipeline.make_watchable(job, Beat(job, clock))
    except sandbox.Interrupted:
        claims.release(job)
        return State.QUEUED
    except probe.ProbeTookTooLong as error:
        return _try_again(job, error.message, error, clock)
    except probe.UnreadableMedia as error:
        logger.info("Job %s refused: %s", job.pk, error)
        claims.finish(job, State.REFUSED, reason=error.message, now=clock())
        return State.REFUSED
    except FileNotFoundError as error:
        if job.video_file.file.storage.exists(job.video_file.file.name):
            return _try_again(job, _("The server could not process this file."), error, clock)
        claims.finish(job, State.FAILED, reason=_("The file is missing from the library."), now=clock())
        return State.FAILED
    except poster.NoPoster as error:
        return _try_again(job, _("No picture could be taken from this video."), error, clock)
    except sandbox.TookTooLong as error:
        # As long again would be lost again; an editor may have it tried once more.
        logger.warning("Job %s took too long: %s", job.pk, error)
        claims.finish(job, State.FAILED, reason=_("Making this film takes longer than this site allows."), now=clock())
        return State.FAILED
    except (OSError, sandbox.SandboxError, ffmpeg.FfmpegFailed) as error:
        return _try_again(job, _("The server could not process this file."), error, clock)
    except claims.JobLost:
        raise
    except Exception:
        claims.retry_later(job, reason=_("The server could not process this file."), now=clock())
        raise
    claims.finish(job, State.READY, now=clock())
    return State.READY


def _try_again(job, reason, error, clock):
    logger.warning("Job %s failed at attempt %s: %s", job.pk, job.attempt, error)
    claims.retry_later(job, reason=reason, now=clock())
    return State.FAILED if job.attempt >= claims.MAX_ATTEMPTS else State.QUEUED


class Beat:
    """Renews the lease of a job, seldom enough for the database and often enough for the lease; raises JobLost."""

    def __init__(self, job, clock):
        self._job, self._clock = job, clock
        self._progress = 0
        self._next = time.monotonic() + LOOK_SECONDS

    def report(self, step, progress):
        """Say at once which part begins."""
        self._progress = progress
        claims.heartbeat(self._job, now=self._clock(), step=step, progress=progress)
        self._next = time.monotonic() + LOOK_SECONDS

    def note(self, progress):
        """Say with the next beat how far it is, in percent."""
        self._progress = progress

    def now(self):
        return self._clock()

    def confirm(self, now):
        """Raise JobLost if the job is no longer this worker's: it was stopped, taken over, or its file replaced."""
        claims.heartbeat(self._job, now=now)

    def __call__(self):
        if time.monotonic() >= self._next:
            self._next = time.monotonic() + LOOK_SECONDS
            claims.heartbeat(self._job, now=self._clock(), progress=self._progress)
