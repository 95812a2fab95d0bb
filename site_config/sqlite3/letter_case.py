"""Case-insensitive lookups (`icontains`, `istartswith`, `iendswith`, `iexact`) of letters beyond ASCII.

LIKE of SQLite takes "a" for "A", but not "ü" for "Ü": a search for "über" would miss "Über uns", which PostgreSQL
finds. So both sides are folded by Python. SQLite folds the side that is searched for once, not for each row.
"""

import sqlite3
from typing import Any

from django.db.backends.sqlite3 import base, operations

LOOKUPS = ("icontains", "istartswith", "iendswith", "iexact")
FUNCTION = "CASEFOLD"


def fold(value: Any) -> Any:
    """Return a text in the form in which case makes no difference, another value as it is."""
    return value.casefold() if isinstance(value, str) else value


def register(connection: sqlite3.Connection) -> None:
    """Register the function on a new `connection`."""
    connection.create_function(FUNCTION, 1, fold, deterministic=True)


class Operations(operations.DatabaseOperations):
    """Django's operations; the column of such a lookup is folded."""

    def lookup_cast(self, lookup_type: str, internal_type: str | None = None) -> str:
        cast: str = super().lookup_cast(lookup_type, internal_type)
        return f"{FUNCTION}({cast})" if lookup_type in LOOKUPS else cast


def _folded(operators: dict[str, str], value: str) -> dict[str, str]:
    """Return `operators` with the `value` of these lookups folded."""
    return {
        name: operator.replace(value, f"{FUNCTION}({value})") if name in LOOKUPS else operator
        for name, operator in operators.items()
    }


OPERATORS = _folded(base.DatabaseWrapper.operators, "%s")
PATTERNS = _folded(
    {name: pattern.replace("UPPER({})", "{}") for name, pattern in base.DatabaseWrapper.pattern_ops.items()}, "{}"
)
