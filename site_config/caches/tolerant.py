"""Errors of a cache: each counts as a miss, pauses the use of the cache, and the first of an outage is logged."""

import logging
import threading
import time
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache

from video_pages.core.metrics import CACHE_ERRORS

QUIET_SECONDS = 30
"""An outage is over when nothing has failed for this long; until then it is not logged again."""

logger = logging.getLogger(__name__)


class Outage:
    """The outage of one cache, as one process knows it. Django's cache objects, one for each thread, share it."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._lock = threading.Lock()
        self._failed_at: float | None = None
        self._paused_until = 0.0

    def is_pausing(self) -> bool:
        """True while the cache is not to be used."""
        return time.monotonic() < self._paused_until

    def note_failure(self, error: Exception, pause_seconds: float) -> None:
        """Begin a pause of `pause_seconds`; log the first error of an outage."""
        CACHE_ERRORS.inc()
        now = time.monotonic()
        with self._lock:
            is_news = self._failed_at is None
            self._failed_at, self._paused_until = now, now + pause_seconds
        if is_news:
            logger.warning(
                "The cache %s fails (%s: %s). The site goes on without it.", self._name, type(error).__name__, error
            )

    def note_success(self) -> None:
        """Log the end of the outage once nothing has failed for QUIET_SECONDS."""
        if self._failed_at is None:
            return
        with self._lock:
            is_over = self._failed_at is not None and time.monotonic() - self._failed_at >= QUIET_SECONDS
            if is_over:
                self._failed_at = None
        if is_over:
            logger.warning("The cache %s works again.", self._name)


_outages: dict[tuple[str, str], Outage] = {}


if TYPE_CHECKING:
    CacheMixin = BaseCache
else:
    CacheMixin = object  # the classes that inherit from Tolerant are cache backends


class Tolerant(CacheMixin):
    """A mixin for one of Django's cache backends.

    `errors` are the exceptions that count as a miss. After one, the cache is not used for `pause_seconds`, so that a
    server that hangs costs one timeout and not one for each use. Errors of the caller (an invalid key, a value that
    can't be pickled) propagate.
    """

    errors: tuple[type[Exception], ...] = (OSError,)
    pause_seconds: float = 0

    def __init__(self, location: Any, params: dict[str, Any]) -> None:
        super().__init__(location, params)  # type: ignore[call-arg]  # the backends also take a location
        name = type(self).__name__
        self._outage = _outages.setdefault((name, str(location)), Outage(name))

    def _attempt(self, operation: Callable[..., Any], *arguments: Any, miss: Any, **keywords: Any) -> Any:
        """Return the result of `operation`, or `miss` if it fails or the use of the cache is paused."""
        if self._outage.is_pausing():
            return miss
        try:
            found = operation(*arguments, **keywords)
        except self.errors as error:
            self._outage.note_failure(error, self.pause_seconds)
            return miss
        self._outage.note_success()
        return found

    def add(self, key: str, value: object, timeout: float | None = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        return self._attempt(super().add, key, value, timeout, version, miss=False)

    def get(self, key: str, default: object | None = None, version: int | None = None) -> Any:
        return self._attempt(super().get, key, default, version, miss=default)

    def set(self, key: str, value: object, timeout: float | None = DEFAULT_TIMEOUT, version: int | None = None) -> None:
        return self._attempt(super().set, key, value, timeout, version, miss=None)

    def touch(self, key: str, timeout: float | None = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        return self._attempt(super().touch, key, timeout, version, miss=False)

    def delete(self, key: str, version: int | None = None) -> bool:
        return self._attempt(super().delete, key, version, miss=False)

    def has_key(self, key: str, version: int | None = None) -> bool:
        return self._attempt(super().has_key, key, version, miss=False)

    def incr(self, key: str, delta: int = 1, version: int | None = None) -> int:
        """Raises ValueError for a missing key, as every cache does."""
        missing = object()
        found = self._attempt(super().incr, key, delta, version, miss=missing)
        if found is missing:
            raise ValueError(f"Key '{key}' not found")
        return found

    def get_many(self, keys: Iterable[str], version: int | None = None) -> dict[str, Any]:
        return self._attempt(super().get_many, keys, version, miss={})

    def set_many(
        self, data: dict[str, object], timeout: float | None = DEFAULT_TIMEOUT, version: int | None = None
    ) -> list[str]:
        return self._attempt(super().set_many, data, timeout, version, miss=list(data))

    def delete_many(self, keys: Iterable[str], version: int | None = None) -> None:
        return self._attempt(super().delete_many, keys, version, miss=None)

    def clear(self) -> None:
        return self._attempt(super().clear, miss=False)
