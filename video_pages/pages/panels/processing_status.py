"""The status of a processing job as editors read it: state, progress, and the next step."""

import datetime as dt
import math
from dataclasses import dataclass

from django.contrib.humanize.templatetags.humanize import ordinal
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from video_pages.core import clock
from video_pages.library.models import VideoFile
from video_pages.transcoding import jobs
from video_pages.transcoding.models import MAX_ATTEMPTS, ProcessingJob, Stage, State


@dataclass(frozen=True)
class ProcessingStatus:
    """The status of one job, as text.

    `details` are short phrases. `reason` says why the job failed; of a video that is ready, which parts of its file
    could not be used; otherwise it is "". `progress` is in percent, None while nothing runs. `can_stop` and
    `can_begin_again` say which actions the state allows, not who may do them.
    """

    state: str
    headline: str
    details: tuple[str, ...] = ()
    progress: int | None = None
    reason: str = ""
    can_stop: bool = False
    can_begin_again: bool = False

    @property
    def is_unfinished(self) -> bool:
        """True while the job waits or runs."""
        return self.can_stop

    @property
    def is_open(self) -> bool:
        """True if an editor may want to act: the job waits, runs, or has failed."""
        return self.can_stop or self.state == State.FAILED


def processing_status(
    job: ProcessingJob, *, place: int | None = None, now: dt.datetime | None = None
) -> ProcessingStatus:
    """Return the ProcessingStatus of `job`; `place` is its place in the queue, 1 for the next, or None."""
    now = now or clock.now()
    if job.state == State.QUEUED:
        return _waiting(job, place, now)
    if job.state == State.PROCESSING:
        return _running(job, now)
    return ProcessingStatus(
        job.state,
        job.get_state_display(),
        reason=job.reason,
        can_begin_again=True,
    )


def status_of_file(video_file: VideoFile | None, *, now: dt.datetime | None = None) -> ProcessingStatus | None:
    """Return the ProcessingStatus of the job of `video_file`, or None without one; one query if the job waits."""
    job = jobs.job_of(video_file)
    return processing_status(job, place=jobs.place_in_queue(job, now=now), now=now) if job else None


def _waiting(job: ProcessingJob, place: int | None, now: dt.datetime) -> ProcessingStatus:
    details = [_("plays already, further sizes follow")] if job.stage == Stage.LADDER and _plays(job) else []
    if job.not_before and job.not_before > now:
        details.append(
            _("try %(number)d of %(all)d begins in %(time)s")
            % {"number": job.attempt + 1, "all": MAX_ATTEMPTS, "time": _format_length(job.not_before - now)}
        )
    elif place is not None:
        details.append(_("next in line") if place == 1 else _("%(place)s in line") % {"place": ordinal(place)})
    return ProcessingStatus(job.state, job.get_state_display(), tuple(details), reason=job.reason, can_stop=True)


def _plays(job: ProcessingJob) -> bool:
    return job.video_file.package_version == job.source_version


def _running(job: ProcessingJob, now: dt.datetime) -> ProcessingStatus:
    headline = job.get_state_display()
    details = []
    if job.step:
        details.append(job.get_step_display())
    left = jobs.time_left(job, now)
    if left is not None:
        details.append(_("about %(time)s left") % {"time": _format_length(left)})
    if job.attempt > 1:
        details.append(_("try %(number)d of %(all)d") % {"number": job.attempt, "all": MAX_ATTEMPTS})
    return ProcessingStatus(job.state, headline, tuple(details), progress=job.progress, can_stop=True)


def _format_length(length: dt.timedelta) -> str:
    """Return `length` as text, rounded up: "40 seconds", "4 minutes", "2 hours"."""
    seconds = max(1, math.ceil(length.total_seconds()))
    if seconds < 60:
        rounded = math.ceil(seconds / 10) * 10
        if rounded < 60:
            return ngettext("%(count)d second", "%(count)d seconds", rounded) % {"count": rounded}
    minutes = math.ceil(seconds / 60)
    if minutes < 90:
        return ngettext("%(count)d minute", "%(count)d minutes", minutes) % {"count": minutes}
    hours = round(minutes / 60)
    return ngettext("%(count)d hour", "%(count)d hours", hours) % {"count": hours}
