"""The rules that lean on the database hold on PostgreSQL as they do on SQLite: the same tests, run on a real server."""

import os
import subprocess
import sys
from pathlib import Path

import psycopg

ROOT = Path(__file__).resolve().parent.parent
# What counts, locks or conflicts: unlocking at once, guesses, views, jobs.
SAME_TESTS = [
    "tests/access/test_concurrency.py",
    "tests/access/test_guard.py",
    "tests/access/invitations",
    "tests/access/test_kept_columns.py",
    "tests/access/test_listed.py",
    "tests/access/test_shared_attempts.py",
    "tests/access/test_throttle.py",
    "tests/analytics",
    "tests/delivery/test_views_counted.py",
    "tests/delivery/test_under_gunicorn.py",
    "tests/home/test_conditional.py",
    "tests/home/test_search.py",
    "tests/search",
    "tests/core/test_clock.py",
    "tests/sections/test_relocation.py",
    "tests/test_database.py",
    "tests/transcoding/test_jobs.py",
    "tests/worker/test_periodic.py",
]


def test_what_leans_on_the_database_holds_on_postgresql(postgresql):
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "TEST_RUN"))}
    environment["TEST_DATABASE_URL"] = postgresql.url
    with psycopg.connect(postgresql.url, autocommit=True) as admin:
        admin.execute("CREATE DATABASE test_postgres TEMPLATE migrated")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "--reuse-db", "-p", "no:cacheprovider", *SAME_TESTS],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=900,
    )
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
