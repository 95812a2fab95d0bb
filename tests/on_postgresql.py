"""Run tests on a PostgreSQL of their own: `python -m tests.on_postgresql [arguments of pytest]`.

Each process of pytest-xdist has a copy of the migrated database.
"""

import os
import subprocess
import sys
from pathlib import Path

import psycopg

from tests import database
from tests.programs import find

ROOT = Path(__file__).resolve().parent.parent
# The modules that a plain run on SQLite has in `make test-fast`, too.
UNIT_TESTS = "not (soak or browser or processes or encoding or walk)"


def environment_on(server):
    """Return the environment of a run of tests on `server` (`tests.engines.Postgresql`), as a process of its own."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "TEST_RUN"))}
    return {**kept, "TEST_DATABASE_URL": server.url}


def make_databases(server, processes=0):
    """Make the database of a plain run, and those of `processes` processes of pytest-xdist."""
    with psycopg.connect(server.url, autocommit=True) as admin:
        for suffix in ("", *(f"_gw{number}" for number in range(processes))):
            admin.execute(f"CREATE DATABASE test_postgres{suffix} TEMPLATE migrated")


def main(arguments):
    """Start the server, run pytest with `arguments`, and return its exit code."""
    programs = [find(name) for name in ("initdb", "pg_ctl")]
    if None in programs:
        sys.stderr.write("PostgreSQL is not installed\n")
        return 1
    processes = int(os.environ.get("WORKERS", "2"))
    with database.postgresql(*programs) as server:
        make_databases(server, processes)
        command = [sys.executable, "-m", "pytest", "--reuse-db", "-n", str(processes), "-m", UNIT_TESTS, *arguments]
        return subprocess.run(command, cwd=ROOT, env=environment_on(server)).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
