"""The search backend: the engine's own (SQLite's FTS5 or PostgreSQL), asked only for what it can read.

What a person types reaches the engine as a part of its query language. FTS5 fails on a quotation mark without its
partner ("unterminated string") and on too many words ("expression tree is too large"), and the query of more than some
hundred words is too deep for Python. So each query is cleaned here, for the public search, the admin and its API alike.
"""

import functools
import json
import re
from collections.abc import Iterator
from typing import Any

from django.db import connection
from django.db.models import Case, QuerySet, When
from django.db.models.expressions import RawSQL
from modelsearch.query import MATCH_ALL, MATCH_NONE, And, Not, Or, Phrase, PlainText, SearchQuery
from wagtail.search.backends import database

from site_config import compat

MOST_WORDS = 50
"""Words of a query after these are ignored; a title of 255 characters has fewer."""
SYNTAX = re.compile(r'["\x00-\x1f\x7f]')
"""Characters that end a string of FTS5; no index contains them. All others are safe inside a string."""
WORD = re.compile(r"\w")


def SearchBackend(params: dict[str, Any]) -> Any:  # noqa: N802  the name that Wagtail looks for
    """Return the search backend of the default database for `params` of WAGTAILSEARCH_BACKENDS."""
    backend = database.SearchBackend(params)
    for name in ("query_compiler_class", "autocomplete_query_compiler_class"):
        compiler = getattr(backend, name)
        setattr(backend, name, cleaning(_linear(compiler) if connection.vendor == "sqlite" else compiler))
    return backend


def clean(query: SearchQuery) -> SearchQuery:
    """Return `query` with words that every engine can read, MOST_WORDS at most; MATCH_NONE if no word is left."""
    return _cleaned(query, iter(range(MOST_WORDS))) or MATCH_NONE


@functools.cache
def cleaning(compiler: type) -> type:
    """Return a subclass of the query compiler class `compiler` that cleans its query."""

    def check(self: Any) -> None:  # which the backend calls before it uses the query
        self.query = clean(self.query)
        compiler.check(self)  # type: ignore[attr-defined]

    return type(compiler.__name__, (compiler,), {"check": check})


@functools.cache
def _linear(compiler: type) -> type:
    """Return a subclass of SQLite's query compiler class `compiler` whose time grows with the hits, not their square.

    The backend searches the index once for each page of the model, and a second time to rank it: 30 s of processor time
    for a word that 20,000 videos have. Here the index is searched once, and the title orders the hits.
    """

    def search(self: Any, config: Any, start: int, stop: int | None, score_field: str | None = None) -> QuerySet[Any]:
        if score_field is not None or compat.finds_by_exclusion(self):
            return compiler.search(self, config, start, stop, score_field)  # type: ignore[attr-defined]
        ids = compat.ids_in_fts(self, config)
        # As JSON, because the number of parameters of a query is limited.
        found = self.queryset.filter(pk__in=RawSQL("SELECT value FROM json_each(%s)", (json.dumps(ids),)))
        if self.order_by_relevance:
            found = by_title(found, self.query)
        elif not found.query.order_by:
            found = found.order_by("-pk")
        return found[start:stop]

    if not compat.uses_fts(compiler):
        return compiler
    return type(compiler.__name__, (compiler,), {"search": search})


def by_title(found: QuerySet[Any], query: SearchQuery) -> QuerySet[Any]:
    """Order `found` for `query`: a title that is what was typed, then one that begins with it, then the newest."""
    typed = query.query_string.strip() if isinstance(query, PlainText | Phrase) else ""
    if not typed or "title" not in {field.name for field in found.model._meta.get_fields()}:
        return found.order_by("-pk")
    match = Case(When(title__iexact=typed, then=0), When(title__istartswith=typed, then=1), default=2)
    return found.order_by(match, "-pk")


def _cleaned(query: SearchQuery, budget: Iterator[int]) -> SearchQuery | None:
    """Return `query` without what no engine reads, or None if nothing is left. Each word takes one from `budget`."""
    if isinstance(query, PlainText):
        text = _words(query.query_string, budget)
        return PlainText(text, operator=query.operator, boost=query.boost) if text else None
    if isinstance(query, Phrase):
        text = _words(query.query_string, budget)
        return Phrase(text) if text else None
    if isinstance(query, And | Or):
        parts = [part for part in (_cleaned(each, budget) for each in query.subqueries) if part is not None]
        return type(query)(parts) if len(parts) > 1 else next(iter(parts), None)
    if isinstance(query, Not):
        return Not(_cleaned(query.subquery, budget) or MATCH_ALL)
    return query


def _words(text: str, budget: Iterator[int]) -> str:
    words = [word for word in SYNTAX.sub(" ", text).split() if WORD.search(word)]
    return " ".join(word for word in words if next(budget, None) is not None)
