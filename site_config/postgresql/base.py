"""The engine for DATABASE_URL=postgres://…: Django's own, with a check of each connection from the pool.

After a restart of the server, all pooled connections are closed. Django's check (CONN_HEALTH_CHECKS) costs a round trip
for each request and waits longer after each closed connection: with twenty of them, requests failed for half a minute
after the server was back. An idle connection has no data to read, unless the server has closed it. This is detected
without a round trip. After one closed connection, all idle ones are replaced.
"""

import select
from typing import Any

from psycopg import Connection, OperationalError

from site_config.postgresql.bounded import connection_class, limits
from site_config.postgresql.compat import ConfigurableWrapper

MOST_ATTEMPTS = 5


class DatabaseWrapper(ConfigurableWrapper):
    """Django's wrapper, with the check of the module's docstring and bounded queries (`bounded`)."""

    def __init__(self, *arguments: Any, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        pool = self.settings_dict["OPTIONS"].get("pool")
        if pool:
            pool["connection_class"] = connection_class(self.alias)

    def get_new_connection(self, conn_params: dict[str, Any]) -> Connection:
        """Return a connection of the pool that the server has not closed, or a new one without a pool."""
        silence = limits.silence_of(self.alias)
        if silence.is_on():
            raise OperationalError("the database has just failed to answer in time")
        if self.pool and silence.take_news():
            self.pool.drain()
        connection = super().get_new_connection(conn_params)
        if not self.pool:
            return connection
        for _attempt in range(MOST_ATTEMPTS):
            if not is_closed_by_server(connection):
                break
            self.pool.drain()  # closes idle connections and opens new ones
            connection.close()
            self.pool.putconn(connection)
            connection = super().get_new_connection(conn_params)
        return connection

    def configure(self, connection: Connection) -> bool:
        """Set the limit of statements on a new connection."""
        milliseconds = int(limits.statement_seconds * 1000)
        if milliseconds:
            connection.execute(f"SET statement_timeout = {milliseconds}")
        return bool(milliseconds)


def is_closed_by_server(connection: Connection) -> bool:
    """True if the idle `connection` has data to read: its end, or the reason for its end."""
    poll = select.poll()
    poll.register(connection.fileno(), select.POLLIN)
    return bool(poll.poll(0))
