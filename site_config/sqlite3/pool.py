"""Open connections to SQLite files that no thread uses at present, for the next thread that asks for one.

To open a connection takes longer than most requests take for all their queries: Django registers sixty functions on it,
and SQLite reads the schema. When the last connection to a file in WAL mode closes, SQLite also writes the log back and
deletes it, and the next request creates it again.
"""

import os
import threading
from sqlite3 import Connection
from typing import NamedTuple

MOST_IDLE = 8
"""Connections that a process keeps open for each file; a thread that ends one beyond these closes it."""

FileId = tuple[int, int]
"""Device and inode of a file."""


class _Idle(NamedTuple):
    connection: Connection
    file: FileId


class ConnectionPool:
    """Idle connections by the name of their file. The one that was used last is taken first. Safe for threads."""

    def __init__(self, most_idle: int = MOST_IDLE) -> None:
        self._most_idle = most_idle
        self._reset()

    def __len__(self) -> int:
        return sum(len(idle) for idle in self._idle.values())

    def take(self, name: str) -> Connection | None:
        """Return an idle connection to the file `name` (a path), or None.

        Connections to a file that has been replaced since, as by a restored backup, are closed.
        """
        with self._lock:
            idle = self._idle.get(name)
            if not idle:
                return None
            file = file_id(name)
            if file is not None and idle[-1].file == file:
                return idle.pop().connection
            del self._idle[name]
        for each in idle:
            each.connection.close()
        return None

    def put(self, name: str, connection: Connection, file: FileId) -> bool:
        """Keep `connection`, which was opened when `name` was the file `file`; return False if there are enough."""
        with self._lock:
            idle = self._idle.setdefault(name, [])
            if len(idle) >= self._most_idle or (idle and idle[-1].file != file):
                return False
            idle.append(_Idle(connection, file))
            return True

    def close(self) -> None:
        """Close all idle connections."""
        with self._lock:
            idle = [each for connections in self._idle.values() for each in connections]
            self._idle.clear()
        for each in idle:
            each.connection.close()

    def forget_after_fork(self) -> None:
        """Begin without connections in a child process, and leave those of its parent open and unused.

        SQLite forbids to use, and even to close, a connection in another process than its own
        (https://www.sqlite.org/howtocorrupt.html, 2.6).
        """
        _of_parents.append(self._idle)
        self._reset()

    def _reset(self) -> None:
        self._lock = threading.Lock()
        self._idle: dict[str, list[_Idle]] = {}


def file_id(name: str) -> FileId | None:
    """Return the FileId of the file at the path `name`, or None if there is none."""
    try:
        facts = os.stat(name)
    except OSError:
        return None
    return facts.st_dev, facts.st_ino


_of_parents: list[dict[str, list[_Idle]]] = []
pool = ConnectionPool()
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=pool.forget_after_fork)
