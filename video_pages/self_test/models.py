"""A run of the self-test, and its rows."""

import datetime as dt
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

KEPT_RUNS = 30


class SelfTestRunQuerySet(models.QuerySet["SelfTestRun"]):
    """Queries for runs by their state."""

    def over(self) -> Self:
        """Return the runs that have ended, the latest first."""
        return self.filter(state__in=[SelfTestRun.State.DONE, SelfTestRun.State.FAILED]).order_by("-pk")


class SelfTestRun(models.Model):
    """One run that a worker makes or has made.

    `rows` holds lists [subject, what, path, expected, found, 1 if it is as expected], the unexpected ones first.
    `sampling` says in a sentence which videos were tested. `error` says why a run has failed.
    """

    class State(models.TextChoices):
        QUEUED = "queued", _("Waiting for a worker")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")

    state = models.CharField(max_length=8, choices=State.choices, default=State.QUEUED)
    asked_at = models.DateTimeField(default=timezone.now)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )  # None: by the night
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    base_url = models.CharField(max_length=300, blank=True, default="")
    sampling = models.TextField(blank=True, default="")
    checked = models.PositiveIntegerField(default=0)
    red = models.PositiveIntegerField(default=0)
    rows: Any = models.JSONField(default=list)
    error = models.TextField(blank=True, default="")

    objects = SelfTestRunQuerySet.as_manager()

    class Meta:
        verbose_name = _("run of the self-test")
        verbose_name_plural = _("runs of the self-test")

    def __str__(self) -> str:
        return f"{self.asked_at:%Y-%m-%d %H:%M} {self.state}"

    @property
    def is_green(self) -> bool:
        """True if the run has ended and every answer was as expected."""
        return self.state == self.State.DONE and not self.red

    @property
    def ended_at(self) -> dt.datetime:
        return self.finished_at or self.asked_at
