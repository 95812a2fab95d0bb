"""The test database: migrated once for each state of the migrations, then copied for each run, process and server.

After a test that commits, Django empties all tables and saves each first row as an object, which takes 0.1 s on SQLite
and 0.4 s on PostgreSQL. Here the rows are inserted as they were read; PostgreSQL reads them from the text that it
wrote. It also makes new files for each table that is truncated; to delete the few rows of a test is quicker.

Migrating takes longer than most test files. The copies are made of `build/test-databases/`, which `make clean` removes.
"""

import contextlib
import hashlib
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import psycopg
from django.core.files import locks
from django.db import connection, transaction
from django.db.backends.base.creation import BaseDatabaseCreation
from django.test import TransactionTestCase

from tests import engines

ROOT = Path(__file__).resolve().parent.parent
TEMPLATES = ROOT / "build" / "test-databases"
KEPT_SECONDS = 7 * 24 * 3600


def copy_migrated(target):
    """Put a migrated, otherwise empty SQLite database at `target` (Path)."""
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(migrated(), target)


def migrated():
    """Return the path of a migrated, otherwise empty SQLite database, which nothing may change."""
    return _template(".sqlite3", lambda path: _migrate(f"sqlite:///{path}"))


@contextlib.contextmanager
def postgresql(initdb, pg_ctl):
    """Run a PostgreSQL of our own while the block lasts; `initdb` and `pg_ctl` are paths.

    Its database at `url` is empty; `migrate` has run on the one at `migrated_url`.
    """
    version = subprocess.run([initdb, "--version"], check=True, capture_output=True).stdout
    suffix = f"-{hashlib.sha256(version).hexdigest()[:8]}.postgresql"
    template = _template(suffix, lambda path: _make_cluster(path, initdb, pg_ctl))
    with engines.postgresql(initdb, pg_ctl, template) as server:
        yield server


def _template(suffix, make):
    """Return the path of what `make(path)` makes of the present migrations; the first process that asks makes it."""
    TEMPLATES.mkdir(parents=True, exist_ok=True)
    template = TEMPLATES / f"{_digest()}{suffix}"
    with open(template.with_suffix(".lock"), "w") as lock:
        locks.lock(lock, locks.LOCK_EX)  # several test processes start at once: one migrates, the others wait
        if not template.exists():
            unfinished = template.with_suffix(".unfinished")
            _remove(unfinished)
            make(unfinished)
            unfinished.replace(template)
        os.utime(template)
        _remove_unused()
    return template


class FirstRows:
    """Puts the first rows of the database back as soon as it was emptied, and not before the next test that commits.

    So tests that roll back may come after one that has committed.
    """

    def __init__(self):
        self._deserialize = BaseDatabaseCreation.deserialize_db_from_string
        self._empty = TransactionTestCase._fixture_teardown
        self._rows = None  # [(a statement, its rows)]

    def read(self, creation, data):
        """Read the rows before the first test that commits; in place of Django's `deserialize_db_from_string`."""
        if self._rows is None:
            self._deserialize(creation, data)
            read = _rows_of_sqlite if connection.vendor == "sqlite" else _rows_of_postgresql
            with connection.cursor() as cursor:
                self._rows = list(read(cursor))

    def empty_and_put_back(self, case):
        """Empty the database and insert the rows; in place of `TransactionTestCase._fixture_teardown`."""
        self._empty(case)
        with transaction.atomic(), connection.cursor() as cursor:
            for statement, rows in self._rows or ():
                if connection.vendor == "sqlite":
                    cursor.executemany(statement, rows)
                else:
                    with cursor.copy(statement) as copy:
                        copy.write(rows)


def deletions(operations, style, tables, *, reset_sequences=False, allow_cascade=False):
    """Return the statements that empty `tables` on PostgreSQL, in place of `DatabaseOperations.sql_flush`."""
    deleted = [f"DELETE FROM {operations.quote_name(table)}" for table in tables]  # noqa: S608
    # No foreign key is checked and no trigger runs while everything goes.
    setting = "SET LOCAL session_replication_role"
    return ["; ".join([f"{setting} = replica", *deleted, f"{setting} = origin"])]


def _tables():
    names = connection.introspection.django_table_names(only_existing=True, include_views=False)
    return map(connection.ops.quote_name, names)


def _rows_of_sqlite(cursor):
    for table in _tables():
        rows = cursor.execute(f"SELECT * FROM {table}").fetchall()  # noqa: S608
        if rows:
            places = ", ".join(["%s"] * len(rows[0]))
            yield f"INSERT INTO {table} VALUES ({places})", rows  # noqa: S608


def _rows_of_postgresql(cursor):
    for table in _tables():
        with cursor.copy(f"COPY {table} TO STDOUT") as copy:
            rows = b"".join(copy)
        if rows:
            yield f"COPY {table} FROM STDIN", rows


def _digest():
    """A name for what the migrations make: it changes with any of them, and with the versions of the packages."""
    files = [ROOT / "requirements.txt", ROOT / "site_config" / "settings" / "base.py"]
    for app in ("home", "video_pages"):
        files += sorted((ROOT / app / "migrations").glob("*.py"))
    content = hashlib.sha256()
    for path in files:
        content.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return content.hexdigest()[:20]


def _make_cluster(target, initdb, pg_ctl):
    with engines.postgresql(initdb, pg_ctl) as server:
        with psycopg.connect(server.url, autocommit=True) as admin:
            admin.execute("CREATE DATABASE migrated")
        _migrate(server.migrated_url)
        with server.away("fast"):
            engines.copy_cluster(server.data, target)


def _migrate(url):
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "TEST_RUN"))}
    environment |= {"DJANGO_SETTINGS_MODULE": "site_config.settings.test", "TEST_DATABASE_URL": url}
    command = [sys.executable, ROOT / "manage.py", "migrate", "--verbosity=0"]
    subprocess.run(command, env=environment, cwd=ROOT, check=True)


def _remove(path):
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _remove_unused():
    for path in [*TEMPLATES.glob("*.sqlite3"), *TEMPLATES.glob("*.postgresql")]:
        if path.stat().st_mtime < time.time() - KEPT_SECONDS:
            _remove(path)
            path.with_suffix(".lock").unlink(missing_ok=True)


def forget_statistics():
    """Let SQLite plan as on a new site, whatever a test before this one has let it count (`core.planner`).

    The connection keeps what it has read when the transaction of that test is rolled back.
    """
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # makes the table, if there is none
        cursor.execute("DELETE FROM sqlite_stat1")
        cursor.execute("ANALYZE sqlite_schema")
