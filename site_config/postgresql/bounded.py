"""Connections whose queries end: by PostgreSQL's own limit, and by ours where PostgreSQL says nothing any more.

A server whose processes or disk hang keeps its connections open: the kernel acknowledges what is sent, so no keepalive
ends them, and a query would wait without limit. So a web process waits for an answer a little longer than PostgreSQL
lets a statement take, then closes the connection. The request gets the busy page. For PAUSE_SECONDS the other requests
get it at once, or each idle connection of the pool would cost one request the same wait.

Only the web server calls `bound`: a migration, a copy or a report of a command may take its time.
"""

import threading
import time
from typing import Any, ClassVar

from psycopg import Connection, OperationalError
from psycopg.abc import RV, PQGen
from psycopg.errors import _WaitTimeout

GRACE_SECONDS = 3.0
"""How much longer than PostgreSQL's own limit a process waits for an answer."""
PAUSE_SECONDS = 5.0


class Silence:
    """The memory that a database has failed to answer this process just now."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._until = 0.0
        self._is_news = False

    def begin(self) -> None:
        """Remember that the database did not answer in time."""
        with self._lock:
            self._until, self._is_news = time.monotonic() + PAUSE_SECONDS, True

    def is_on(self) -> bool:
        """Return whether requests should not try to use a connection now."""
        return time.monotonic() < self._until

    def take_news(self) -> bool:
        """Return whether the idle connections may hang, too; True once after each silence."""
        with self._lock:
            is_news, self._is_news = self._is_news, False
            return is_news


class Limits:
    """The limits of this process: seconds that a statement may take (0: no limit), and the silence of each database."""

    def __init__(self) -> None:
        self.statement_seconds = 0.0
        self._silences: dict[str, Silence] = {}

    def silence_of(self, alias: str) -> Silence:
        """Return the silence of the database `alias`."""
        return self._silences.setdefault(alias, Silence())


limits = Limits()


def bound(seconds: float) -> None:
    """Let no statement of this process take longer than `seconds`; 0: no limit. Call it before the first query."""
    limits.statement_seconds = seconds


class BoundedConnection(Connection[Any]):
    """A connection that is closed if the server does not answer. Raises OperationalError then."""

    silence: ClassVar[Silence]

    def wait(self, gen: PQGen[RV], interval: float = 0.1, timeout: float | None = None) -> RV:
        limit = limits.statement_seconds
        if not limit or timeout is not None:
            return super().wait(gen, interval, timeout)
        try:
            return super().wait(gen, interval, limit + GRACE_SECONDS)
        except _WaitTimeout:
            self.silence.begin()
            self.pgconn.finish()  # nothing is sent: the server would not receive it
            raise OperationalError(f"the database has not answered for {limit + GRACE_SECONDS:g} seconds") from None


def connection_class(alias: str) -> type[BoundedConnection]:
    """Return the class of the connections to the database `alias`."""
    return type("BoundedConnection", (BoundedConnection,), {"silence": limits.silence_of(alias)})
