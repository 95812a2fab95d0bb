"""PostgreSQL: a tsvector that the database generates from the words of an entry, with a GIN index. No extension.

GIN gives hits in no order, so it would read and sort all hits of a common word. The newest public entries are therefore
read first, by their place: a common word is among them. Only a word that is not common enough is looked up in GIN.
"""

import contextlib
from collections.abc import Iterable, Iterator

from django.db import DatabaseError, connection, transaction

from video_pages.search.engines.base import COLUMNS, Candidate, Scope, SearchEngine
from video_pages.search.words import Query

ENTRIES = "video_pages_searchentry"
NEWEST_READ = 4_000
"""Entries that are read by their place before GIN is asked: 1 to 2 ms."""
QUERY_CANCELED = "57014"  # the SQLSTATE of a statement that took too long
LABELS = {"title_words": "A", "section_words": "B", "text_words": "C"}


def _labelled(column: str, label: str) -> str:
    """Return SQL for the words of `column` as tsvector reads them, each at position 1 with `label`."""
    return f"CASE {column} WHEN '' THEN '' ELSE replace({column}, ' ', ':1{label} ') || ':1{label} ' END"


VECTOR = " || ".join(_labelled(column, label) for column, label in LABELS.items())
STATEMENTS = (
    f"ALTER TABLE {ENTRIES} ADD COLUMN vector tsvector GENERATED ALWAYS AS (({VECTOR})::tsvector) STORED",
    f"CREATE INDEX search_entries_by_word ON {ENTRIES} USING gin (vector) WITH (fastupdate = off)",
    f"CREATE INDEX search_entries_public ON {ENTRIES} (place) WHERE is_public",
)


class PostgreSQLSearch(SearchEngine):
    """Finds entries by the operator `@@`."""

    def install(self) -> bool:
        with transaction.atomic(), connection.cursor() as cursor:
            # One process at a time: several may start on a new database at once.
            cursor.execute(f"LOCK TABLE {ENTRIES} IN SHARE ROW EXCLUSIVE MODE")
            cursor.execute(
                "SELECT 1 FROM pg_attribute WHERE attrelid = %s::regclass AND attname = 'vector' AND NOT attisdropped",
                [ENTRIES],
            )
            if cursor.fetchone():
                return False
            for statement in STATEMENTS:
                cursor.execute(statement)
        return True

    def derive(self) -> None:
        pass  # the column is generated

    def newest(self, query: Query, scope: Scope, *, limit: int, whole_words_of_title: bool = False) -> list[Candidate]:
        end = ":A" if whole_words_of_title else ":*AC" if scope.open_to else ":*"
        match = " & ".join(_any_of(group, end) for group in query.groups)
        condition, parameters = scope.condition()
        if not scope.open_to:
            newest = (
                f"SELECT * FROM {ENTRIES} WHERE is_public AND place >= %s AND place < %s"
                f" ORDER BY place DESC LIMIT {NEWEST_READ}"
            )
            found = self.rows(
                f"SELECT {COLUMNS} FROM ({newest}) e WHERE e.vector @@ %s::tsquery AND {condition}"
                " ORDER BY e.place DESC LIMIT %s",
                [scope.first, scope.end, match, *parameters, limit],
            )
            if len(found) == limit:
                return found
        return self.rows(
            f"SELECT {COLUMNS} FROM {ENTRIES} e WHERE e.vector @@ %s::tsquery AND {condition}"
            " ORDER BY e.place DESC LIMIT %s",
            [match, *parameters, limit],
        )

    @contextlib.contextmanager
    def time_limit(self, seconds: float) -> Iterator[None]:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT set_config('statement_timeout', %s, true)", [str(int(seconds * 1000))])
            yield
            # A transaction around this one goes on without the limit.
            cursor.execute("SET LOCAL statement_timeout TO DEFAULT")

    def is_over_time(self, error: DatabaseError) -> bool:
        return getattr(error.__cause__, "sqlstate", None) == QUERY_CANCELED


def _any_of(words: Iterable[str], end: str) -> str:
    """Return the part of a tsquery for one group: its words contain only letters, digits and marks."""
    return "(" + " | ".join(f"'{word}'{end}" for word in words) + ")"
