"""Limits of a search: its time, and the number that run at once in one process.

Everybody can search, so searches must not take the threads of viewers. RUNNING of them run at once, some more wait for
a moment, and all others are refused at once.
"""

import contextlib
import threading
from collections.abc import Iterator

from django.conf import settings
from django.db import OperationalError

from video_pages.access.queues import release_server_connection
from video_pages.search.engines.choice import engine

RUNNING = 2
WAITING = max(8, settings.WEB_THREADS // 8)
WAIT_SECONDS = 2.0
STATEMENT_SECONDS = 1.0

_running = threading.BoundedSemaphore(RUNNING)
_present = threading.BoundedSemaphore(RUNNING + WAITING)


class SearchBusy(Exception):
    """Too many searches run at once, or this one takes too long; the visitor should try again."""

    retry_after = 5  # seconds


@contextlib.contextmanager
def search_turn() -> Iterator[None]:
    """Wait for a turn to search, then run the block with STATEMENT_SECONDS for the database.

    Raises SearchBusy if too many wait, if no turn came in WAIT_SECONDS, or if the time for the database is over.
    """
    if not _present.acquire(blocking=False):
        raise SearchBusy
    try:
        if not _running.acquire(blocking=False):
            release_server_connection()
            if not _running.acquire(timeout=WAIT_SECONDS):
                raise SearchBusy
        try:
            with _bounded():
                yield
        finally:
            _running.release()
    finally:
        _present.release()


@contextlib.contextmanager
def _bounded() -> Iterator[None]:
    try:
        with engine().time_limit(STATEMENT_SECONDS):
            yield
    except OperationalError as error:
        if engine().is_over_time(error):
            raise SearchBusy from error
        raise
