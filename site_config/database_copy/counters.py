"""The last numbers that a database gave to new rows.

They are copied, and not only set to the highest number in use: a number that was given once must not come again. A
view, for example, names its access row by number, and access rows are deleted when they expire.
"""

from collections.abc import Sequence
from typing import Any

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import AutoField, BigAutoField, Field

from site_config.database_copy.tables import Table


def copy_counters(source: str, target: str, every: Sequence[Table]) -> None:
    """Let the database `target` go on with the numbers of new rows where `source` is."""
    for table in every:
        key = table.model._meta.pk
        if isinstance(key, AutoField | BigAutoField):
            last = max(_last(connections[source], table, key), _highest(connections[target], table, key))
            if last:
                _set(connections[target], table, key, last)


def _highest(connection: BaseDatabaseWrapper, table: Table, key: Field[Any, Any]) -> int:
    quote = connection.ops.quote_name
    query = f"SELECT max({quote(str(key.column))}) FROM {quote(table.name)}"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(query)
        return int(cursor.fetchone()[0] or 0)


def _last(connection: BaseDatabaseWrapper, table: Table, key: Field[Any, Any]) -> int:
    """Return the last number that was given, 0 if none was."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table.name])
            row = cursor.fetchone()
            return int(row[0]) if row else 0
        cursor.execute("SELECT pg_get_serial_sequence(%s, %s)", [_quoted(connection, table), key.column])
        cursor.execute(f"SELECT last_value, is_called FROM {cursor.fetchone()[0]}")  # noqa: S608
        last, is_called = cursor.fetchone()
        return int(last) if is_called else 0


def _set(connection: BaseDatabaseWrapper, table: Table, key: Field[Any, Any], last: int) -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("DELETE FROM sqlite_sequence WHERE name = %s", [table.name])
            cursor.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [table.name, last])
        else:
            names = [_quoted(connection, table), key.column]
            cursor.execute("SELECT setval(pg_get_serial_sequence(%s, %s), %s)", [*names, last])


def _quoted(connection: BaseDatabaseWrapper, table: Table) -> str:
    return connection.ops.quote_name(table.name)
