"""Private APIs of Django, Wagtail and modelsearch that this package uses; tests/site_config/test_compat.py checks each.

Wagtail's search backends are modelsearch's. The base classes here give their private methods public names, which
`search_cluster` overrides.
"""

from typing import Any

from django.contrib.auth.hashers import BasePasswordHasher
from modelsearch.query import MatchAll, Not


def load_library(hasher: BasePasswordHasher) -> None:
    """Import the library of `hasher`. Raises ValueError if it is missing; every other check costs a hash."""
    hasher._load_library()  # type: ignore[attr-defined]  # private, so the stubs leave it out


def disable_copying(viewset: type) -> None:
    """Take the copy screen away from a viewset of Wagtail, which it makes itself and for which it has no setting."""
    viewset.copy_view_enabled = False  # type: ignore[attr-defined]  # Wagtail has no types


class BackendHooks:
    """A mixin for a search backend of Wagtail: `run` is called for each search."""

    def _search(self, compiler: Any, query: Any, model_or_queryset: Any, **options: Any) -> Any:
        return self.run(compiler, query, model_or_queryset, **options)

    def run(self, compiler: Any, query: Any, model_or_queryset: Any, **options: Any) -> Any:
        """Return the results of `query`, compiled by the class `compiler`."""
        return super()._search(compiler, query, model_or_queryset, **options)  # type: ignore[misc]


class ResultsHooks:
    """A mixin for the results of a cluster: `fetch_hits` and `count_hits` are called once for each slice of them."""

    backend: Any
    query_compiler: Any

    def _do_search(self) -> list[Any]:
        return self.fetch_hits()

    def _do_count(self) -> int:
        return self.count_hits()

    def fetch_hits(self) -> list[Any]:
        """Return the objects of this slice."""
        return list(super()._do_search())  # type: ignore[misc]

    def count_hits(self) -> int:
        """Return the number of objects of this slice."""
        return int(super()._do_count())  # type: ignore[misc]

    def ids_of_hits(self, most: int) -> list[str]:
        """Return the ids of all hits of the query, `most` at most, as the cluster gives them."""
        name = self.backend.get_index_for_model(self.query_compiler.queryset.model).name
        body = {**self._get_es_body(for_count=True), "size": most}  # type: ignore[attr-defined]
        field = self.fields_param_name  # type: ignore[attr-defined]
        found = self._backend_do_search(body, index=name, _source=False, **{field: "pk"})  # type: ignore[attr-defined]
        return [hit["fields"]["pk"][0] for hit in found["hits"]["hits"]]


def uses_fts(compiler: type) -> bool:
    """Return whether the query compiler class `compiler` is that of SQLite's FTS5 and not that for an SQLite without.

    To be called with SQLite only: this import loads the models of its index, and so do the others below.
    """
    from modelsearch.backends.database.sqlite import sqlite

    return issubclass(compiler, sqlite.SQLiteSearchQueryCompiler)


def finds_by_exclusion(compiler: Any) -> bool:
    """Return whether the query of SQLite's `compiler` has no words to look for: everything, or all but some."""
    from modelsearch.backends.database.sqlite.query import normalize

    return isinstance(normalize(compiler.query), MatchAll | Not)


def ids_in_fts(compiler: Any, config: Any) -> list[int | str]:
    """Return the ids of the objects that match the query of SQLite's `compiler`, by one search of the index."""
    from modelsearch.backends.database.sqlite import sqlite
    from modelsearch.backends.database.sqlite.query import normalize

    words = compiler.build_search_query(normalize(compiler.query), config=config)
    match = sqlite.MatchExpression(compiler.fields or compiler.FTS_TABLE_FIELDS, words)
    types = set(sqlite.get_descendants_content_types_pks(compiler.queryset.model))
    entries = sqlite.SQLiteFTSIndexEntry.objects.filter(match)
    # The kind is compared here: SQLite would read all entries of a kind, and search the index once for each.
    rows = entries.values_list("index_entry__object_id", "index_entry__content_type")
    return [int(pk) if pk.isdecimal() else pk for pk, kind in rows if kind in types]
