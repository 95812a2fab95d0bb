"""Queries whose SQL is compiled once for a process, and later executed with other values.

Django compiles a queryset each time it is evaluated. For a query with joins this takes about ten times as long as
SQLite takes to answer it: reading one page with its section took 2 ms, of which 0.2 ms were the database's.
"""

import datetime as dt
import functools
import itertools
import uuid
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeAlias

from django.db import connection
from django.db.models import Model, QuerySet

from video_pages.core.compat import CompiledQuery, compile_queryset

Value: TypeAlias = str | int | uuid.UUID | dt.datetime
Row: TypeAlias = tuple[Any, ...]

# A longer list of values is compiled each time, so that the cache stays small: it holds a text for each length.
MAX_VALUES = 40
# Placeholders of values while a text is compiled; they are found again among its parameters.
MARKED_TEXT, MARKED_NUMBER, MARKED_UUID = "\ue000value %d\ue000", -2_000_000_000, 0xC0DE << 96
MARKED_MOMENT = dt.datetime(1, 1, 1, tzinfo=dt.UTC)


class PreparedQuery:
    """A query that is compiled once for each shape of its values.

    `build(*values)` returns a queryset of `values_list()`. Each value is a string, a whole number, a UUID or an aware
    datetime, or a tuple of such. It is passed to lookups that compare a column with the unchanged value (`exact`, `in`,
    `gt`, `lte` and so on, not `startswith`). `build` must not branch on its values, except on the length of a tuple.
    Raises ValueError, when it is compiled, if a lookup changes a value.
    """

    def __init__(self, build: Callable[..., QuerySet[Any, Any]]) -> None:
        self._build = build
        self._compiled: dict[tuple[object, ...], _Compiled] = {}

    def rows(self, *values: Value | tuple[Value, ...]) -> list[Row]:
        """Return the rows for `values` as a list of tuples, as the queryset of `build(*values)` gives them."""
        flat = _flat(values)
        if len(flat) > MAX_VALUES:
            return list(self._build(*values))
        shape = (connection.vendor, *(len(each) if isinstance(each, tuple) else None for each in values))
        compiled = self._compiled.get(shape)
        if compiled is None:  # if two threads compile the same text, either result is right
            compiled = self._compiled[shape] = _Compiled(self._build, values)
        return compiled.rows(flat)


class _Compiled:
    """The SQL text of one shape, the value of each parameter, and the converters of its columns."""

    def __init__(self, build: Callable[..., QuerySet[Any, Any]], values: Sequence[Value | tuple[Value, ...]]) -> None:
        count = itertools.count()

        def marker(value: Value) -> Value:
            return _marker(value, next(count))

        marked = [tuple(map(marker, each)) if isinstance(each, tuple) else marker(each) for each in values]
        self._query = compile_queryset(build(*marked))
        if self._query is None:
            return
        indexes = {_adapted(value): index for index, value in enumerate(_flat(marked))}
        self._parameters = [(indexes.get(parameter), parameter) for parameter in self._query.parameters]
        unused = set(indexes.values()) - {index for index, _parameter in self._parameters}
        if unused:
            raise ValueError(f"A prepared query changes its values {sorted(unused)}, or leaves them out.")

    def rows(self, flat: Sequence[Value]) -> list[Row]:
        if self._query is None:
            return []
        query = self._query
        parameters = [fixed if index is None else _adapted(flat[index]) for index, fixed in self._parameters]
        with connection.cursor() as cursor:
            cursor.execute(query.sql, parameters)
            rows = cursor.fetchall()
        return [_converted(row, query) for row in rows] if query.converters else rows


class PreparedModel:
    """A prepared query for one row of a model by a unique column, as an instance with all its columns.

    `related` names foreign keys whose rows are read in the same query, as `select_related()` does.
    """

    def __init__(self, model: type[Model], column: str = "pk", related: Sequence[str] = ()) -> None:
        self._model, self._column, self._related = model, column, related
        self._query = PreparedQuery(self._build)

    @functools.cached_property  # computed later than __init__, when all models are loaded
    def _parts(self) -> list[tuple[str, type[Model], list[str]]]:
        """(prefix, model, names of its columns) of each row that is read."""
        related: list[tuple[str, Any]] = [
            (f"{name}__", self._model._meta.get_field(name).related_model) for name in self._related
        ]
        models = [("", self._model), *related]
        return [(prefix, model, [field.attname for field in model._meta.concrete_fields]) for prefix, model in models]

    def _build(self, value: Value) -> QuerySet[Any, Any]:
        names = [prefix + name for prefix, _model, columns in self._parts for name in columns]
        return self._model._default_manager.filter(**{self._column: value}).order_by().values_list(*names)

    def get(self, value: Value) -> Any:
        """Return the instance whose column is `value`, or None."""
        rows = self._query.rows(value)
        if not rows:
            return None
        cells, instances = iter(rows[0]), []
        for _prefix, model, columns in self._parts:
            own = dict(zip(columns, cells, strict=False))
            exists = own[model._meta.pk.attname] is not None
            instances.append(model.from_db(connection.alias, columns, list(own.values())) if exists else None)
        found, *others = instances
        for name, instance in zip(self._related, others, strict=True):
            if instance is not None:
                setattr(found, name, instance)
        return found


def _flat(values: Iterable[Value | tuple[Value, ...]]) -> list[Value]:
    """Return `values` with the items of each tuple in its place."""
    return [value for each in values for value in (each if isinstance(each, tuple) else (each,))]


def _converted(row: Row, query: CompiledQuery) -> Row:
    """Return `row` with the values of Python in place of those of the database."""
    cells = list(row)
    for column, (converters, expression) in query.converters.items():
        for convert in converters:
            cells[column] = convert(cells[column], expression, connection)
    return tuple(cells)


def _marker(value: Value, number: int) -> Value:
    """Return a value of the type of `value` that no query contains by itself, a different one for each `number`."""
    if isinstance(value, str):
        return MARKED_TEXT % number
    if isinstance(value, dt.datetime):
        return MARKED_MOMENT + dt.timedelta(days=number)
    if isinstance(value, uuid.UUID):
        return uuid.UUID(int=MARKED_UUID + number)
    return MARKED_NUMBER - number


def _adapted(value: Value) -> Any:
    """Return `value` as a parameter of this database."""
    if isinstance(value, dt.datetime):
        return connection.ops.adapt_datetimefield_value(value)
    if isinstance(value, uuid.UUID) and not connection.features.has_native_uuid_field:
        return value.hex
    return value
