"""Insert many rows of one model quickly: equal columns are prepared once, and one statement takes a batch of rows."""

from typing import Any

from django.db import connection, models
from django.db.models import Max

BATCH = 5000


class BulkRows:
    """Rows of one table that have most columns in common.

    `common` is an unsaved object with the values that rows have where `add` names no other. Works for a model with a
    parent table too, which `bulk_create` refuses: the row of the parent is one of another BulkRows.
    """

    def __init__(self, common: models.Model) -> None:
        self._model = type(common)
        self._fields = {field.attname: field for field in self._model._meta.local_concrete_fields}
        self._common = {
            name: field.get_db_prep_save(field.pre_save(common, True), connection)
            for name, field in self._fields.items()
        }
        self._rows: list[list[Any]] = []
        self._next = 1 + (self._model._default_manager.aggregate(last=Max("pk"))["last"] or 0)

    def add(self, **values: Any) -> int:
        """Add a row with `values`, by attribute name; return its id, which is counted up if no value names it."""
        key = self._model._meta.pk.attname
        if key not in values:
            values[key] = self._next
            self._next += 1
        row = self._common.copy()
        for name, value in values.items():
            row[name] = self._fields[name].get_db_prep_save(value, connection)
        self._rows.append(list(row.values()))
        if len(self._rows) >= BATCH:
            self.write()
        return values[key]

    def write(self) -> None:
        """Insert the rows that were added since the last time."""
        quote = connection.ops.quote_name
        columns = ", ".join(quote(str(field.column)) for field in self._fields.values())
        marks = ", ".join(["%s"] * len(self._fields))
        table = quote(self._model._meta.db_table)
        with connection.cursor() as cursor:
            cursor.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", self._rows)  # noqa: S608
        self._rows.clear()
