"""The order of rows whose column may be empty, equal on all databases.

PostgreSQL takes an empty value for larger than all others, SQLite for smaller: "last used, newest first" would begin
with what was never used on one of them.
"""

from typing import Any

from django.db.models import F, Model
from django.db.models.expressions import OrderBy


def empty_last(ordering: str) -> OrderBy:
    """Return the order by the column `ordering`, descending with "-" before it; rows without a value stand last."""
    column = F(ordering.removeprefix("-"))
    return column.desc(nulls_last=True) if ordering.startswith("-") else column.asc(nulls_last=True)


def by_column(model: type[Model], ordering: str) -> OrderBy | str:
    """Return `empty_last` of a column of `model` that may be empty, `ordering` itself of any other: it has indexes."""
    return empty_last(ordering) if _may_be_empty(model, ordering.removeprefix("-")) else ordering


def _may_be_empty(model: Any, name: str) -> bool:
    for part in name.split("__"):
        field = model._meta.get_field(part)
        if field.null:
            return True
        model = field.related_model
    return False
