"""A table that is missing for a while, so that queries of its model fail."""

import contextlib

from django.db import connection


@contextlib.contextmanager
def mislaid(model):
    """Rename the table of `model` while the block lasts: each query of it fails."""
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {model._meta.db_table} RENAME TO mislaid")
        try:
            yield
        finally:
            cursor.execute(f"ALTER TABLE mislaid RENAME TO {model._meta.db_table}")
