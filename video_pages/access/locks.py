"""Locks in the database that last until the transaction ends: on a guard, and on any text.

SQLite needs none: its IMMEDIATE transactions run one after the other.
"""

import hashlib
from typing import Any

from django.db import connection

from video_pages.access.guard import Guard, source_pages
from video_pages.core.one_page import AboutOnePage


def lock_guard(guard: Guard, *, shared: bool = False) -> None:
    """Lock the row of `guard` against changes and other locks until the transaction ends; call it inside one.

    With `shared`, several transactions may hold the lock at the same time. Rows that refer to the guard can be
    written meanwhile.
    """
    if not connection.features.has_select_for_update:
        return
    pages = source_pages(guard)
    if shared:
        _lock_row(pages.model, guard.page_id, "FOR SHARE")
    else:
        list(pages.select_for_update(of=("self",), no_key=True).values_list("pk"))


def lock_against_deletion(row: AboutOnePage) -> None:
    """Let nobody delete the page of `row` until the transaction ends, which stores something about it.

    Call it inside a transaction, before invitations of the page are locked.
    """
    if connection.features.has_select_for_update:
        column = "video" if row.video_id else "section"
        _lock_row(row._meta.get_field(column).related_model, getattr(row, f"{column}_id"), "FOR KEY SHARE")


def _lock_row(model: Any, pk: int, strength: str) -> None:
    """Lock a row in a way that Django has not."""
    quote, options = connection.ops.quote_name, model._meta
    # Only names of our own models go into the text.
    statement = f"SELECT 1 FROM {quote(options.db_table)} WHERE {quote(options.pk.column)} = %s {strength}"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(statement, [pk])


def lock_key(key: str) -> None:
    """Lock `key`, any text, until the transaction ends.

    Call it before `lock_guard`, never after it: the opposite order could deadlock.
    """
    if not connection.features.has_select_for_update:
        return
    number = int.from_bytes(hashlib.blake2b(key.encode(), digest_size=8).digest(), signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [number])
