"""Who waits for what when many type passwords at once: bounded, so that pages and streams of others keep their threads.

Three queues, each within one process. Hashing: one password per share of the cores, a quarter of the threads behind it.
Patience: requests that wait for the outcome of another request's hash, five eighths of the threads at most. Turns:
requests that need the same lock write one after the other, for milliseconds; that is quicker than to let each of them
ask the database for it again and again. Who waits gives its connection to a database server back meanwhile.
"""

import contextlib
import os
import threading

from django.conf import settings
from django.db import connection

from video_pages.core.connections import release_connections

MAX_HASHES_WAITING = max(8, settings.WEB_THREADS // 4)
MAX_REQUESTS_WAITING = max(8, settings.WEB_THREADS * 5 // 8)

_hashing = threading.BoundedSemaphore(max(1, (os.cpu_count() or 1) // max(1, settings.WEB_WORKERS)))
_hashes_waiting = threading.BoundedSemaphore(MAX_HASHES_WAITING)
_requests_waiting = threading.BoundedSemaphore(MAX_REQUESTS_WAITING)
_locks = tuple(threading.Lock() for _ in range(64))
_conditions = tuple(threading.Condition() for _ in range(64))


class HashingBusy(Exception):
    """So many passwords are being checked that this one can't even wait; ask the visitor to try again."""

    retry_after = 5  # seconds


@contextlib.contextmanager
def hashing_turn():
    """Wait for this process's turn to hash a password. Raises HashingBusy at once if too many wait already."""
    if not _hashes_waiting.acquire(blocking=False):
        raise HashingBusy
    try:
        release_server_connection()
        with _hashing:
            yield
    finally:
        _hashes_waiting.release()


@contextlib.contextmanager
def waiting_slot():
    """Wait inside for what another request is about to find out. Raises HashingBusy at once if too many do already."""
    if not _requests_waiting.acquire(blocking=False):
        raise HashingBusy
    try:
        yield
    finally:
        _requests_waiting.release()


def release_server_connection():
    """Let others have this thread's connection to a database server; one to a file is of no use to anybody else."""
    if connection.vendor != "sqlite":
        release_connections()


def wait_for_announcement(key, seconds):
    """Wait until somebody in this process calls `announce` with `key`, but for `seconds` at most."""
    release_server_connection()
    bell = _conditions[hash(key) % len(_conditions)]
    with bell:
        bell.wait(seconds)


def announce(key):
    """Wake those who wait for news of `key`; of another key too, now and then."""
    bell = _conditions[hash(key) % len(_conditions)]
    with bell:
        bell.notify_all()


@contextlib.contextmanager
def serialised(key):
    """Let the requests of this process that have the same `key` go one after the other; the block must be short.

    On SQLite all of them, since it admits one writer at a time.
    """
    if connection.vendor == "sqlite":
        key = ""
    lock = _locks[hash(key) % len(_locks)]
    if not lock.acquire(blocking=False):
        # Who has the turn may need a connection of the pool; those who wait for it must not hold them all.
        release_server_connection()
        lock.acquire()
    try:
        yield
    finally:
        lock.release()
