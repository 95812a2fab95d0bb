"""Queries that many requests ask: their SQL is compiled once for a process, and later asked with other values.

Django compiles a queryset each time it is evaluated. For a query with joins that takes the processor about ten times as
long as SQLite takes to answer it: reading one page with its section cost 2 ms, of which 0.2 ms were the database's.
"""

import datetime as dt
import functools
import itertools
import uuid

from django.core.exceptions import EmptyResultSet
from django.db import connection

# A longer list of values is compiled each time, so that what is kept stays small: a text for each length of a list.
MAX_VALUES = 40
# What stands for a value while a text is compiled, to be found again among its parameters.
MARKED_TEXT, MARKED_NUMBER, MARKED_UUID = "\ue000value %d\ue000", -2_000_000_000, 0xC0DE << 96
MARKED_MOMENT = dt.datetime(1, 1, 1, tzinfo=dt.UTC)


class PreparedQuery:
    """A query that is compiled once for each shape of its values.

    `build(*values)` returns a queryset of `values_list()`. Each value is a text, a whole number, a UUID or an aware
    datetime, or a tuple of such, and is handed to lookups that compare a column with it as it is (`exact`, `in`, `gt`,
    `lte` and so on, not `startswith`). `build` must not decide anything by its values, except by a tuple's length.
    Raises ValueError, when it is compiled, if a lookup changes a value.
    """

    def __init__(self, build):
        self._build = build
        self._compiled = {}

    def rows(self, *values):
        """Return the rows for `values` as a list of tuples, as the queryset of `build(*values)` gives them."""
        flat = [value for each in values for value in (each if isinstance(each, tuple) else (each,))]
        if len(flat) > MAX_VALUES:
            return list(self._build(*values))
        shape = (connection.vendor, *(len(each) if isinstance(each, tuple) else None for each in values))
        compiled = self._compiled.get(shape)
        if compiled is None:  # two threads may compile the same text: either will do
            compiled = self._compiled[shape] = _Compiled(self._build, values)
        return compiled.rows(flat)


class _Compiled:
    """The SQL text of one shape, which parameter is which value, and how columns become values of Python."""

    def __init__(self, build, values):
        count = itertools.count()

        def marker(value):
            return _marker(value, next(count))

        marked = [tuple(map(marker, each)) if isinstance(each, tuple) else marker(each) for each in values]
        flat = [value for each in marked for value in (each if isinstance(each, tuple) else (each,))]
        compiler = build(*marked).query.get_compiler(connection=connection)
        try:
            self._text, parameters = compiler.as_sql()
        except EmptyResultSet:  # an empty tuple after `in`
            self._text = None
            return
        places = {_adapted(value): place for place, value in enumerate(flat)}
        self._parameters = [(places.get(parameter), parameter) for parameter in parameters]
        unused = set(places.values()) - {place for place, _parameter in self._parameters}
        if unused:
            raise ValueError(f"A prepared query changes its values {sorted(unused)}, or leaves them out.")
        self._converters = compiler.get_converters([column for column, _sql, _alias in compiler.select])

    def rows(self, flat):
        if self._text is None:
            return []
        parameters = [given if place is None else _adapted(flat[place]) for place, given in self._parameters]
        with connection.cursor() as cursor:
            cursor.execute(self._text, parameters)
            rows = cursor.fetchall()
        return [self._converted(row) for row in rows] if self._converters else rows

    def _converted(self, row):
        row = list(row)
        for column, (converters, expression) in self._converters.items():
            for convert in converters:
                row[column] = convert(row[column], expression, connection)
        return tuple(row)


class PreparedModel:
    """One row of a model by a unique column, as an instance with all its columns.

    `related` names foreign keys whose rows are read along, as `select_related()` does.
    """

    def __init__(self, model, column="pk", related=()):
        self._model, self._column, self._related = model, column, related
        self._query = PreparedQuery(self._build)

    @functools.cached_property  # not before all models are there
    def _parts(self):
        """(prefix, model, names of its columns) of each row that is read."""
        related = [(f"{name}__", self._model._meta.get_field(name).related_model) for name in self._related]
        models = [("", self._model), *related]
        return [(prefix, model, [field.attname for field in model._meta.concrete_fields]) for prefix, model in models]

    def _build(self, value):
        names = [prefix + name for prefix, _model, columns in self._parts for name in columns]
        return self._model._default_manager.filter(**{self._column: value}).order_by().values_list(*names)

    def get(self, value):
        """Return the instance whose column is `value`, or None."""
        rows = self._query.rows(value)
        if not rows:
            return None
        cells, instances = iter(rows[0]), []
        for _prefix, model, columns in self._parts:
            own = dict(zip(columns, cells, strict=False))
            is_there = own[model._meta.pk.attname] is not None
            instances.append(model.from_db(connection.alias, columns, list(own.values())) if is_there else None)
        found, *others = instances
        for name, instance in zip(self._related, others, strict=True):
            if instance is not None:
                setattr(found, name, instance)
        return found


def _marker(value, number):
    """Return a value of the same kind as `value` that no query holds by itself, a different one for each `number`."""
    if isinstance(value, str):
        return MARKED_TEXT % number
    if isinstance(value, dt.datetime):
        return MARKED_MOMENT + dt.timedelta(days=number)
    if isinstance(value, uuid.UUID):
        return uuid.UUID(int=MARKED_UUID + number)
    return MARKED_NUMBER - number


def _adapted(value):
    """Return `value` as a parameter of this database."""
    if isinstance(value, dt.datetime):
        return connection.ops.adapt_datetimefield_value(value)
    if isinstance(value, uuid.UUID) and not connection.features.has_native_uuid_field:
        return value.hex
    return value
