"""The indexes of what a test saves: each is updated when a query first reads it.

An update costs as much as the object itself, and few tests search or ask where a file is used. This happens only in
tests that roll their rows back: no other connection can read these rows. The indexes of Wagtail wait for all that is
saved, the visitors' index for what factories make.
"""

import contextlib

from django.core.exceptions import ObjectDoesNotExist
from django.db import connection
from django_tasks.backends.immediate import ImmediateBackend
from modelsearch.tasks import insert_or_update_object_task
from wagtail.tasks import update_reference_index_task

from video_pages.search import sync

# The tables of each index; a query that names one reads it.
TABLES = {
    insert_or_update_object_task: ("wagtailsearch_indexentry",),
    update_reference_index_task: ("wagtailcore_referenceindex",),
    sync.refresh: ("video_pages_search", "video_pages_spelling"),
}

_enqueue = ImmediateBackend.enqueue
_refresh = sync.refresh
_due: dict = {kind: {} for kind in TABLES}  # for each index, what is due as keys, in order
_is_collecting = False
_is_off = False


@contextlib.contextmanager
def deferred():
    """Keep the updates of the visitors' index for the objects that are saved meanwhile until a query reads it."""
    global _is_collecting
    if _is_off or _is_collecting or not _rolls_back():
        yield
        return
    _is_collecting = True
    try:
        yield
    finally:
        _is_collecting = False


def enqueue(backend, task, args, kwargs):
    """`ImmediateBackend.enqueue`, but an update of an index of Wagtail is only noted in a test that rolls back."""
    if task in _due and not _is_off and _rolls_back():
        return _note(task, tuple(args))
    return _enqueue(backend, task, args, kwargs)


def refresh(page_ids):
    """`sync.refresh`, but a deferred update is only noted."""
    if _is_collecting:
        return _note(_refresh, *page_ids)
    return _refresh(page_ids)


def forget():
    """Drop the updates of rows that were rolled back."""
    for due in _due.values():
        due.clear()
    if _update_first in connection.execute_wrappers:
        connection.execute_wrappers.remove(_update_first)


def _rolls_back():
    """True in a test whose rows Django rolls back; other tests may be in a transaction of the site's own."""
    return any(block._from_testcase for block in connection.atomic_blocks)


def _note(kind, *updates):
    _due[kind].update(dict.fromkeys(updates))
    if _update_first not in connection.execute_wrappers:
        connection.execute_wrappers.append(_update_first)
    return 0


def _update_first(execute, sql, params, many, context):
    """Bring an index up to date before a query that names one of its tables."""
    for kind, due in _due.items():
        if due and any(table in sql for table in TABLES[kind]):
            _update(kind)
    return execute(sql, params, many, context)


def _update(kind):
    """Run what is due. A test that counts queries does not count these, which belong to the making of its objects."""
    due = list(_due[kind])
    _due[kind].clear()
    logged = len(connection.queries_log)
    if kind is _refresh:
        _refresh(due)
    else:
        for arguments in due:
            with contextlib.suppress(ObjectDoesNotExist):  # deleted since then, and its entries with it
                kind.call(*arguments)
    while len(connection.queries_log) > logged:
        connection.queries_log.pop()
