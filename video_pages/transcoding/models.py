"""ProcessingJob: the processing of one uploaded file, and the worker that holds it. LadderPart: a part of it."""

import datetime as dt
from abc import abstractmethod
from typing import Any, ClassVar

from django.db import models
from django.db.models import Case, Max, Min, Q, Value, When
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

MAX_ATTEMPTS = 3
"""Attempts before a failure of the server is final. An attempt whose worker died is none of them."""
MAX_LOST = 20
"""Attempts in a row whose worker died, after which the job fails: the file may be what ends the workers."""
LOST_WITHOUT_DELAY = 5
"""As many of these are followed by another attempt at once: machines die, and restart all at the same time."""
LONGEST_LOST_DELAY = dt.timedelta(hours=1)


class State(models.TextChoices):
    """The state of a video's processing, as `video_status` and the admin name it."""

    QUEUED = "queued", _("Waiting")
    PROCESSING = "processing", _("Being processed")
    READY = "ready", _("Ready")
    REFUSED = "refused", pgettext_lazy("a file", "Refused")  # the file can't be used; `reason` says why
    FAILED = "failed", _("Failed")  # the server failed; a new attempt is possible


class Stage(models.TextChoices):
    """The two queues. A waiting job of the first goes before every job of the second."""

    PLAYABLE = "playable", _("To be made playable")
    LADDER = "ladder", _("To get every size")


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
        """Waiting jobs that a worker may claim at `at` (aware datetime)."""
        return self.filter(Q(not_before=None) | Q(not_before__lte=at), state=State.QUEUED)

    def in_turn(self, at: dt.datetime) -> "ProcessingJobQuerySet":
        """The jobs that a worker may claim at `at`, in the order in which workers do."""
        stage_order = Case(When(stage=Stage.PLAYABLE, then=Value(0)), default=Value(1))
        return self.claimable(at).order_by(stage_order, "turn", "created_at", "pk")

    def next_turn(self, stage: Stage, collection_id: int) -> int:
        """Return the `turn` of a new job in the queue of `stage`, whose file is in the collection of a section.

        It is one above the last of its collection, or the present turn if that has no job: so sections take turns, and
        many uploads to one do not delay one upload to another (start-time fair queueing, Goyal, Vin and Cheng, 1996).
        """
        queued, own = Q(state=State.QUEUED), Q(video_file__collection=collection_id)
        found = (
            self.unfinished()
            .filter(stage=stage)
            .aggregate(
                first=Min("turn", filter=queued),
                running=Max("turn", filter=Q(state=State.PROCESSING)),
                last_own=Max("turn", filter=own),
            )
        )
        present = min((turn for turn in (found["first"], found["running"]) if turn is not None), default=0)
        return present if found["last_own"] is None else max(present, found["last_own"] + 1)


class Held(models.Model):
    """Work that a worker holds by a lease that it renews.

    `worker` names one claim, not one process, so that a worker that lost its lease can't write over the next claim,
    not even over its own.
    """

    CLEARED: ClassVar[dict[str, Any]] = {"worker": "", "lease_until": None}
    """The columns that end a claim."""

    source_version = models.PositiveIntegerField(help_text=_("The version of the source this job is about."))
    state = models.CharField(max_length=16, choices=State.choices, default=State.QUEUED)
    progress = models.PositiveSmallIntegerField(default=0, help_text=_("Percent."))
    attempt = models.PositiveSmallIntegerField(default=0)
    lost = models.PositiveSmallIntegerField(
        default=0, db_default=0, help_text=_("Attempts in a row whose worker died; they are not among the attempts.")
    )
    lease_until = models.DateTimeField(null=True, blank=True)
    worker = models.CharField(max_length=120, blank=True, default="")
    reason = models.TextField(
        blank=True,
        default="",
        help_text=_("The message for editors: why it was refused or failed, or which parts are left out."),
    )
    failure = models.CharField(max_length=16, choices=Failure.choices, blank=True, default="", db_default="")
    created_at = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    not_before = models.DateTimeField(null=True, blank=True, help_text=_("When the next try may begin."))
    delivered_at = models.DateTimeField(null=True, blank=True, help_text=_("When its id was last queued."))

    class Meta:
        abstract = True

    @property
    @abstractmethod
    def file(self) -> Any:  # a VideoFile: models of one package do not import those of another
        """The video file that the work is about."""

    @property
    @abstractmethod
    def name_in_log(self) -> str:
        """Its name in the log."""

    def retry_delay(self) -> dt.timedelta:
        """Return the time to wait after the failed `attempt`: half a minute, then two minutes, then eight."""
        return dt.timedelta(seconds=30) * 4 ** max(0, self.attempt - 1)


class ProcessingJob(Held):
    """The one job of a video file. This row is the truth about processing; a task queue only carries its id."""

    CLEARED: ClassVar[dict[str, Any]] = {**Held.CLEARED, "step": ""}

    video_file = models.OneToOneField("video_pages.VideoFile", on_delete=models.CASCADE, related_name="job")
    stage = models.CharField(max_length=16, choices=Stage.choices, default=Stage.PLAYABLE, db_default=Stage.PLAYABLE)
    turn = models.PositiveIntegerField(default=0, db_default=0, help_text=_("Its round in the queue of its stage."))
    step = models.CharField(max_length=16, choices=Step.choices, blank=True, default="")
    request_id = models.CharField(
        max_length=32,
        blank=True,
        default="",
        db_default="",
        help_text=_("The id of the request that queued it; the lines of its log have it."),
    )

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
    def file(self) -> Any:
        return self.video_file

    @property
    def name_in_log(self) -> str:
        return f"Job {self.pk}"

    @property
    def is_finished(self) -> bool:
        return self.state in (State.READY, State.REFUSED, State.FAILED)


class LadderPartQuerySet(models.QuerySet["LadderPart"]):
    def due(self, at: dt.datetime) -> "LadderPartQuerySet":
        """Waiting parts whose time has come at `at` (aware datetime).

        It joins no other table: Django writes an UPDATE with a join as one with a subquery, which PostgreSQL does not
        read again after it has waited for another worker's claim.
        """
        return self.filter(Q(not_before=None) | Q(not_before__lte=at), state=State.QUEUED)

    def claimable(self, at: dt.datetime) -> "LadderPartQuerySet":
        """The due parts whose job is unfinished."""
        return self.due(at).filter(job__state__in=(State.QUEUED, State.PROCESSING))

    def in_turn(self, at: dt.datetime) -> "LadderPartQuerySet":
        """The parts that a worker may claim at `at`: by the rounds of their jobs, and the largest sizes first."""
        return self.claimable(at).order_by("job__turn", "job__created_at", "job_id", "number", "pk")


class LadderPart(Held):
    """One or more sizes of a ladder that several workers share. It exists only while its job is unfinished.

    Each claim writes into a folder of its own; the worker that holds the job takes the finished ones into its package.
    """

    job = models.ForeignKey(ProcessingJob, on_delete=models.CASCADE, related_name="parts")
    name = models.CharField(max_length=40, help_text=_("As 1080p, source, audio-1, film."))
    number = models.PositiveSmallIntegerField(default=0)
    order = models.JSONField(default=dict)  # what is to be made: a `parts.Order`
    folder = models.CharField(max_length=12, blank=True, default="")  # the package of its latest claim
    made = models.JSONField(default=list)  # what was made: the values of `parts.made_of`

    objects = LadderPartQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["job", "name"], name="ladder_part_name_in_job"),
            models.CheckConstraint(condition=Q(progress__lte=100), name="part_progress_is_a_percentage"),
        ]

    def __str__(self) -> str:
        return f"{self.job_id}/{self.name}: {self.state}"

    @property
    def file(self) -> Any:
        return self.job.video_file

    @property
    def name_in_log(self) -> str:
        return f"Job {self.job_id}, part {self.name}"
