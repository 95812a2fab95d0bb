"""Private APIs of Django that this package uses; tests/core/test_compat.py checks each of them."""

from collections.abc import Callable
from typing import Any, NamedTuple

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet
from django.utils.translation.trans_real import parse_accept_lang_header


class CompiledQuery(NamedTuple):
    """The SQL text of a queryset, its parameters, and {index of a column: (converters, expression)}."""

    sql: str
    parameters: tuple[Any, ...]
    converters: dict[int, tuple[list[Callable[..., Any]], Any]]


def accepted_tags(header: str) -> list[str]:
    """Return the language tags of `header`, the value of Accept-Language, best first; `*` is left out."""
    return [tag for tag, _quality in parse_accept_lang_header(header.lower()) if tag != "*"]


def compile_queryset(queryset: QuerySet[Any, Any]) -> CompiledQuery | None:
    """Return the CompiledQuery of a queryset of `values_list()`, or None if it has no rows by its conditions."""
    compiler: Any = queryset.query.get_compiler(connection=connection)
    try:
        sql, parameters = compiler.as_sql()
    except EmptyResultSet:  # an empty tuple after `in`
        return None
    converters = compiler.get_converters([column for column, _sql, _alias in compiler.select])
    return CompiledQuery(sql, tuple(parameters), converters)
