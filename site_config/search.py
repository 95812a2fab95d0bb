"""The search backend: the engine's own (SQLite's FTS5 or PostgreSQL), asked only for what it can read.

What a person types reaches the engine as a part of its query language. FTS5 fails on a quotation mark without its
partner ("unterminated string") and on too many words ("expression tree is too large"), and the query of more than some
hundred words is too deep for Python. So each query is cleaned here, for the public search, the admin and its API alike.
"""

import functools
import re
from collections.abc import Iterator
from typing import Any

from modelsearch.query import MATCH_ALL, MATCH_NONE, And, Not, Or, Phrase, PlainText, SearchQuery
from wagtail.search.backends import database

MOST_WORDS = 50
"""Words of a query after these are ignored; a title of 255 characters has fewer."""
SYNTAX = re.compile(r'["\x00-\x1f\x7f]')
"""Characters that end a string of FTS5; no index contains them. All others are safe inside a string."""
WORD = re.compile(r"\w")


def SearchBackend(params: dict[str, Any]) -> Any:  # noqa: N802  the name that Wagtail looks for
    """Return the search backend of the default database for `params` of WAGTAILSEARCH_BACKENDS."""
    backend = database.SearchBackend(params)
    backend.query_compiler_class = _cleaning(backend.query_compiler_class)
    backend.autocomplete_query_compiler_class = _cleaning(backend.autocomplete_query_compiler_class)
    return backend


def clean(query: SearchQuery) -> SearchQuery:
    """Return `query` with words that every engine can read, MOST_WORDS at most; MATCH_NONE if no word is left."""
    return _cleaned(query, iter(range(MOST_WORDS))) or MATCH_NONE


@functools.cache
def _cleaning(compiler: type) -> type:
    """Return a subclass of the query compiler class `compiler` that cleans its query."""

    def check(self: Any) -> None:  # which the backend calls before it uses the query
        self.query = clean(self.query)
        compiler.check(self)  # type: ignore[attr-defined]

    return type(compiler.__name__, (compiler,), {"check": check})


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
