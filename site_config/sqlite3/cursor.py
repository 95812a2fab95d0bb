"""A cursor that refuses a NUL in a text, as PostgreSQL does.

SQLite stores it, and then ends the text there in many of its functions. A site could not move such a row to PostgreSQL,
and a request that PostgreSQL refuses would pass here. `site_config.security.unreadable` answers both with 400.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.db.backends.sqlite3 import base

Params = Sequence[Any] | Mapping[str, Any]


class Cursor(base.SQLiteCursorWrapper):
    """Django's cursor; raises DataError for a parameter with a NUL."""

    def execute(self, query: str, params: Any = None) -> Any:
        if params:
            _check(params)
        return super().execute(query, params)

    def executemany(self, query: str, param_list: Any) -> Any:
        return super().executemany(query, _checked(param_list))


def _checked(param_list: Iterable[Params]) -> Iterator[Params]:
    for params in param_list:
        _check(params)
        yield params


def _check(params: Params) -> None:
    for value in params.values() if isinstance(params, Mapping) else params:
        if isinstance(value, str) and "\0" in value:
            raise sqlite3.DataError("A text cannot contain a NUL (0x00).")
