"""Connections to PostgreSQL: bounded for each process, replaced after a restart, and 503 where none is to be had."""

import sqlite3
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import DatabaseError, InterfaceError, OperationalError, ProgrammingError
from django.db.utils import ConnectionHandler

from home import unavailable
from site_config.environment import engines
from tests.database import postgresql

POOL = 3


@pytest.fixture(scope="module")
def server(require):
    with postgresql(require("initdb"), require("pg_ctl")) as running:
        yield running


@pytest.fixture
def connections(server, tmp_path, django_db_blocker):
    """Django's connections to the server, at most POOL of them, as a process of the site has them."""
    with django_db_blocker.unblock():
        yield from _connections(server, tmp_path)


def _connections(server, tmp_path):
    handler = ConnectionHandler(engines.databases(server.url, tmp_path, pool=POOL))
    yield handler
    handler["default"].close()
    handler["default"].close_pool()


def ask(connections, sql="SELECT 1"):
    """Return the first column of the first row, and give the connection back, as the end of a request does."""
    try:
        with connections["default"].cursor() as cursor:
            cursor.execute(sql)
            return cursor.fetchone()[0]
    finally:
        connections["default"].close()


def test_more_requests_than_connections_wait_and_all_are_served(connections):
    count = "SELECT count(*) FROM pg_stat_activity, pg_sleep(0.05) WHERE backend_type = 'client backend'"
    with ThreadPoolExecutor(30) as threads:
        counts = list(threads.map(lambda _: ask(connections, count), range(60)))
    assert len(counts) == 60
    assert max(counts) <= POOL


def test_request_that_finds_no_connection_in_time_is_refused_as_unavailable(connections):
    connections.settings["default"]["OPTIONS"]["pool"]["timeout"] = 0.3
    hold, taken = threading.Event(), threading.Barrier(POOL + 1)

    def keep_one():
        with connections["default"].cursor() as cursor:
            cursor.execute("SELECT 1")
            taken.wait(30)
            hold.wait(30)
        connections["default"].close()

    holders = [threading.Thread(target=keep_one) for _ in range(POOL)]
    for holder in holders:
        holder.start()
    taken.wait(30)
    try:
        with pytest.raises(OperationalError) as refusal:
            ask(connections)
    finally:
        hold.set()
        for holder in holders:
            holder.join()
    assert unavailable.is_unavailable(refusal.value)


def test_first_requests_after_a_restart_of_the_server_are_answered(server, connections):
    with ThreadPoolExecutor(POOL) as threads:  # fills the pool
        list(threads.map(lambda _: ask(connections, "SELECT 1 FROM pg_sleep(0.2)"), range(POOL)))
    with server.away():
        pass
    started = time.monotonic()
    assert [ask(connections) for _ in range(2 * POOL)] == [1] * 2 * POOL
    assert time.monotonic() - started < POOL * engines.POOL_SECONDS, "each dead connection was waited for"


def test_server_that_is_away_is_unavailable_and_no_fault_of_the_site(server, connections):
    connections.settings["default"]["OPTIONS"]["pool"]["timeout"] = 0.5
    with server.away(), pytest.raises(OperationalError) as refusal:
        ask(connections)
    assert unavailable.is_unavailable(refusal.value)


def test_fault_in_a_query_is_not_unavailable(connections):
    with pytest.raises(ProgrammingError) as fault:
        ask(connections, "SELECT * FROM no_such_table")
    assert not unavailable.is_unavailable(fault.value)


class TestSQLite:
    def error(self, work):
        try:
            work()
        except sqlite3.Error as cause:
            wrapped = OperationalError(str(cause))
            wrapped.__cause__ = cause
            return wrapped

    def test_locked_file_is_unavailable(self, tmp_path):
        holder, other = (sqlite3.connect(tmp_path / "a.sqlite3", timeout=0) for _ in range(2))
        holder.execute("CREATE TABLE a (b)")
        holder.execute("BEGIN IMMEDIATE")
        assert unavailable.is_unavailable(self.error(lambda: other.execute("BEGIN IMMEDIATE")))

    def test_missing_table_is_not(self):
        connection = sqlite3.connect(":memory:")
        assert not unavailable.is_unavailable(self.error(lambda: connection.execute("SELECT * FROM a")))


@pytest.mark.parametrize("error", [DatabaseError("x"), ValueError("x"), None])
def test_other_errors_are_not_unavailable(error):
    assert not unavailable.is_unavailable(error)


@pytest.mark.parametrize("error", [OperationalError("gone"), InterfaceError("the connection is closed")])
def test_visitor_is_asked_to_wait_and_nothing_is_cached(client, monkeypatch, error):
    """The whole way through Django's handlers; the page itself asks no database."""

    def broken(*arguments, **options):
        raise error

    client.raise_request_exception = False
    monkeypatch.setattr("home.routing.route", broken)
    response = client.get("/nowhere/")
    assert response.status_code == 503
    assert response.headers["Retry-After"] == str(unavailable.RETRY_AFTER_SECONDS)
    assert "no-store" in response.headers["Cache-Control"]
    assert "busy at the moment" in response.content.decode()


def test_fault_of_the_site_is_still_a_500(client, monkeypatch):
    def broken(*arguments, **options):
        raise ProgrammingError("no such column")

    client.raise_request_exception = False
    monkeypatch.setattr("home.routing.route", broken)
    assert client.get("/nowhere/").status_code == 500
