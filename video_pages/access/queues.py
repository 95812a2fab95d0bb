"""Bounded queues for many passwords at once, so that other pages and streams keep their threads and the processor.

There are four, each within one process. Forms: one request with a form computes at a time, because the threads of a
process share one core, and a page among sixteen forms would take sixteen times as long. It leaves this queue while it
waits for something else, and clients have turns one after the other. Hashing: one password for each core of this
process's share, and at most a quarter of the threads wait. Waiting slots: requests that wait for the result of another
request's hash, at most five eighths of the threads. Serialised blocks: requests that need the same lock of the database
run one after the other, for milliseconds; that is faster than repeated attempts at the lock. A waiting request releases
its connection to a database server.
"""

import contextlib
import os
import threading
from collections.abc import Iterator

from django.conf import settings
from django.db import connection

from video_pages.access.fair_turns import FairTurns, NoPlace
from video_pages.core.connections import release_connections

MAX_HASHES_WAITING = max(8, settings.WEB_THREADS // 4)
MAX_REQUESTS_WAITING = max(8, settings.WEB_THREADS * 5 // 8)

_forms = FairTurns(MAX_REQUESTS_WAITING)
_form = threading.local()
"""`has_turn` is true in a thread whose request has the turn of `form_turn`."""
_hashing = threading.BoundedSemaphore(max(1, (os.cpu_count() or 1) // max(1, settings.WEB_WORKERS)))
_hashes_waiting = threading.BoundedSemaphore(MAX_HASHES_WAITING)
_requests_waiting = threading.BoundedSemaphore(MAX_REQUESTS_WAITING)
_locks = tuple(threading.Lock() for _ in range(64))
_inner_locks = tuple(threading.Lock() for _ in range(64))
_conditions = tuple(threading.Condition() for _ in range(64))


class HashingBusy(Exception):
    """Too many passwords are checked at once for another to wait; the visitor should try again."""

    retry_after = 5  # seconds


@contextlib.contextmanager
def form_turn(client: str) -> Iterator[None]:
    """Wait for this process's turn to answer a form, fair between clients. Raises HashingBusy if too many wait.

    `client` is the address of the sender. A request that waits may lose its place to another client's.
    """
    release_server_connection()  # else those that wait hold the whole pool, and the one with the turn gets none
    with contextlib.ExitStack() as stack:
        try:
            stack.enter_context(_forms.turn(client))
        except NoPlace as error:
            raise HashingBusy from error
        _form.has_turn = True
        try:
            yield
        finally:
            _form.has_turn = False


def rest(client: str, seconds: float) -> None:
    """Sleep for `seconds`. Meanwhile no form of `client` gets a turn, those of others do. Call it outside the turn."""
    _forms.rest(client, seconds)


@contextlib.contextmanager
def _without_form_turn() -> Iterator[None]:
    """Give the turn of `form_turn` away during the block, which waits or hashes and needs no lock."""
    if not getattr(_form, "has_turn", False):
        yield
        return
    with _forms.left():
        try:
            yield
        finally:
            release_server_connection()


@contextlib.contextmanager
def hashing_turn() -> Iterator[None]:
    """Wait for this process's turn to hash a password. Raises HashingBusy at once if too many wait already."""
    if not _hashes_waiting.acquire(blocking=False):
        raise HashingBusy
    try:
        release_server_connection()
        with _without_form_turn(), _hashing:
            yield
    finally:
        _hashes_waiting.release()


@contextlib.contextmanager
def waiting_slot() -> Iterator[None]:
    """Hold a slot for waiting for another request's result. Raises HashingBusy at once if too many wait already."""
    if not _requests_waiting.acquire(blocking=False):
        raise HashingBusy
    try:
        with _without_form_turn():
            yield
    finally:
        _requests_waiting.release()


def release_server_connection() -> None:
    """Release this thread's connection to a database server; other threads cannot use one to an SQLite file."""
    if connection.vendor != "sqlite":
        release_connections()


def wait_for_announcement(key: str, seconds: float) -> None:
    """Wait until another thread of this process calls `announce` with `key`, at most for `seconds`."""
    release_server_connection()
    condition = _conditions[hash(key) % len(_conditions)]
    with condition:
        condition.wait(seconds)


def announce(key: str) -> None:
    """Wake the threads that wait for `key`, and those whose key has the same condition."""
    condition = _conditions[hash(key) % len(_conditions)]
    with condition:
        condition.notify_all()


@contextlib.contextmanager
def serialised(key: str) -> Iterator[None]:
    """Run the blocks of this process that have the same `key` one after the other; a block must be short.

    On SQLite all blocks, since it allows one writer at a time.
    """
    if connection.vendor == "sqlite":
        key = ""
    with _held(_locks[hash(key) % len(_locks)]):
        yield


@contextlib.contextmanager
def serialised_further(key: str) -> Iterator[None]:
    """Within a block of `serialised`, run the blocks that have the same `key` one after the other too.

    These locks are others than those of `serialised`, so that the two can be nested in this order. On SQLite all
    blocks run one after the other already.
    """
    if connection.vendor == "sqlite":
        yield
        return
    with _held(_inner_locks[hash(key) % len(_inner_locks)]):
        yield


@contextlib.contextmanager
def _held(lock: threading.Lock) -> Iterator[None]:
    if not lock.acquire(blocking=False):
        # The thread with the lock may need a connection of the pool, so waiting threads must not hold them all.
        release_server_connection()
        lock.acquire()
    try:
        yield
    finally:
        lock.release()
