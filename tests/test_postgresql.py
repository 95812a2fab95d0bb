"""The rules that lean on the database hold on PostgreSQL as they do on SQLite: the same tests, run on a real server."""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
# What counts, locks or conflicts: unlocking at once, guesses, views, jobs.
SAME_TESTS = [
    "tests/access/test_concurrency.py",
    "tests/access/test_guard.py",
    "tests/access/test_kept_columns.py",
    "tests/access/test_throttle.py",
    "tests/analytics",
    "tests/delivery/test_views_counted.py",
    "tests/delivery/test_under_gunicorn.py",
    "tests/home/test_search.py",
    "tests/test_clock.py",
    "tests/test_files_follow.py",
    "tests/transcoding/test_jobs.py",
    "tests/worker/test_periodic.py",
]


@pytest.fixture
def postgresql(require):
    """The URL of a PostgreSQL server of our own, on loopback, gone after the test."""
    initdb, pg_ctl = require("initdb"), require("pg_ctl")
    # Not below pytest's own directory, which every run closes to all but its user.
    directory = Path(tempfile.mkdtemp(prefix="screening-room-postgresql-"))
    # PostgreSQL refuses to run as root; Debian's package has made a user for it.
    as_postgres = ["runuser", "-u", "postgres", "--"] if os.getuid() == 0 else []
    if as_postgres:
        shutil.chown(directory, "postgres")
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
    data = directory / "data"

    def run(*command):
        subprocess.run([*as_postgres, *command], cwd="/", check=True, capture_output=True, timeout=120)

    run(initdb, "-D", str(data), "-U", "tester", "--auth=trust", "--no-sync")
    options = f"-p {port} -k {directory} -c listen_addresses=127.0.0.1 -c fsync=off -c max_connections=200"
    # Its log goes to a file, or the server would hold our pipe open and `run` would never return.
    run(pg_ctl, "-D", str(data), "-o", options, "-l", str(directory / "log"), "-w", "start")
    try:
        yield f"postgres://tester:@127.0.0.1:{port}/postgres"
    finally:
        run(pg_ctl, "-D", str(data), "-m", "immediate", "stop")
        shutil.rmtree(directory)


def test_what_leans_on_the_database_holds_on_postgresql(postgresql):
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "TEST_RUN"))}
    environment["TEST_DATABASE_URL"] = postgresql
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *SAME_TESTS],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=900,
    )
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
