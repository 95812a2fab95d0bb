"""Numbers that no process counts: they are read from the database and the disks when Prometheus asks.

The probes of /healthz give the time limit: a database or a disk that hangs leaves these numbers out and delays nothing.
"""

import shutil
import time
from collections.abc import Iterable, Iterator
from typing import Any

from django.conf import settings
from django.db.models import Count, Min
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from video_pages.core import clock
from video_pages.core.metrics import PREFIX
from video_pages.transcoding.models import ProcessingJob, State
from video_pages.worker import probes
from video_pages.worker.models import WorkerHeartbeat

DISKS = {"data": "DATA_DIR", "library": "PROTECTED_ROOT", "public": "MEDIA_ROOT"}


def read_database() -> probes.Statuses:
    """Return the numbers of the database: jobs, workers and periodic tasks."""
    now = clock.now()
    jobs = ProcessingJob.objects.values("state").annotate(
        number=Count("pk"), created=Min("created_at"), started=Min("started_at")
    )
    heartbeats = WorkerHeartbeat.objects.order_by("-renewed_at").values_list("renewed_at", flat=True)
    return {
        "now": now,
        "jobs": {row["state"]: row for row in jobs},
        "alive": WorkerHeartbeat.objects.alive(now).count(),
        "last_heartbeat": heartbeats.first(),
        "periodic": {name: ended for name, ended in probes.ended_runs().items() if ended},
    }


def read_disks() -> probes.Statuses:
    """Return {name of the disk: its use}."""
    return {"disks": {name: shutil.disk_usage(getattr(settings, setting)) for name, setting in DISKS.items()}}


DATABASE_NUMBERS = probes.Probe(read_database, failed={})
DISK_NUMBERS = probes.Probe(read_disks, failed={})


class SiteState(Collector):
    """The numbers of `read_database` and `read_disks` as families of Prometheus."""

    def describe(self) -> Iterable[Metric]:
        """Return nothing: the names are those of `collect`, which must not be called to register this."""
        return []

    def collect(self) -> Iterator[Metric]:
        runs = [(probe, probe.start()) for probe in (DATABASE_NUMBERS, DISK_NUMBERS)]
        deadline = time.monotonic() + probes.LIMIT_SECONDS
        numbers, disks = (probe.result(run, deadline) for probe, run in runs)
        yield GaugeMetricFamily(f"{PREFIX}database_up", "1 if the database answers.", 1 if numbers else 0)
        if numbers:
            yield from _of_jobs(numbers)
            yield from _of_workers(numbers)
        yield from _of_disks(disks.get("disks", {}))


def _of_jobs(numbers: dict[str, Any]) -> Iterator[Metric]:
    number = GaugeMetricFamily(f"{PREFIX}jobs", "Jobs of processing by state.", labels=["state"])
    age = GaugeMetricFamily(
        f"{PREFIX}oldest_job_age_seconds",
        "Seconds since the oldest job was queued (queued) or was begun (processing); 0 without one.",
        labels=["state"],
    )
    for state in State.values:
        row = numbers["jobs"].get(state)
        number.add_metric([state], row["number"] if row else 0)
        if state in (State.QUEUED, State.PROCESSING):
            began = (row["created"] if state == State.QUEUED else row["started"]) if row else None
            age.add_metric([state], (numbers["now"] - began).total_seconds() if began else 0)
    yield number
    yield age


def _of_workers(numbers: dict[str, Any]) -> Iterator[Metric]:
    yield GaugeMetricFamily(f"{PREFIX}workers", "Workers with a heartbeat in the last minute.", numbers["alive"])
    if numbers["last_heartbeat"]:
        seconds = (numbers["now"] - numbers["last_heartbeat"]).total_seconds()
        name = f"{PREFIX}last_heartbeat_age_seconds"
        yield GaugeMetricFamily(name, "Seconds since the last heartbeat of any worker.", max(0.0, seconds))
    runs = GaugeMetricFamily(
        f"{PREFIX}periodic_task_age_seconds", "Seconds since the last end of a periodic task.", labels=["task"]
    )
    for task, finished in sorted(numbers["periodic"].items()):
        runs.add_metric([task], max(0.0, (numbers["now"] - finished).total_seconds()))
    yield runs


def _of_disks(disks: dict[str, Any]) -> Iterator[Metric]:
    free = GaugeMetricFamily(f"{PREFIX}disk_free_bytes", "Free bytes of the file system of a folder.", labels=["disk"])
    size = GaugeMetricFamily(f"{PREFIX}disk_size_bytes", "Size of the file system of a folder.", labels=["disk"])
    for name, usage in disks.items():
        free.add_metric([name], usage.free)
        size.add_metric([name], usage.total)
    yield free
    yield size
