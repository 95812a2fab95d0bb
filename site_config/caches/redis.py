"""Redis as a cache that may be away."""

from django.core.cache.backends import redis as django_redis
from redis.exceptions import RedisError

from site_config.caches.tolerant import Tolerant

TIMEOUT_SECONDS = 0.5
"""A page asks a cache on the next machine for tenths of a millisecond; what takes longer is no help."""


class RedisCache(Tolerant, django_redis.RedisCache):
    """Django's backend with a time limit for connecting and for each answer."""

    errors = (RedisError, OSError)
    pause_seconds = 5

    def __init__(self, server, params):
        options = {
            "socket_connect_timeout": TIMEOUT_SECONDS,
            "socket_timeout": TIMEOUT_SECONDS,
            **params.get("OPTIONS", {}),
        }
        super().__init__(server, {**params, "OPTIONS": options})
