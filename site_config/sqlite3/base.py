"""Django's engine for SQLite, which gives its connections back to a pool instead of closing them.

A thread has a connection from its first query until `close()`: at the end of a request, or before a long body (see
`video_pages.core.connections`). So the number of open connections depends on the number of threads that query the
database at the same time, and not on the number of viewers.

A connection goes back to the pool only in the state in which Django opened it: outside a transaction, without an
unfinished statement (which would show all later statements the data of its own time), with foreign keys checked, and
without an error before. Every other connection is closed.
"""

import sqlite3
import weakref
from typing import Any

from site_config.sqlite3 import letter_case
from site_config.sqlite3.compat import KeepingWrapper
from site_config.sqlite3.cursor import Cursor
from site_config.sqlite3.pool import FileId, file_id, pool


class DatabaseWrapper(KeepingWrapper):
    """Django's wrapper with pooled connections, cursors that refuse a NUL (`cursor`), and `letter_case`."""

    ops_class = letter_case.Operations
    operators = letter_case.OPERATORS
    pattern_ops = letter_case.PATTERNS

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._cursors: weakref.WeakSet[sqlite3.Cursor] = weakref.WeakSet()
        self._file: FileId | None = None
        self._is_changed = False

    def get_new_connection(self, conn_params: dict[str, Any]) -> sqlite3.Connection:
        """Return a connection of the pool, or a new one."""
        name = str(conn_params["database"])
        self._is_changed = False
        connection = pool.take(name)
        # Before the file is opened: if it is replaced in between, the connection is not used again.
        self._file = file_id(name)
        if connection is None:
            connection = super().get_new_connection(conn_params)
            letter_case.register(connection)
        return connection

    def create_cursor(self, name: str | None = None) -> sqlite3.Cursor:
        cursor: sqlite3.Cursor = self.connection.cursor(factory=Cursor)
        self._cursors.add(cursor)
        return cursor

    def disable_constraint_checking(self) -> bool:
        self._is_changed = True
        return super().disable_constraint_checking()

    def keep_connection(self) -> bool:
        """Put the connection into the pool, if another thread may use it; return whether the pool took it."""
        cursors, self._cursors = list(self._cursors), weakref.WeakSet()
        connection = self.connection
        if connection is None or self._is_changed or self.errors_occurred or self._file is None:
            return False
        if connection.in_transaction:
            return False
        for cursor in cursors:
            cursor.close()
        return pool.put(str(self.settings_dict["NAME"]), connection, self._file)
