"""The database's clock: servers whose own clocks differ by minutes agree on leases, access and guesses."""

import ast
import datetime as dt
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.db import OperationalError
from django.utils import timezone

from tests import factories
from video_pages.core import clock
from video_pages.transcoding import jobs

ROOT = Path(__file__).resolve().parents[2]
AHEAD = dt.timedelta(minutes=7)


class Server:
    """A stand-in for Django's connection to a PostgreSQL server whose clock is `AHEAD` of this machine's."""

    vendor = "postgresql"

    def __init__(self):
        self.queries, self.is_away, self.connection = 0, False, None

    @contextmanager
    def cursor(self):
        self.connection = "one of the pool"
        yield self

    def close(self):
        self.connection = None

    def execute(self, sql):
        self.queries += 1
        if self.is_away:
            raise OperationalError("the connection is lost")

    def fetchone(self):
        return (timezone.now() + AHEAD,)


@pytest.fixture
def server(monkeypatch):
    server = Server()
    monkeypatch.setattr(clock, "connection", server)
    return server


def difference(database_clock):
    return (database_clock.now() - timezone.now()).total_seconds()


def test_time_is_the_databases_and_not_this_machines(server):
    assert difference(clock.DatabaseClock()) == pytest.approx(AHEAD.total_seconds(), abs=1)


def test_database_is_asked_once_a_minute_and_not_at_each_question(server):
    database_clock = clock.DatabaseClock()
    for _ in range(100):
        database_clock.now()
    assert server.queries == 1


def test_a_connection_that_only_the_clock_needs_goes_back_at_once(server):
    clock.DatabaseClock().now()
    assert server.connection is None
    server.connection = "that of the request"
    clock.DatabaseClock().now()
    assert server.connection is not None


def test_machine_whose_clock_is_set_while_it_runs_keeps_the_databases_time(server, monkeypatch):
    database_clock = clock.DatabaseClock()
    before = database_clock.now()
    monkeypatch.setattr(clock.timezone, "now", lambda: before + dt.timedelta(days=400))
    assert database_clock.now() - before < dt.timedelta(minutes=1)


def test_database_that_goes_away_leaves_the_last_reading_in_use(server, monkeypatch):
    monkeypatch.setattr(clock, "MEASURED_EVERY_SECONDS", 0)
    database_clock = clock.DatabaseClock()
    database_clock.now()
    server.is_away = True
    assert difference(database_clock) == pytest.approx(AHEAD.total_seconds(), abs=1)
    database_clock.now()
    assert server.queries == 2  # the second failure waits for RETRY_SECONDS


def test_database_that_never_answered_is_an_error_and_not_a_guessed_time(server):
    server.is_away = True
    with pytest.raises(OperationalError):
        clock.DatabaseClock().now()


@pytest.mark.django_db
def test_sqlite_shares_the_machines_clock_without_a_query(django_assert_num_queries):
    if clock.connection.vendor != "sqlite":
        pytest.skip("the tests run on another database")
    with django_assert_num_queries(0):
        assert difference(clock.DatabaseClock()) == pytest.approx(0, abs=1)


def test_no_module_of_the_site_judges_a_row_by_its_own_machines_clock():
    wrong = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in sorted((ROOT / "video_pages").rglob("*.py"))
        if "migrations" not in path.parts and path.name != "clock.py"
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func) in {"timezone.now", "datetime.now", "dt.datetime.now"}
    ]
    assert not wrong, "\n".join(wrong)


@pytest.fixture
def postgresql_clock(db, monkeypatch):
    """A database clock that has read nothing, on PostgreSQL; tests/test_postgresql.py runs these tests on it."""
    if clock.connection.vendor != "postgresql":
        pytest.skip("the tests run on a database that shares the machine's clock")
    fresh = clock.DatabaseClock()
    monkeypatch.setattr(clock, "_clock", fresh)
    monkeypatch.setattr(clock, "now", fresh.now)
    return fresh


@pytest.mark.parametrize("error", [dt.timedelta(minutes=7), dt.timedelta(minutes=-7)], ids=["fast", "slow"])
def test_lease_of_a_worker_whose_clock_is_wrong_is_as_long_as_any_other(postgresql_clock, monkeypatch, error):
    job = jobs.submit(factories.make_video_file(ready=False))
    real = timezone.now
    with monkeypatch.context() as wrong:
        wrong.setattr(timezone, "now", lambda: real() + error)
        claimed = jobs.claim(job.pk)
    length = claimed.lease_until - real()
    assert abs(length - jobs.claims.LEASE) < dt.timedelta(seconds=5)  # the clock of the database is estimated
    assert jobs.claim(job.pk) is None
