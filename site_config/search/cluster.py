"""The search of the admin in an OpenSearch or Elasticsearch cluster (SEARCH_URL), by Wagtail's own backends.

The cluster finds ids. Every hit is then read from the database by the queryset of the caller, and counted there, so a
document that is out of date shows nothing and counts nothing that the queryset does not have.

The index in the database is kept as well, and answers

- while the cluster does not answer: a search never fails because of it;
- a query in an order that the cluster does not know.

The visitors' search is not this: `video_pages.search` has an index of its own in the database.
"""

import logging
from importlib import import_module
from typing import Any

from modelsearch.backends.base import FieldError, FilterError
from wagtail.search.backends import get_search_backend

from site_config.compat import BackendHooks, ResultsHooks
from site_config.search.own_index import cleaning

DATABASE = "database"
"""The name of the backend in WAGTAILSEARCH_BACKENDS that answers instead."""
MODULES = {
    "opensearch": "wagtail.search.backends.opensearch3",
    "elasticsearch": "wagtail.search.backends.elasticsearch9",
}
MOST_COUNTED = 10_000
"""Hits after these are not counted; it is the window of the cluster (`index.max_result_window`)."""

logger = logging.getLogger(__name__)


def SearchBackend(params: dict[str, Any]) -> Any:  # noqa: N802  the name that Wagtail looks for
    """Return the search backend for `params` of WAGTAILSEARCH_BACKENDS; ENGINE is a key of MODULES."""
    engine = params.pop("ENGINE")
    wagtails = import_module(MODULES[engine]).SearchBackend
    names = {
        "query_compiler_class": cleaning(wagtails.query_compiler_class),
        "autocomplete_query_compiler_class": cleaning(wagtails.autocomplete_query_compiler_class),
        "results_class": type("Results", (_CheckedResults, wagtails.results_class), {"errors": _errors_of(engine)}),
    }
    return type("ClusterBackend", (_WithDatabase, wagtails), names)(params)


def _errors_of(engine: str) -> tuple[type[Exception], ...]:
    """Return the exceptions of a cluster that does not answer, or refuses a query."""
    if engine == "opensearch":
        from opensearchpy.exceptions import OpenSearchException

        return (OpenSearchException,)
    from elasticsearch import ApiError, TransportError

    return (ApiError, TransportError)


class _WithDatabase(BackendHooks):
    """A backend whose queries go to the database if the cluster can't take them."""

    def run(self, compiler: Any, query: Any, model_or_queryset: Any, **options: Any) -> Any:
        try:
            return super().run(compiler, query, model_or_queryset, **options)
        except (FieldError, FilterError):
            database = get_search_backend(DATABASE)
            is_autocomplete = compiler is self.autocomplete_query_compiler_class  # type: ignore[attr-defined]
            search = database.autocomplete if is_autocomplete else database.search
            return search(query, model_or_queryset, **options)


class _CheckedResults(ResultsHooks):
    """Results whose hits the database checks and counts, and which the database gives if the cluster does not."""

    errors: tuple[type[Exception], ...] = ()
    start: int
    stop: int | None

    def fetch_hits(self) -> list[Any]:
        try:
            return super().fetch_hits()
        except self.errors as error:
            _log(error)
            return list(self._from_database()[self.start : self.stop])

    def count_hits(self) -> int:
        try:
            ids = self.ids_of_hits(MOST_COUNTED)
        except self.errors as error:
            _log(error)
            number: int = self._from_database().count()
        else:
            number = self.query_compiler.queryset.filter(pk__in=ids).count()
        number = max(number - self.start, 0)
        return number if self.stop is None else min(number, self.stop - self.start)

    def _from_database(self) -> Any:
        database, compiler = get_search_backend(DATABASE), self.query_compiler
        is_autocomplete = isinstance(compiler, self.backend.autocomplete_query_compiler_class)
        search = database.autocomplete if is_autocomplete else database.search
        return search(compiler.query, compiler.queryset, order_by_relevance=compiler.order_by_relevance)


def _log(error: Exception) -> None:
    logger.warning("The search cluster fails (%s). The database answers.", type(error).__name__)
