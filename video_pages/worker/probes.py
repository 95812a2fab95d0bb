"""The probes of /healthz: a check of each part of the site, with a time limit.

A part that hangs (a stopped database, a network file system whose server is down) blocks its thread until it answers,
which cannot be interrupted. So each probe runs in its own thread, one at a time, and a caller waits for LIMIT_SECONDS
at most.
"""

import datetime as dt
import logging
import os
import secrets
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

from django.conf import settings
from django.core.cache import cache as default_cache
from django.db import DatabaseError, connection, connections

from video_pages.core import clock, disk_space
from video_pages.library import identity
from video_pages.worker import periodic
from video_pages.worker.models import PeriodicRun, WorkerHeartbeat

OK, DOWN, FULL, UNKNOWN = "ok", "down", "full", "unknown"

LIMIT_SECONDS = 2
FRESH_SECONDS = 1
"""A result is reused for this time, so that many requests cost at most one probe a second."""
TEST_FILE_BYTES = 1024 * 1024
CACHE_SECONDS = 10

Statuses: TypeAlias = dict[str, Any]
"""Parts of the site and their statuses; `periodic` is {name of a task: time of its last run, or None}."""

logger = logging.getLogger(__name__)


class Probe:
    """Checks one part of the site.

    `work()` returns the Statuses. `failed` are the Statuses if it raises DatabaseError or OSError, or does not end in
    time.
    """

    def __init__(self, work: Callable[[], Statuses], *, failed: Statuses) -> None:
        self._work, self._failed = work, failed
        self._lock = threading.Lock()
        self._run: _Run | None = None
        self._last: dict[str, str] | None = None

    def start(self) -> "_Run":
        """Start a check and return its run for `result`. A caller starts several probes before it waits for one.

        During a run, and for FRESH_SECONDS after it, the same run is returned.
        """
        with self._lock:
            if self._run is None or self._run.is_over(time.monotonic()):
                self._run = _Run(self._work, self._failed)
            return self._run

    def result(self, run: "_Run", deadline: float) -> Statuses:
        """Return the Statuses of `run`, at the time `deadline` of the monotonic clock at the latest."""
        has_ended = run.ended.wait(max(0.0, deadline - time.monotonic()))
        statuses, reason = (run.statuses, run.reason) if has_ended else (self._failed, "it does not answer")
        self._log_change(statuses, reason)
        return statuses

    def _log_change(self, statuses: Statuses, reason: str) -> None:
        """Log a line when a status has changed: /healthz itself gives no reasons."""
        current = {part: status for part, status in statuses.items() if isinstance(status, str)}
        if current == self._last or (self._last is None and set(current.values()) <= {OK}):
            self._last = current
            return
        self._last = current
        summary = ", ".join(f"{part} is {status}" for part, status in current.items())
        logger.warning("/healthz: %s%s", summary, f" ({reason})" if reason else "")


class _Run:
    """One run of a probe in a thread."""

    def __init__(self, work: Callable[[], Statuses], failed: Statuses) -> None:
        self.statuses, self.reason = failed, "see the error above"
        self.ended = threading.Event()
        self._ended_at: float | None = None
        self._work = work
        # A daemon: a thread that hangs must not keep the process from ending.
        threading.Thread(target=self._check, name="healthz", daemon=True).start()

    def is_over(self, now: float) -> bool:
        """Return whether the run ended at least FRESH_SECONDS before `now`, a time of the monotonic clock."""
        return self._ended_at is not None and now - self._ended_at >= FRESH_SECONDS

    def _check(self) -> None:
        try:
            self.statuses, self.reason = self._work(), ""
        except (DatabaseError, OSError) as error:
            self.reason = f"{type(error).__name__}: {error}".strip()
        finally:
            connections.close_all()
            self._ended_at = time.monotonic()
            self.ended.set()


def check_database() -> Statuses:
    """Check that the database answers."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        cursor.fetchone()
    return {"database": OK}


def check_library() -> Statuses:
    """Check that the library belongs to the database: no missing mount, no other library."""
    state = identity.state()
    return {"database": OK, "library": OK if state.is_usable else state.value}


def ended_runs() -> dict[str, dt.datetime | None]:
    """Return {name: end of the last run, or None} of each task that has begun once, in the order of the names.

    The table may have rows of tasks that this version does not have.
    """
    rows = PeriodicRun.objects.filter(name__in=[task.name for task in periodic.PERIODIC_TASKS])
    return dict(rows.order_by("name").values_list("name", "last_finished_at"))


def check_worker() -> Statuses:
    """Check that a worker runs; `periodic` maps each task to the time its last run ended (ISO 8601), or None."""
    is_alive = WorkerHeartbeat.objects.alive(clock.now()).exists()
    ends = {name: ended.isoformat() if ended else None for name, ended in ended_runs().items()}
    return {"database": OK, "worker": OK if is_alive else DOWN, "periodic": ends}


def check_storage() -> Statuses:
    """Check that a file can be written to each file system of the site; `full` if one has no room."""
    folders = {os.stat(folder).st_dev: folder for folder in (settings.DATA_DIR, settings.MEDIA_ROOT)}
    # The last, so that it is the one that is checked if all are on one file system.
    folders[os.stat(settings.PROTECTED_ROOT).st_dev] = settings.PROTECTED_ROOT
    for folder in folders.values():
        try:
            _write_test_file(Path(folder))
        except OSError as error:
            if not disk_space.is_full(error):
                raise
            return {"storage": FULL}
    return {"storage": OK}


def _write_test_file(directory: Path) -> None:
    """Write a file of TEST_FILE_BYTES to `directory` and remove it. Raises OSError."""
    path = directory / f".healthz-{secrets.token_hex(8)}"
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        if hasattr(os, "posix_fallocate"):
            os.posix_fallocate(descriptor, 0, TEST_FILE_BYTES)
        else:
            os.write(descriptor, bytes(TEST_FILE_BYTES))
    finally:
        os.close(descriptor)
        path.unlink()


def check_cache() -> Statuses:
    """Check that the cache returns a stored value. (An error of the cache is a miss, see `site_config.caches`.)"""
    key, value = f"healthz:{os.getpid()}", secrets.token_hex(8)
    default_cache.set(key, value, CACHE_SECONDS)
    return {"cache": OK if default_cache.get(key) == value else DOWN}


DATABASE = Probe(check_database, failed={"database": DOWN})
LIBRARY = Probe(check_library, failed={"library": DOWN})
WORKER = Probe(check_worker, failed={"database": DOWN, "worker": UNKNOWN, "periodic": {}})
STORAGE = Probe(check_storage, failed={"storage": DOWN})
CACHE = Probe(check_cache, failed={"cache": DOWN})
