"""Redis as a cache that may be unavailable."""

from typing import Any

from django.core.cache.backends import redis as django_redis
from redis.exceptions import RedisError

from site_config.caches.tolerant import Tolerant

TIMEOUT_SECONDS = 0.5
"""A cache on another machine usually answers within a millisecond. To wait longer than this is slower than a miss."""


class RedisCache(Tolerant, django_redis.RedisCache):
    """Django's backend with a time limit for connecting and for each answer."""

    errors = (RedisError, OSError)
    pause_seconds = 5

    def __init__(self, server: list[str] | str, params: dict[str, Any]) -> None:
        options = {
            "socket_connect_timeout": TIMEOUT_SECONDS,
            "socket_timeout": TIMEOUT_SECONDS,
            **params.get("OPTIONS", {}),
        }
        super().__init__(server, {**params, "OPTIONS": options})
