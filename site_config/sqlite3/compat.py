"""Private APIs of Django's engine for SQLite; tests/site_config/test_compat.py checks each of them."""

from django.db.backends.sqlite3 import base


class KeepingWrapper(base.DatabaseWrapper):
    """Django's wrapper, which asks `keep_connection` before it closes its connection."""

    def _close(self) -> None:
        if not self.keep_connection():
            super()._close()  # type: ignore[misc]  # private, so the stubs leave it out

    def keep_connection(self) -> bool:
        """Return whether the connection was kept for later, so that it is not closed."""
        return False
