"""Sessions in the database, with a copy in the shared cache: what SESSION_ENGINE=cached_db stands for.

The database is the truth, so sessions outlive the cache. A copy lives for a minute only: while the cache could not be
reached, nobody could remove the copies of sessions that ended, and they must not come back with it.
"""

from django.contrib.sessions.backends import cached_db

COPY_SECONDS = 60


class ShortLived:
    """A cache in which nothing lives longer than COPY_SECONDS."""

    def __init__(self, cache):
        self._cache = cache

    def __contains__(self, key):
        return key in self._cache

    def get(self, key):
        return self._cache.get(key)

    def set(self, key, value, timeout):
        self._cache.set(key, value, min(timeout, COPY_SECONDS))

    def delete(self, key):
        self._cache.delete(key)


class SessionStore(cached_db.SessionStore):
    """Django's store with copies that live for a minute."""

    def __init__(self, session_key=None):
        super().__init__(session_key)
        self._cache = ShortLived(self._cache)
