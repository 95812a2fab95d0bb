"""The engine of the default database."""

import functools

from django.db import connection

from video_pages.search.engines.base import SearchEngine
from video_pages.search.engines.postgresql import PostgreSQLSearch
from video_pages.search.engines.sqlite import SQLiteSearch


def engine() -> SearchEngine:
    """Return the engine of the default database."""
    return _engine(connection.vendor)


@functools.cache
def _engine(vendor: str) -> SearchEngine:
    return SQLiteSearch() if vendor == "sqlite" else PostgreSQLSearch()
