"""WorkerHeartbeat: the running workers. PeriodicRun: the last runs of the periodic tasks."""

import datetime as dt
from typing import Self

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

SILENT_AFTER = dt.timedelta(seconds=60)
"""A worker whose heartbeat is older than this counts as dead: it writes one every 15 seconds."""


class WorkerHeartbeatQuerySet(models.QuerySet["WorkerHeartbeat"]):
    def alive(self, at: dt.datetime) -> Self:
        """Return the workers with a heartbeat within `SILENT_AFTER` before `at` (aware datetime)."""
        return self.filter(renewed_at__gt=at - SILENT_AFTER)


class WorkerHeartbeat(models.Model):
    """One row for each running worker process; a dead worker does not renew its row."""

    worker = models.CharField(max_length=80, unique=True)
    started_at = models.DateTimeField(default=timezone.now)
    renewed_at = models.DateTimeField(default=timezone.now, db_index=True, db_column="seen_at")  # its first name

    objects = WorkerHeartbeatQuerySet.as_manager()

    class Meta:
        verbose_name = _("worker heartbeat")
        verbose_name_plural = _("worker heartbeats")

    def __str__(self) -> str:
        return self.worker


class PeriodicRun(models.Model):
    """The last run of one periodic task. The worker that updates `last_started_at` runs the task."""

    name = models.CharField(max_length=64, unique=True)
    last_started_at = models.DateTimeField(null=True, blank=True)
    last_finished_at = models.DateTimeField(null=True, blank=True)
    last_error = models.TextField(blank=True, default="")
    worker = models.CharField(
        max_length=80, blank=True, default="", db_default="", help_text=_("Which worker runs it at present.")
    )

    class Meta:
        verbose_name = _("periodic run")
        verbose_name_plural = _("periodic runs")

    def __str__(self) -> str:
        return self.name
