"""Database errors that are temporary: no free connection, a server that restarts, a lock that is held too long."""

import sqlite3

from django.db import InterfaceError, OperationalError

RETRY_AFTER_SECONDS = 5

# SQLSTATE classes of PostgreSQL (its documentation, appendix A): connection, resources, intervention of an operator.
TEMPORARY_CLASSES = ("08", "53", "57")
# Primary result codes of SQLite: its file is locked, can't be opened or written at the moment, or the disk is full.
TEMPORARY_CODES = {
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_FULL,
}
PRIMARY_CODE = 0xFF


def is_unavailable(error: BaseException | None) -> bool:
    """True if `error` is a temporary error of the database, so that the same request may succeed later.

    False for an error in a query, such as a missing table, which is a fault of the site.
    """
    if not isinstance(error, OperationalError | InterfaceError):
        return False
    cause = error.__cause__
    if isinstance(cause, sqlite3.Error):
        return getattr(cause, "sqlite_errorcode", 0) & PRIMARY_CODE in TEMPORARY_CODES
    state = getattr(cause, "sqlstate", None)  # psycopg: None if no server answered
    return state is None or state.startswith(TEMPORARY_CLASSES)
