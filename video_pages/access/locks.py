"""Locks in the database that last until the transaction ends: on a guard, and on any text.

SQLite needs none: its IMMEDIATE transactions run one after the other.
"""

import hashlib

from django.db import connection

from video_pages.access.guard import Guard, source_pages


def lock_guard(guard: Guard, *, shared: bool = False) -> None:
    """Lock the row of `guard` against changes and other locks until the transaction ends; call it inside one.

    With `shared`, several transactions may hold the lock at the same time. Rows that refer to the guard can be
    written meanwhile.
    """
    if not connection.features.has_select_for_update:
        return
    pages = source_pages(guard)
    if not shared:
        list(pages.select_for_update(of=("self",), no_key=True).values_list("pk"))
        return
    quote, options = connection.ops.quote_name, pages.model._meta
    # Django has no FOR SHARE. Only names of our own model go into the text.
    statement = f"SELECT 1 FROM {quote(options.db_table)} WHERE {quote(options.pk.column)} = %s FOR SHARE"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(statement, [guard.page_id])


def lock_key(key: str) -> None:
    """Lock `key`, any text, until the transaction ends.

    Call it before `lock_guard`, never after it: the opposite order could deadlock.
    """
    if not connection.features.has_select_for_update:
        return
    number = int.from_bytes(hashlib.blake2b(key.encode(), digest_size=8).digest(), signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [number])
