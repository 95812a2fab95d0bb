"""The work of one job: probe the source, record what it is, take a poster frame."""

import logging
import time

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from video_pages.library import services
from video_pages.transcoding import claims, ffmpeg, poster, probe, sandbox
from video_pages.transcoding.models import State, Step
from video_pages.transcoding.workspace import workspace

PROBE_PATIENCE = 3
"""A job may take this many times PROBE_SECONDS to look into a file: nobody waits in front of a form."""

logger = logging.getLogger(__name__)


def run(job_id, *, worker=None, clock=timezone.now):
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
        _process(job, clock)
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
    except (OSError, sandbox.SandboxError, ffmpeg.FfmpegFailed) as error:
        return _try_again(job, _("The server could not process this file."), error, clock)
    except claims.JobLost:
        raise
    except Exception:
        claims.retry_later(job, reason=_("The server could not process this file."), now=clock())
        raise
    claims.finish(job, State.READY, now=clock())
    return State.READY


def _process(job, clock):
    video_file, version = job.video_file, job.source_version
    source = video_file.file.path
    beat = _Beat(job, clock)
    beat.report(Step.PROBE, 5)
    facts = probe.probe(source, seconds=settings.PROBE_SECONDS * PROBE_PATIENCE, on_tick=beat)
    beat.report(Step.POSTER, 40)
    if not services.record_facts(video_file, facts, version=version):
        raise claims.JobLost(job.pk)
    with workspace(source) as space:
        drawn = poster.make_poster(space, facts, on_tick=beat)
        beat.report(Step.POSTER, 90)
        if not services.attach_poster(video_file, drawn.jpeg, drawn.still, version=version):
            raise claims.JobLost(job.pk)


def _try_again(job, reason, error, clock):
    logger.warning("Job %s failed at attempt %s: %s", job.pk, job.attempt, error)
    claims.retry_later(job, reason=reason, now=clock())
    return State.FAILED if job.attempt >= claims.MAX_ATTEMPTS else State.QUEUED


class _Beat:
    """Renews the lease of a job, seldom enough for the database and often enough for the lease."""

    def __init__(self, job, clock):
        self._job, self._clock = job, clock
        self._next = time.monotonic() + claims.HEARTBEAT_SECONDS

    def report(self, step, progress):
        claims.heartbeat(self._job, now=self._clock(), step=step, progress=progress)
        self._next = time.monotonic() + claims.HEARTBEAT_SECONDS

    def __call__(self):
        if time.monotonic() >= self._next:
            self._next = time.monotonic() + claims.HEARTBEAT_SECONDS
            claims.heartbeat(self._job, now=self._clock())
