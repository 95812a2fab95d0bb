"""The statistics by which the database chooses between its indexes."""

from django.db import connection

ROWS_READ = 1000
"""Rows of each index that SQLite reads; 100,000 videos take a tenth of a second (sqlite.org/lang_analyze.html)."""

FEW_ROWS = 10
EMPTY_TABLES = """
INSERT INTO sqlite_stat1 (tbl, idx, stat)
SELECT name, NULL, %s FROM sqlite_schema
WHERE type = 'table' AND name NOT LIKE 'sqlite!_%%' ESCAPE '!' AND sql NOT LIKE 'CREATE VIRTUAL%%'
AND name NOT IN (SELECT tbl FROM sqlite_stat1)
"""


def update_statistics() -> None:
    """Let SQLite count its tables. Without it, it takes all for equally large, and reads every page of the site.

    It writes nothing of an empty table, and goes on taking it for a large one: such a table gets a row for FEW_ROWS.
    PostgreSQL does so by itself.
    """
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA analysis_limit = {ROWS_READ}")
        cursor.execute("ANALYZE")
        cursor.execute(EMPTY_TABLES, [str(FEW_ROWS)])
        cursor.execute("ANALYZE sqlite_schema")  # reads what was written
