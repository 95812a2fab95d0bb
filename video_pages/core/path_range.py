"""The lookup `startswith` of a tree path, as a range of paths that the index on paths answers.

Wagtail finds the pages below another by `path__startswith`. SQLite's LIKE uses no index, and PostgreSQL's only for a
constant: each such query reads all pages of the site.
"""

from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.lookups import Lookup
from django.db.models.sql.compiler import SQLCompiler
from wagtail.models import Page

# Steps of a path consist of digits and capitals, whose order every collation shares. No tree has a child number ZZZZ.
LAST = "Z" * Page.steplen


def below(path: str) -> tuple[str, str]:
    """Return (first, last): the paths of the pages below the one at `path` are greater than `first`, at most `last`."""
    return path, path + LAST


class PathStartsWith(Lookup[str]):
    """The condition that a path is the one given, or lies below it."""

    lookup_name = "startswith"

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, tuple[Any, ...]]:
        path, path_params = self.process_lhs(compiler, connection)
        first, first_params = self.process_rhs(compiler, connection)
        last, last_params = f"{first} || %s", [*first_params, LAST]
        if self.rhs_is_direct_value():
            last, last_params = first, [f"{first_params[0]}{LAST}"]
        return (
            f"({path} >= {first} AND {path} <= {last})",
            (*path_params, *first_params, *path_params, *last_params),
        )


def register() -> None:
    """Use the lookup for the paths of pages, in every query of this process."""
    Page._meta.get_field("path").register_lookup(PathStartsWith)
