"""SQLite: an FTS5 table whose rowid is the place of an entry, so that it reads the newest hits first without a sort.

The words are split already, and FTS5's `ascii` tokenizer leaves all other characters alone. The beginnings of words are
indexed too: FTS5 would collect all words with a beginning of another length before it gives the first row.
The table holds no copy of the words. Triggers give it the old ones, as its external content needs.
"""

import contextlib
import sqlite3
import time
from collections.abc import Iterator

from django.db import DatabaseError, connection

from video_pages.search.engines.base import COLUMNS, Candidate, Scope, SearchEngine
from video_pages.search.words import Query

TABLE = "video_pages_searchtext"
ENTRIES = "video_pages_searchentry"
WORDS = "title_words, section_words, text_words"
LENGTHS = " ".join(map(str, range(1, 17)))
"""The lengths of the beginnings that are indexed. Longer ones are rare."""
STEPS_BETWEEN_LOOKS = 5_000
"""Steps of SQLite's virtual machine between two looks at the clock; about a tenth of a millisecond."""


def _add(row: str) -> str:
    values = ", ".join(f"{row}.{name}" for name in ("place", *WORDS.split(", ")))
    return f"INSERT INTO {TABLE} (rowid, {WORDS}) VALUES ({values});"


def _remove(row: str) -> str:
    values = ", ".join(f"{row}.{name}" for name in ("place", *WORDS.split(", ")))
    return f"INSERT INTO {TABLE} ({TABLE}, rowid, {WORDS}) VALUES ('delete', {values});"


CREATE_TABLE = f"""
    CREATE VIRTUAL TABLE {TABLE} USING fts5(
        {WORDS}, content='{ENTRIES}', content_rowid='place', tokenize='ascii', detail=column, columnsize=0,
        prefix='{LENGTHS}'
    )
"""
CHANGES = ("place", *WORDS.split(", "))
TRIGGERS = {
    "added": f"AFTER INSERT ON {ENTRIES} BEGIN {_add('new')} END",
    "removed": f"AFTER DELETE ON {ENTRIES} BEGIN {_remove('old')} END",
    "changed": (
        f"AFTER UPDATE OF {', '.join(CHANGES)} ON {ENTRIES}"
        f" WHEN {' OR '.join(f'old.{name} IS NOT new.{name}' for name in CHANGES)}"
        f" BEGIN {_remove('old')} {_add('new')} END"
    ),
}


class SQLiteSearch(SearchEngine):
    """Finds entries by FTS5."""

    def install(self) -> bool:
        with connection.cursor() as cursor:
            cursor.execute("SELECT name FROM sqlite_master WHERE name LIKE %s", [f"{TABLE}%"])
            present = {name for (name,) in cursor.fetchall()}
            missing = [name for name in TRIGGERS if f"{TABLE}_{name}" not in present]
            if TABLE not in present:
                cursor.execute(CREATE_TABLE)
            elif not missing:
                return False
            for name in missing:
                cursor.execute(f"CREATE TRIGGER {TABLE}_{name} {TRIGGERS[name]}")
        # Rows that were written while a trigger was missing, such as after a migration has made the table anew.
        self.derive()
        return True

    def derive(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"INSERT INTO {TABLE} ({TABLE}) VALUES ('rebuild')")

    def newest(self, query: Query, scope: Scope, *, limit: int, whole_words_of_title: bool = False) -> list[Candidate]:
        match = _match(query, is_whole=whole_words_of_title)
        if whole_words_of_title:
            match = f"{{title_words}} : ({match})"
        elif scope.open_to:
            match = f"{{title_words text_words}} : ({match})"
        condition, parameters = scope.condition("f.rowid")
        # CROSS JOIN keeps SQLite from reading the entries first.
        return self.rows(
            f"SELECT {COLUMNS} FROM {TABLE} f CROSS JOIN {ENTRIES} e ON e.place = f.rowid"
            f" WHERE f.{TABLE} MATCH %s AND {condition} ORDER BY f.rowid DESC LIMIT %s",
            [match, *parameters, limit],
        )

    @contextlib.contextmanager
    def time_limit(self, seconds: float) -> Iterator[None]:
        connection.ensure_connection()
        database, end = connection.connection, time.monotonic() + seconds
        database.set_progress_handler(lambda: time.monotonic() > end, STEPS_BETWEEN_LOOKS)
        try:
            yield
        finally:
            database.set_progress_handler(None, 0)

    def is_over_time(self, error: DatabaseError) -> bool:
        return getattr(error.__cause__, "sqlite_errorcode", None) == sqlite3.SQLITE_INTERRUPT


def _match(query: Query, *, is_whole: bool) -> str:
    """Return the MATCH expression of `query`: its words contain only letters, digits and marks."""
    end = "" if is_whole else " *"
    groups = (" OR ".join(f'"{word}"{end}' for word in group) for group in query.groups)
    return " AND ".join(f"({group})" for group in groups)
