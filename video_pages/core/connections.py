"""Close database connections before a request ends: while it streams, or waits for other requests."""

from django.db import connections


def release_connections() -> None:
    """Close the database connections of this thread, except those inside a transaction (as in a TestCase)."""
    for connection in connections.all(initialized_only=True):
        if not connection.in_atomic_block:
            connection.close()
