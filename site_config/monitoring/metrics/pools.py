"""The use of the pools of database connections of this process."""

from django.db import connections

from site_config.sqlite3.pool import pool as sqlite_pool
from video_pages.core.metrics import CONNECTIONS

IN_USE, IDLE, WAITING = "in_use", "idle", "waiting"


def sample() -> None:
    """Set the gauge of connections for each database."""
    for alias in connections.settings:
        vendor = connections[alias].vendor
        if vendor == "sqlite":
            CONNECTIONS.labels(alias, IDLE).set(len(sqlite_pool))
        elif vendor == "postgresql":
            pool = connections[alias].pool  # type: ignore[attr-defined]  # only PostgreSQL's wrapper has one
            if pool is None:
                continue
            stats = pool.get_stats()
            idle = stats.get("pool_available", 0)
            CONNECTIONS.labels(alias, IDLE).set(idle)
            CONNECTIONS.labels(alias, IN_USE).set(stats.get("pool_size", 0) - idle)
            CONNECTIONS.labels(alias, WAITING).set(stats.get("requests_waiting", 0))
