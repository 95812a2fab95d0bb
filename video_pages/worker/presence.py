"""The workers that are alive, as the broker's Redis knows: a key for each, which expires soon after the worker's death.

It is a second witness beside the leases of jobs, so that the job of a killed worker is taken over within half a minute.
A lease alone can't be that short: after an outage of the database, no worker has renewed one.
"""

import logging
import time

KEY = "screening-room:worker:"
EXPIRES_SECONDS = 12
TRUSTED_AFTER_SECONDS = 15
"""After an outage of the broker or the database, every living worker has renewed its key within this time."""
TIMEOUT_SECONDS = 2

logger = logging.getLogger(__name__)


class Presence:
    """The key of the worker `name` in the Redis at `url`, and those of all others."""

    def __init__(self, url: str, name: str) -> None:
        from redis import Redis
        from redis.exceptions import RedisError

        limits = {"socket_timeout": TIMEOUT_SECONDS, "socket_connect_timeout": TIMEOUT_SECONDS}
        self._client = Redis.from_url(url, **limits)
        self._errors = (RedisError, OSError)
        self._key = KEY + name
        self._reachable_since: float | None = None

    def renew(self) -> None:
        """Tell the others that this worker is alive, if the broker can be reached."""
        try:
            self._client.set(self._key, 1, ex=EXPIRES_SECONDS)
        except self._errors as error:
            self._note_failure(error)
        else:
            self._reachable_since = self._reachable_since or time.monotonic()

    def is_dead(self, name: str) -> bool:
        """Return True if the worker `name` is dead; False if it is alive, or if that is not certain."""
        since = self._reachable_since
        if since is None or time.monotonic() - since < TRUSTED_AFTER_SECONDS:
            return False
        try:
            return not self._client.exists(KEY + name)
        except self._errors as error:
            self._note_failure(error)
            return False

    def distrust(self) -> None:
        """Give no verdict for TRUSTED_AFTER_SECONDS from the next renewal on."""
        self._reachable_since = None

    def _note_failure(self, error: Exception) -> None:
        if self._reachable_since is not None:
            logger.warning("The broker does not say which workers are alive: %s", error)
        self.distrust()
