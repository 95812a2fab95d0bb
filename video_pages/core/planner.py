"""The statistics by which the database chooses between its indexes."""

from django.db import connection

ROWS_READ = 1000
"""Rows of each index that SQLite reads; 100,000 videos take a tenth of a second (sqlite.org/lang_analyze.html)."""


def update_statistics() -> None:
    """Let SQLite count its tables. Without it, it takes all for equally large, and reads every page of the site.

    PostgreSQL does so by itself.
    """
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA analysis_limit = {ROWS_READ}")
        cursor.execute("ANALYZE")
