"""Rows of a table as values: read from one database, written to the other, and their digest.

Values pass through the fields of the model, so each database gets them in its own form. The digest is that of the
values in one form for all databases: moments in UTC, JSON with sorted keys.
"""

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connections
from django.db.models import Field, JSONField, QuerySet

from site_config.database_copy.tables import Table

CHUNK = 500
"""Rows that are read and written at once."""

Row = Sequence[Any]


class Digest:
    """The number of rows that were added, and the SHA-256 of their values."""

    def __init__(self, table: Table) -> None:
        self.count = 0
        self._fields = table.fields
        self._hash = hashlib.sha256()

    def add(self, row: Row) -> None:
        """Add a row: a value for each field of the table."""
        self.count += 1
        for field, value in zip(self._fields, row, strict=True):
            text = canonical(field, value).encode("utf-8", "surrogatepass")
            self._hash.update(b"%d:" % len(text))  # so that no two rows run into the same text
            self._hash.update(text)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Digest) and (self.count, self.hexdigest) == (other.count, other.hexdigest)

    __hash__ = None  # type: ignore[assignment]  # it changes with each row

    @property
    def hexdigest(self) -> str:
        """The SHA-256 in hexadecimal."""
        return self._hash.hexdigest()


def read(alias: str, table: Table) -> Iterator[Row]:
    """Return an iterator over the rows of `table` in the database `alias`, ordered by primary key."""
    names = [field.attname for field in table.fields]
    # Not a manager's queryset, which may leave out rows.
    rows: QuerySet[Any, Row] = QuerySet(table.model, using=alias).order_by("pk").values_list(*names)
    return rows.iterator(chunk_size=CHUNK)


def write(alias: str, table: Table, rows: Iterable[Row]) -> None:
    """Insert `rows` into `table` of the database `alias`, with their primary keys."""
    connection = connections[alias]
    quote = connection.ops.quote_name
    columns = ", ".join(quote(str(field.column)) for field in table.fields)
    places = ", ".join(["%s"] * len(table.fields))
    # Only names of the site's own models go into the text; the values are parameters.
    statement = f"INSERT INTO {quote(table.name)} ({columns}) VALUES ({places})"  # noqa: S608
    values = [
        [field.get_db_prep_save(value, connection) for field, value in zip(table.fields, row, strict=True)]
        for row in rows
    ]
    with connection.cursor() as cursor:
        cursor.executemany(statement, values)


def canonical(field: Field[Any, Any], value: Any) -> str:
    """Return `value`, as it was read from a database, as a text that is the same for all databases."""
    if value is None:
        return ""
    if isinstance(field, JSONField):
        return "J" + json.dumps(_plain(value), sort_keys=True, cls=field.encoder or DjangoJSONEncoder)
    if isinstance(value, dt.datetime):
        return "M" + value.astimezone(dt.UTC).isoformat()
    if isinstance(value, bytes | memoryview):
        return "B" + bytes(value).hex()
    if isinstance(value, bool):
        return f"T{value:d}"
    if isinstance(value, Decimal):
        return f"N{value.normalize():f}"
    return f"V{field.get_prep_value(value)}"


def _plain(value: Any) -> Any:
    """Return JSON in which a whole number is an integer: PostgreSQL keeps 1e2 as 100, which Python reads as one."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value
