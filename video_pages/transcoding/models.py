"""ProcessingJob: what is known about making one uploaded file watchable, and who is at it."""

import datetime as dt

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

MAX_ATTEMPTS = 3
"""Tries before a failure of ours is final; a worker killed in the middle counts as one try."""


class State(models.TextChoices):
    """The state of a video's processing, as `video_status` and the admin name it."""

    QUEUED = "queued", _("Waiting")
    PROCESSING = "processing", _("Being processed")
    READY = "ready", _("Ready")
    REFUSED = "refused", _("Refused")  # the file can't be used; `reason` says why
    FAILED = "failed", _("Failed")  # ours to retry, and given up for now


class Failure(models.TextChoices):
    """Failures that something else than an editor can end."""

    MISSING_SOURCE = "missing_source", _("The file is missing from the library")


class Step(models.TextChoices):
    """The part of the work a running job is at."""

    PROBE = "probe", _("Reading the file")
    POSTER = "poster", _("Taking a poster frame")
    PACKAGE = "package", _("Making it playable")
    LADDER = "ladder", _("Making every size")
    STORYBOARD = "storyboard", _("Drawing preview pictures")
    TEXT = "text", _("Reading subtitles")


class ProcessingJobQuerySet(models.QuerySet):
    def unfinished(self):
        """Jobs that a worker still has to do, now or later."""
        return self.filter(state__in=(State.QUEUED, State.PROCESSING))

    def claimable(self, at):
        """Jobs that a worker may take at `at` (aware datetime): due, or left behind by a dead worker."""
        due = Q(state=State.QUEUED) & (Q(not_before=None) | Q(not_before__lte=at))
        return self.filter(due | Q(state=State.PROCESSING, lease_until__lt=at))


class ProcessingJob(models.Model):
    """The one job of a video file. It is the truth about processing; a task queue only carries its id.

    A worker holds a job by a lease that it renews; `worker` names one claim, not one process, so that a
    worker that lost its lease can't write over the claim of the next, not even its own.
    """

    video_file = models.OneToOneField("video_pages.VideoFile", on_delete=models.CASCADE, related_name="job")
    source_version = models.PositiveIntegerField(help_text=_("The version of the source this job is about."))
    state = models.CharField(max_length=16, choices=State.choices, default=State.QUEUED)
    step = models.CharField(max_length=16, choices=Step.choices, blank=True, default="")
    progress = models.PositiveSmallIntegerField(default=0, help_text=_("Percent."))
    attempt = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True, blank=True)
    worker = models.CharField(max_length=120, blank=True, default="")
    reason = models.TextField(
        blank=True,
        default="",
        help_text=_("What editors have to know: why it was refused or failed, or what is left out."),
    )
    failure = models.CharField(max_length=16, choices=Failure.choices, blank=True, default="", db_default="")
    created_at = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    not_before = models.DateTimeField(null=True, blank=True, help_text=_("When the next try may begin."))
    delivered_at = models.DateTimeField(null=True, blank=True, help_text=_("When its id was last queued."))

    objects = ProcessingJobQuerySet.as_manager()

    class Meta:
        verbose_name = _("processing job")
        verbose_name_plural = _("processing jobs")
        indexes = [models.Index(fields=["state", "not_before"], name="job_state_not_before")]
        constraints = [
            models.CheckConstraint(condition=Q(progress__lte=100), name="job_progress_is_a_percentage"),
        ]

    def __str__(self):
        return f"{self.video_file_id}/{self.source_version}: {self.state}"

    @property
    def is_finished(self):
        return self.state in (State.READY, State.REFUSED, State.FAILED)

    def retry_delay(self):
        """How long to wait after the failed `attempt`: half a minute, then two minutes, then eight."""
        return dt.timedelta(seconds=30) * 4 ** max(0, self.attempt - 1)
