"""Which database errors pass by themselves: no connection is free, the server restarts, a lock lasts too long."""

import sqlite3

from django.db import InterfaceError, OperationalError

RETRY_AFTER_SECONDS = 5

# SQLSTATE classes of PostgreSQL (its documentation, appendix A): connection, resources, intervention of an operator.
PASSING_CLASSES = ("08", "53", "57")
# Primary result codes of SQLite: its file is locked, can't be opened or written at the moment, or the disk is full.
PASSING_CODES = {
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_FULL,
}
PRIMARY_CODE = 0xFF


def is_unavailable(error):
    """Return whether `error` says that the database can't serve this request now, but may serve it later.

    False for an error in a query, such as a missing table: that is a fault of the site.
    """
    if not isinstance(error, OperationalError | InterfaceError):
        return False
    cause = error.__cause__
    if isinstance(cause, sqlite3.Error):
        return getattr(cause, "sqlite_errorcode", 0) & PRIMARY_CODE in PASSING_CODES
    state = getattr(cause, "sqlstate", None)  # psycopg: none where no server answered at all
    return state is None or state.startswith(PASSING_CLASSES)
