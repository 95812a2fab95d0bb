"""Private APIs of Django's engine for PostgreSQL; tests/site_config/test_compat.py checks each of them."""

from django.db.backends.postgresql import base
from psycopg import Connection


class ConfigurableWrapper(base.DatabaseWrapper):
    """Django's wrapper, with a public method for what is set on a new connection."""

    def _configure_connection(self, connection: Connection) -> bool:
        """Configure a new connection, also one of the pool; return whether a transaction has to be committed."""
        changed = super()._configure_connection(connection)  # type: ignore[misc]  # private; the stubs leave it out
        return self.configure(connection) or bool(changed)

    def configure(self, connection: Connection) -> bool:
        """Set what the site needs on a new connection; return whether a statement was executed."""
        return False
