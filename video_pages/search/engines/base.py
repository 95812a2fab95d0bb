"""The contract of an engine, and the parts of its SQL that both databases share."""

import contextlib
import dataclasses
from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import Any, NamedTuple

from django.db import DatabaseError, connection

from video_pages.core.compat import CompiledQuery
from video_pages.search.words import Query

COLUMNS = "e.place, e.page_id, e.title, e.title_words, e.section_words, e.text_words"


class Candidate(NamedTuple):
    """One row that an engine found. It may be shown only after `access.listed` has agreed."""

    place: int
    page_id: int
    title: str
    title_words: str
    section_words: str
    text_words: str


@dataclasses.dataclass(frozen=True)
class Scope:
    """The entries that one query may give: those with a place from `first` up to, but without, `end`.

    Without `open_to`, they are public. With it, they are not, and this subquery has a row for each. `within` is a
    subquery too, or None; the outer page of both is `e.page_id`.
    """

    first: int
    end: int
    open_to: CompiledQuery | None = None
    within: CompiledQuery | None = None

    def condition(self, place: str = "e.place") -> tuple[str, list[Any]]:
        """Return the SQL condition, with `place` as the column to compare, and its parameters."""
        parts, parameters = [f"{place} >= %s AND {place} < %s"], [self.first, self.end]
        parts.append("NOT e.is_public" if self.open_to else "e.is_public")
        for subquery in (self.open_to, self.within):
            if subquery is not None:
                parts.append(f"EXISTS ({subquery.sql})")
                parameters += subquery.parameters
        return " AND ".join(parts), parameters


class SearchEngine(ABC):
    """One database's way to find entries. Each method is bounded by its `limit`, and by the time of `time_limit`."""

    @abstractmethod
    def install(self) -> bool:
        """Make the index of the engine if it is missing; return whether it was."""

    @abstractmethod
    def derive(self) -> None:
        """Make the index anew from the entries, where the database does not always do that itself."""

    @abstractmethod
    def newest(self, query: Query, scope: Scope, *, limit: int, whole_words_of_title: bool = False) -> list[Candidate]:
        """Return the `limit` entries of `scope` with the highest places that match `query`, highest first.

        Of entries that are not public, the title of their section is not searched: a visitor who may see a video need
        not know its section. `whole_words_of_title` leaves out words of other columns and beginnings of words.
        """

    @abstractmethod
    @contextlib.contextmanager
    def time_limit(self, seconds: float) -> Iterator[None]:
        """Stop the statements of the block after `seconds`; raises OperationalError then."""

    @abstractmethod
    def is_over_time(self, error: DatabaseError) -> bool:
        """Return whether `error` is that of a statement that `time_limit` stopped."""

    def beginning(self, words: str, scope: Scope, *, limit: int) -> list[Candidate]:
        """Return `limit` entries of `scope` whose title begins with `words`, a folded text, in the order of titles."""
        # The sign keeps SQLite from the index of places, in which it would read every entry of the scope.
        condition, parameters = scope.condition("+e.place")
        return self.rows(
            f"SELECT {COLUMNS} FROM video_pages_searchentry e WHERE e.title_start >= %s AND e.title_start < %s"
            f" AND {condition} ORDER BY e.title_start, e.place DESC LIMIT %s",
            [words, words + "\U0010ffff", *parameters, limit],
        )

    def rows(self, sql: str, parameters: list[Any]) -> list[Candidate]:
        """Return the rows of a query for COLUMNS."""
        with connection.cursor() as cursor:
            cursor.execute(sql, parameters)
            return [Candidate(*row) for row in cursor.fetchall()]
