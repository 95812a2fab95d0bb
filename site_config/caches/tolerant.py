"""What an error of a cache turns into: a miss, a pause before the next try, one line in the log."""

import logging
import threading
import time

from django.core.cache.backends.base import DEFAULT_TIMEOUT

QUIET_SECONDS = 30
"""An outage is over when nothing has failed for this long; until then it is not logged again."""

logger = logging.getLogger(__name__)


class Outage:
    """What a process knows of the troubles of one cache.

    Django makes a cache object for each thread; they share this one.
    """

    def __init__(self, name):
        self._name = name
        self._lock = threading.Lock()
        self._failed_at = None
        self._paused_until = 0.0

    def is_pausing(self):
        return time.monotonic() < self._paused_until

    def note_failure(self, error, pause_seconds):
        now = time.monotonic()
        with self._lock:
            is_news = self._failed_at is None
            self._failed_at, self._paused_until = now, now + pause_seconds
        if is_news:
            logger.warning(
                "The cache %s fails (%s: %s). The site goes on without it.", self._name, type(error).__name__, error
            )

    def note_success(self):
        if self._failed_at is None:
            return
        with self._lock:
            is_over = self._failed_at is not None and time.monotonic() - self._failed_at >= QUIET_SECONDS
            if is_over:
                self._failed_at = None
        if is_over:
            logger.warning("The cache %s works again.", self._name)


_outages: dict[tuple[str, str], Outage] = {}


class Tolerant:
    """A mixin in front of one of Django's cache backends.

    `errors` are the exceptions that count as a miss; after one, the cache is left alone for `pause_seconds`, so that
    a server that hangs costs one timeout and not one for each use. Errors of the caller (a key that is none, a value
    that can't be pickled) are raised as ever.
    """

    errors: tuple[type[Exception], ...] = (OSError,)
    pause_seconds: float = 0

    def __init__(self, location, params):
        super().__init__(location, params)
        name = type(self).__name__
        self._outage = _outages.setdefault((name, str(location)), Outage(name))

    def _attempt(self, operation, *arguments, miss, **keywords):
        """Return what `operation` returns, or `miss` if the cache fails or did so a moment ago."""
        if self._outage.is_pausing():
            return miss
        try:
            found = operation(*arguments, **keywords)
        except self.errors as error:
            self._outage.note_failure(error, self.pause_seconds)
            return miss
        self._outage.note_success()
        return found

    def add(self, key, value, timeout=DEFAULT_TIMEOUT, version=None):
        return self._attempt(super().add, key, value, timeout, version, miss=False)

    def get(self, key, default=None, version=None):
        return self._attempt(super().get, key, default, version, miss=default)

    def set(self, key, value, timeout=DEFAULT_TIMEOUT, version=None):
        return self._attempt(super().set, key, value, timeout, version, miss=None)

    def touch(self, key, timeout=DEFAULT_TIMEOUT, version=None):
        return self._attempt(super().touch, key, timeout, version, miss=False)

    def delete(self, key, version=None):
        return self._attempt(super().delete, key, version, miss=False)

    def has_key(self, key, version=None):
        return self._attempt(super().has_key, key, version, miss=False)

    def incr(self, key, delta=1, version=None):
        """Raises ValueError for a key that is not there, as every cache does."""
        missing = object()
        found = self._attempt(super().incr, key, delta, version, miss=missing)
        if found is missing:
            raise ValueError(f"Key '{key}' not found")
        return found

    def get_many(self, keys, version=None):
        return self._attempt(super().get_many, keys, version, miss={})

    def set_many(self, data, timeout=DEFAULT_TIMEOUT, version=None):
        return self._attempt(super().set_many, data, timeout, version, miss=list(data))

    def delete_many(self, keys, version=None):
        return self._attempt(super().delete_many, keys, version, miss=None)

    def clear(self):
        return self._attempt(super().clear, miss=False)
