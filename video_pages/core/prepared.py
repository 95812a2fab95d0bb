"""Queries whose SQL is compiled once for a process, and later executed with other values.

Django compiles a queryset each time it is evaluated. For a query with joins this takes about ten times as long as
SQLite takes to answer it: reading one page with its section took 2 ms, of which 0.2 ms were the database's.
"""

import datetime as dt
import functools
import itertools
import uuid
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any, TypeAlias

from django.db import connection
from django.db.models import Model, QuerySet

from video_pages.core.compat import CompiledQuery, compile_queryset

Value: TypeAlias = str | bytes | int | uuid.UUID | dt.datetime
Row: TypeAlias = tuple[Any, ...]

# A longer list of values is compiled each time, so that the cache stays small: it holds a text for each length.
MAX_VALUES = 40
# Lists of many lengths in one query have many texts; when there are more, all are compiled anew.
MAX_TEXTS = 200
# Placeholders of values while a text is compiled; they are found again among its parameters.
MARK = "\ue000"
MARKED_TEXT, MARKED_NUMBER, MARKED_UUID = f"{MARK}value %d{MARK}", -2_000_000_000, 0xC0DE << 96
MARKED_MOMENT = dt.datetime(1, 1, 1, tzinfo=dt.UTC)


class PreparedQuery:
    """A query that is compiled once for each shape of its values.

    `build(*values)` returns a queryset of `values_list()`. Each value is a string, a whole number, a UUID or an aware
    datetime, or a tuple of such; for bytes, the query is compiled each time. A value is passed to lookups that compare
    a column with the unchanged value (`exact`, `in`, `gt`, `lte` and so on). `build` must not branch on its values,
    except on the length of a tuple.
    Raises ValueError, when it is compiled, if a lookup changes a value, or if the query leaves one out. It may leave
    out the first `optional` values.
    """

    def __init__(self, build: Callable[..., QuerySet[Any, Any]], *, optional: int = 0) -> None:
        self._build, self._optional = build, optional
        self._compiled: dict[tuple[object, ...], _Compiled] = {}

    def rows(self, *values: Value | tuple[Value, ...]) -> list[Row]:
        """Return the rows for `values` as a list of tuples, as the queryset of `build(*values)` gives them."""
        flat = _flat(values)
        if len(flat) > MAX_VALUES or any(isinstance(value, bytes) for value in flat):
            return list(self._build(*values))
        shape = (connection.vendor, *(len(each) if isinstance(each, tuple) else None for each in values))
        compiled = self._compiled.get(shape)
        if compiled is None:  # if two threads compile the same text, either result is right
            if len(self._compiled) >= MAX_TEXTS:
                self._compiled.clear()
            compiled = self._compiled[shape] = _Compiled(self._build, values, self._optional)
        return compiled.rows(flat)


class _Compiled:
    """The SQL text of one shape, the value of each parameter, and the converters of its columns."""

    def __init__(
        self,
        build: Callable[..., QuerySet[Any, Any]],
        values: Sequence[Value | tuple[Value, ...]],
        optional: int,
    ) -> None:
        marked = _marked(values, 0)
        self._query = compile_queryset(build(*marked))
        if self._query is None:
            return
        flat = _flat(marked)
        indexes = {_adapted(value): index for index, value in enumerate(flat)}
        self._parameters = [(indexes.get(parameter), parameter) for parameter in self._query.parameters]
        free = len(_flat(marked[:optional]))  # these may be left out
        unused = set(range(free, len(flat))) - {index for index, _parameter in self._parameters}
        if unused or self._is_changed_by(compile_queryset(build(*_marked(values, len(flat))))):
            raise ValueError(f"A prepared query changes its values, or leaves them out: {sorted(unused)}.")

    def _is_changed_by(self, other: CompiledQuery | None) -> bool:
        """Return whether `other`, the same query with other values, differs in more than these: in text or constants.

        A value that is not found among the parameters as it is, such as the start of a LIKE, differs as a constant.
        """
        if self._query is None or other is None or self._query.sql != other.sql:
            return True
        constants = [(index, parameter) for index, (place, parameter) in enumerate(self._parameters) if place is None]
        return any(other.parameters[index] != constant or MARK in str(constant) for index, constant in constants)

    def rows(self, flat: Sequence[Value]) -> list[Row]:
        if self._query is None:
            return []
        query = self._query
        parameters = [fixed if index is None else _adapted(flat[index]) for index, fixed in self._parameters]
        with connection.cursor() as cursor:
            cursor.execute(query.sql, parameters)
            rows = cursor.fetchall()
        return [_converted(row, query) for row in rows] if query.converters else rows


class InstanceColumns:
    """The columns of a model and of rows related to it, and the instances that rows of them are.

    `model` is the model or a function that returns it. `names` are for `values_list()`. `related` names relations to
    one row, which is read in the same query, as `select_related()` does: "a__b" after "a". `only` names the columns
    that are read of a relation, or with "" of the model itself, the primary key among them; the others are deferred, as
    by `only()`. Without an entry, all columns are read.
    """

    def __init__(
        self,
        model: type[Model] | Callable[[], Any],
        related: Sequence[str] = (),
        only: Mapping[str, Collection[str]] | None = None,
    ) -> None:
        self._given, self._related, self._only = model, related, only or {}

    @functools.cached_property
    def _model(self) -> Any:
        return self._given if isinstance(self._given, type) else self._given()

    @functools.cached_property  # computed later than __init__, when all models are loaded
    def _parts(self) -> list[tuple[str, type[Model], list[str]]]:
        """(relation, model, names of its columns) of each row that is read; the first relation is ""."""
        models: dict[str, Any] = {"": self._model}
        for name in self._related:
            owner, _, relation = name.rpartition("__")
            models[name] = models[owner]._meta.get_field(relation).related_model
        parts = []
        for name, model in models.items():
            columns = [field.attname for field in model._meta.concrete_fields]
            only = self._only.get(name, columns)
            parts.append((name, model, [column for column in columns if column in only]))
        return parts

    @property
    def names(self) -> list[str]:
        """The names of all columns, in the order of a row."""
        return [f"{name}__{column}" if name else column for name, _model, columns in self._parts for column in columns]

    def instance(self, row: Row) -> Any:
        """Return the instance that `row` is, with those that it is related to."""
        cells, instances = iter(row), dict[str, Any]()
        for name, model, columns in self._parts:
            own = dict(zip(columns, cells, strict=False))
            exists = own[model._meta.pk.attname] is not None
            instance = model.from_db(connection.alias, columns, list(own.values())) if exists else None
            instances[name] = instance
            owner, _, relation = name.rpartition("__")
            if name and instances[owner] is not None:
                field: Any = instances[owner]._meta.get_field(relation)
                field.set_cached_value(instances[owner], instance)
                if instance is not None and field.one_to_one:
                    field.remote_field.set_cached_value(instance, instances[owner])
        return instances[""]


class PreparedModel:
    """A prepared query for one row of a model by a unique column, as an instance.

    `related` and `only` are those of InstanceColumns.
    """

    def __init__(
        self,
        model: type[Model],
        column: str = "pk",
        related: Sequence[str] = (),
        only: Mapping[str, Collection[str]] | None = None,
    ) -> None:
        self._model, self._column = model, column
        self._columns = InstanceColumns(model, related, only)
        self._query = PreparedQuery(self._build)

    def _build(self, value: Value) -> QuerySet[Any, Any]:
        found = self._model._default_manager.filter(**{self._column: value})
        return found.order_by().values_list(*self._columns.names)

    def get(self, value: Value) -> Any:
        """Return the instance whose column is `value`, or None."""
        rows = self._query.rows(value)
        return self._columns.instance(rows[0]) if rows else None


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


def _marked(values: Iterable[Value | tuple[Value, ...]], first: int) -> list[Any]:
    """Return markers in place of `values`, numbered from `first`."""
    count = itertools.count(first)
    return [
        tuple(_marker(value, next(count)) for value in each) if isinstance(each, tuple) else _marker(each, next(count))
        for each in values
    ]


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
