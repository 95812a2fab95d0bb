"""Sessions in the database, with a copy in the shared cache: the engine of SESSION_ENGINE=cached_db.

The database is authoritative, so sessions outlive the cache. A copy is valid for a minute only: during an outage of the
cache, copies of ended sessions can't be removed, and they must not be valid after it.
"""

from typing import Any

from django.contrib.sessions.backends import cached_db
from django.core.cache.backends.base import BaseCache

COPY_SECONDS = 60


class ShortLived:
    """A cache that stores each value for at most COPY_SECONDS."""

    def __init__(self, cache: BaseCache) -> None:
        self._cache = cache

    def __contains__(self, key: str) -> bool:
        return key in self._cache

    def get(self, key: str) -> Any:
        return self._cache.get(key)

    def set(self, key: str, value: object, timeout: float) -> None:
        self._cache.set(key, value, min(timeout, COPY_SECONDS))

    def delete(self, key: str) -> None:
        self._cache.delete(key)


class SessionStore(cached_db.SessionStore):
    """Django's store, with copies that are valid for a minute."""

    def __init__(self, session_key: str | None = None) -> None:
        super().__init__(session_key)
        cache: BaseCache = vars(self)["_cache"]  # set by Django's store
        self._cache: Any = ShortLived(cache)
