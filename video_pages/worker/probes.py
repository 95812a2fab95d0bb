"""What /healthz asks of each part of the site, and how long it waits for the answer.

A part that hangs (a stopped database, a network file system whose server is gone) holds its thread for as long as it
hangs, which nothing can shorten. So each probe runs in a thread of its own, one at a time, and whoever asks waits for
LIMIT_SECONDS and no longer.
"""

import errno
import logging
import os
import secrets
import threading
import time
from pathlib import Path

from django.conf import settings
from django.core.cache import cache as default_cache
from django.db import DatabaseError, connection, connections

from video_pages.core import clock
from video_pages.library import identity
from video_pages.worker.models import PeriodicRun, WorkerHeartbeat

OK, DOWN, FULL, UNKNOWN = "ok", "down", "full", "unknown"

LIMIT_SECONDS = 2
FRESH_SECONDS = 1
"""An answer is given again for this long, so that whoever asks without end costs no more than one probe a second."""
ROOM_BYTES = 1024 * 1024
CACHE_SECONDS = 10

logger = logging.getLogger(__name__)


class Probe:
    """Asks one part of the site.

    `work()` returns the answer, a dictionary that maps parts to words. `failed` is the answer if it raises
    DatabaseError or OSError, or does not end in time.
    """

    def __init__(self, work, *, failed):
        self._work, self._failed = work, failed
        self._lock = threading.Lock()
        self._run = None
        self._last = None

    def begin(self):
        """Begin to ask, and return the run for `answer`; several probes are begun before the first is waited for.

        Who asks while another's question is being answered, or was a moment ago, gets the same run.
        """
        with self._lock:
            if self._run is None or self._run.is_over(time.monotonic()):
                self._run = _Run(self._work, self._failed)
            return self._run

    def answer(self, run, deadline):
        """Return the answer of `run`, at the time `deadline` of the monotonic clock at the latest."""
        has_ended = run.ended.wait(max(0.0, deadline - time.monotonic()))
        answer, reason = (run.answer, run.reason) if has_ended else (self._failed, "it does not answer")
        self._tell_change(answer, reason)
        return answer

    def _tell_change(self, answer, reason):
        """Log a line when the answer is another than the one before: /healthz itself gives no reasons."""
        words = {part: word for part, word in answer.items() if isinstance(word, str)}
        if words == self._last or (self._last is None and set(words.values()) <= {OK}):
            self._last = words
            return
        self._last = words
        told = ", ".join(f"{part} is {word}" for part, word in words.items())
        logger.warning("/healthz: %s%s", told, f" ({reason})" if reason else "")


class _Run:
    """One run of a probe in a thread."""

    def __init__(self, work, failed):
        self.answer, self.reason = failed, "see the error above"
        self.ended, self._ended_at = threading.Event(), None
        self._work = work
        # A daemon: a thread that hangs must not keep the process from ending.
        threading.Thread(target=self._do, name="healthz", daemon=True).start()

    def is_over(self, now):
        return self._ended_at is not None and now - self._ended_at >= FRESH_SECONDS

    def _do(self):
        try:
            self.answer, self.reason = self._work(), ""
        except (DatabaseError, OSError) as error:
            self.reason = f"{type(error).__name__}: {error}".strip()
        finally:
            connections.close_all()
            self._ended_at = time.monotonic()
            self.ended.set()


def ask_database():
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        cursor.fetchone()
    return {"database": OK}


def ask_library():
    """The library is the one that the database knows: no missing mount, no other library."""
    state = identity.state()
    return {"database": OK, "library": OK if state.is_usable else state.value}


def ask_worker():
    """`periodic` maps each piece of periodic work to the time its last run ended (ISO 8601), or None."""
    is_alive = WorkerHeartbeat.objects.alive(clock.now()).exists()
    runs = PeriodicRun.objects.order_by("name").values_list("name", "last_finished_at")
    periodic = {name: finished.isoformat() if finished else None for name, finished in runs}
    return {"database": OK, "worker": OK if is_alive else DOWN, "periodic": periodic}


def ask_storage():
    """Each place that the site writes to is there and takes a file; `full` if it has no room for one."""
    places = {os.stat(place).st_dev: place for place in (settings.DATA_DIR, settings.MEDIA_ROOT)}
    # The last, so that it is the one that is asked where all are on one file system.
    places[os.stat(settings.PROTECTED_ROOT).st_dev] = settings.PROTECTED_ROOT
    for place in places.values():
        try:
            _take_room(Path(place))
        except OSError as error:
            if error.errno not in (errno.ENOSPC, errno.EDQUOT):
                raise
            return {"storage": FULL}
    return {"storage": OK}


def _take_room(directory):
    """Take ROOM_BYTES of the file system of `directory` for a moment. Raises OSError."""
    path = directory / f".healthz-{secrets.token_hex(8)}"
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        if hasattr(os, "posix_fallocate"):
            os.posix_fallocate(descriptor, 0, ROOM_BYTES)
        else:
            os.write(descriptor, bytes(ROOM_BYTES))
    finally:
        os.close(descriptor)
        path.unlink()


def ask_cache():
    """What is put into the cache is found there. (An error of the cache is a miss, see `site_config.caches`.)"""
    key, value = f"healthz:{os.getpid()}", secrets.token_hex(8)
    default_cache.set(key, value, CACHE_SECONDS)
    return {"cache": OK if default_cache.get(key) == value else DOWN}


DATABASE = Probe(ask_database, failed={"database": DOWN})
LIBRARY = Probe(ask_library, failed={"library": DOWN})
WORKER = Probe(ask_worker, failed={"database": DOWN, "worker": UNKNOWN, "periodic": {}})
STORAGE = Probe(ask_storage, failed={"storage": DOWN})
CACHE = Probe(ask_cache, failed={"cache": DOWN})
