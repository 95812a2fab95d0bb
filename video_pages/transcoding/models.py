"""ProcessingJob: the state of processing one uploaded file, and the worker that holds it."""

import datetime as dt

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

MAX_ATTEMPTS = 3
"""Attempts before a failure of the server is final; a worker that is killed during the work has used one."""


class State(models.TextChoices):
    """The state of a video's processing, as `video_status` and the admin name it."""

    QUEUED = "queued", _("Waiting")
    PROCESSING = "processing", _("Being processed")
    READY = "ready", _("Ready")
    REFUSED = "refused", _("Refused")  # the file can't be used; `reason` says why
    FAILED = "failed", _("Failed")  # the server failed; a new attempt is possible


class Failure(models.TextChoices):
    """Failures that can end without an editor."""

    MISSING_SOURCE = "missing_source", _("The file is missing from the library")


class Step(models.TextChoices):
    """The part of the work that a running job has reached."""

    PROBE = "probe", _("Reading the file")
    POSTER = "poster", _("Taking a poster frame")
    PACKAGE = "package", _("Making it playable")
    LADDER = "ladder", _("Making every size")
    STORYBOARD = "storyboard", _("Drawing preview pictures")
    TEXT = "text", _("Reading subtitles")


class ProcessingJobQuerySet(models.QuerySet["ProcessingJob"]):
    def unfinished(self) -> "ProcessingJobQuerySet":
        """Jobs that a worker still has to do, now or later."""
        return self.filter(state__in=(State.QUEUED, State.PROCESSING))

    def claimable(self, at: dt.datetime) -> "ProcessingJobQuerySet":
        """Jobs that a worker may claim at `at` (aware datetime): due, or held under an expired lease."""
        due = Q(state=State.QUEUED) & (Q(not_before=None) | Q(not_before__lte=at))
        return self.filter(due | Q(state=State.PROCESSING, lease_until__lt=at))


class ProcessingJob(models.Model):
    """The one job of a video file. This row is the truth about processing; a task queue only carries its id.

    A worker holds a job by a lease that it renews. `worker` names one claim, not one process, so that a worker that
    lost its lease can't write over the next claim, not even over its own.
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

    def __str__(self) -> str:
        return f"{self.video_file_id}/{self.source_version}: {self.state}"

    @property
    def is_finished(self) -> bool:
        return self.state in (State.READY, State.REFUSED, State.FAILED)

    def retry_delay(self) -> dt.timedelta:
        """Return the time to wait after the failed `attempt`: half a minute, then two minutes, then eight."""
        return dt.timedelta(seconds=30) * 4 ** max(0, self.attempt - 1)
