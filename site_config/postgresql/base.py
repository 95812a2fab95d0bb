"""The engine that DATABASE_URL=postgres://… chooses: Django's own, with a look at each connection from the pool.

A restarted server leaves a pool full of dead connections. Django's check (CONN_HEALTH_CHECKS) costs a round trip for
each request and then waits longer after each dead connection that it finds: with twenty of them requests failed for
half a minute after the server was back. An idle connection has nothing to read; one that the server has closed has.
That is seen without a round trip, and one dead connection is reason enough to replace all that lie idle.
"""

import select

from django.db.backends.postgresql import base

MOST_LOOKS = 5


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's wrapper; see the module."""

    def get_new_connection(self, conn_params):
        """Return a connection of the pool that the server has not closed, or a new one where there is no pool."""
        connection = super().get_new_connection(conn_params)
        if not self.pool:
            return connection
        for _look in range(MOST_LOOKS):
            if not is_closed_by_server(connection):
                break
            self.pool.drain()  # closes the idle ones and connects anew
            connection.close()
            self.pool.putconn(connection)
            connection = super().get_new_connection(conn_params)
        return connection


def is_closed_by_server(connection):
    """Return whether `connection` (of psycopg, idle) has something to read: its end, or the reason for its end."""
    poll = select.poll()
    poll.register(connection.fileno(), select.POLLIN)
    return bool(poll.poll(0))
