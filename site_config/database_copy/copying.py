"""The copy of a database: one transaction on each side, then both are read again and compared."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import islice

from django.core.management.base import CommandError
from django.db import DatabaseError, connections, transaction

from site_config.database_copy.counters import copy_counters
from site_config.database_copy.rows import CHUNK, Digest, Row, read, write
from site_config.database_copy.tables import Table, require_empty, require_migrated, tables

Report = Callable[[str, int], None]
"""Called with the name of each table and the number of its rows."""


def copy_database(source: str, target: str, report: Report = lambda name, rows: None) -> tuple[int, int]:
    """Copy all rows of the database `source` to `target` (aliases of connections); return (tables, rows).

    Raises CommandError, and leaves the target as it was, if one of them has not run all migrations, if the target is
    not empty, if it refuses a row, or if a row arrives changed.
    """
    every = tables()
    require_migrated(source, "source")
    require_migrated(target, "target")
    require_empty(target, every)
    total = 0
    with _snapshot(source), transaction.atomic(using=target):
        # Constraints are checked at the end of the transaction on both kinds of databases, so the order is free.
        _empty(target)
        digests = [_copy_table(source, target, table) for table in every]
        copy_counters(source, target, every)
        for table, copied in zip(every, digests, strict=True):
            arrived = Digest(table)
            for row in read(target, table):
                arrived.add(row)
            if arrived != copied:
                raise CommandError(
                    f"{table.name} is not the same after the copy ({copied.count} rows were read and "
                    f"{arrived.count} arrived). Nothing was kept."
                )
            report(table.name, copied.count)
            total += copied.count
    return len(every), total


@contextmanager
def _snapshot(alias: str) -> Iterator[None]:
    """Read the database `alias` as it is at one moment while the block lasts."""
    with transaction.atomic(using=alias):
        if connections[alias].vendor == "postgresql":
            with connections[alias].cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        yield


def _empty(alias: str) -> None:
    """Delete what the migrations wrote: the source has its own rows of it, with other numbers."""
    connection = connections[alias]
    present = set(connection.introspection.table_names())  # the tables of the index differ by kind of database
    with connection.cursor() as cursor:
        for table in [table for table in tables(with_index=True) if table.name in present]:
            cursor.execute(f"DELETE FROM {connection.ops.quote_name(table.name)}")  # noqa: S608


def _copy_table(source: str, target: str, table: Table) -> Digest:
    digest = Digest(table)

    def counted() -> Iterable[Row]:
        for row in read(source, table):
            digest.add(row)
            yield row

    rows = iter(counted())
    while chunk := _next_chunk(rows, table, digest):
        try:
            with transaction.atomic(using=target):
                write(target, table, chunk)
        except (DatabaseError, ValueError) as error:
            at = table.fields.index(table.model._meta.pk) if table.model._meta.pk in table.fields else 0
            raise CommandError(
                f"The target refuses a row of {table.name} between the numbers {chunk[0][at]} and {chunk[-1][at]}: "
                f"{str(error).strip().partition(chr(10))[0]} Nothing was kept."
            ) from error
    return digest


def _next_chunk(rows: Iterator[Row], table: Table, digest: Digest) -> list[Row]:
    try:
        return list(islice(rows, CHUNK))
    except (DatabaseError, ValueError) as error:  # SQLite keeps a text in a column of numbers
        raise CommandError(
            f"The source holds a row of {table.name} that cannot be read, after the first {digest.count}: "
            f"{str(error).strip().partition(chr(10))[0]} Nothing was kept."
        ) from error
