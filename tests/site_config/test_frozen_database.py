"""A PostgreSQL that hangs: connections stay open and nothing is answered. Requests end, and the site comes back."""

import http.client
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import OperationalError
from django.db.utils import ConnectionHandler

from bench.support.site import server as web_server
from home import unavailable
from site_config.environment import engines
from site_config.postgresql import bounded
from tests.database import postgresql
from tests.engines import free_port

TIMEOUT = 2
# Three times what the limits allow: without one of them a request would wait for 120 s.
MOST_SECONDS = 3 * (TIMEOUT + bounded.GRACE_SECONDS + engines.POOL_SECONDS)
BACK_SECONDS = 60


@pytest.fixture(scope="module")
def database(require):
    with postgresql(require("initdb"), require("pg_ctl")) as running:
        yield running


def ask(port, path):
    """Return (status, seconds)."""
    began = time.monotonic()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    try:
        connection.request("GET", path, headers={"Host": "localhost"})
        reply = connection.getresponse()
        reply.read()
        return reply.status, time.monotonic() - began
    finally:
        connection.close()


def test_requests_to_a_frozen_database_end_and_the_site_comes_back_by_itself(database, child_environment, tmp_path):
    environment = {
        **child_environment,
        "TEST_DATABASE_URL": database.migrated_url,
        "DATABASE_TIMEOUT": str(TIMEOUT),
        "DATA_DIR": str(tmp_path),
        "PORT": str(free_port()),
        "WEB_WORKERS": "1",
        "WEB_THREADS": "32",
    }
    port = int(environment["PORT"])
    with web_server(environment), ThreadPoolExecutor(24) as threads:
        assert [status for status, _seconds in threads.map(lambda _: ask(port, "/"), range(24))] == [200] * 24
        database.hang()
        try:
            answers = list(threads.map(lambda _: ask(port, "/search/?q=film"), range(24)))
            later = ask(port, "/")
        finally:
            database.wake()
        assert {status for status, _seconds in [*answers, later]} == {503}
        assert max(seconds for _status, seconds in answers) < MOST_SECONDS
        deadline = time.monotonic() + BACK_SECONDS
        while ask(port, "/")[0] != 200:
            assert time.monotonic() < deadline, "the site does not come back"
            time.sleep(0.5)


@pytest.fixture
def bounded_connections(database, tmp_path, django_db_blocker):
    bounded.bound(1)
    with django_db_blocker.unblock():
        handler = ConnectionHandler(engines.databases(database.url, tmp_path, pool=2))
        yield handler
        handler["default"].close()
        handler["default"].close_pool()
    bounded.bound(0)


def test_slow_statement_is_ended_by_the_server_as_unavailable(bounded_connections):
    began = time.monotonic()
    with pytest.raises(OperationalError) as refusal, bounded_connections["default"].cursor() as cursor:
        cursor.execute("SELECT pg_sleep(120)")
    assert time.monotonic() - began < 60
    assert unavailable.is_unavailable(refusal.value)
    assert not bounded.limits.silence_of("default").is_on()


def test_silence_is_refused_at_once_and_ends(monkeypatch):
    silence = bounded.Silence()
    assert not silence.is_on() and not silence.take_news()
    silence.begin()
    assert silence.is_on() and silence.take_news() and not silence.take_news()
    monkeypatch.setattr(bounded.time, "monotonic", lambda: time.perf_counter() + 10**9)
    assert not silence.is_on()


def test_several_hosts_are_tried_in_their_order(database, tmp_path, django_db_blocker):
    dead, alive = free_port(), database.url.rpartition(":")[2].partition("/")[0]
    url = f"postgres://tester:@127.0.0.1:{dead},127.0.0.1:{alive}/postgres"
    config = engines.databases(url, tmp_path)
    assert config["default"]["PORT"] == f"{dead},{alive}" and config["default"]["USER"] == "tester"
    assert config["default"]["OPTIONS"]["target_session_attrs"] == "read-write"
    with django_db_blocker.unblock():
        handler = ConnectionHandler(config)
        with handler["default"].cursor() as cursor:
            cursor.execute("SELECT 1")
            assert cursor.fetchone() == (1,)
        handler["default"].close()
        handler["default"].close_pool()


def test_options_of_several_hosts_take_precedence(tmp_path):
    url = "postgres://ann:s%40fe@db1:5433,db2/videos?target_session_attrs=any&connect_timeout=2"
    default = engines.databases(url, tmp_path)["default"]
    assert (default["HOST"], default["PORT"], default["PASSWORD"]) == ("db1,db2", "5433,5432", "s@fe")
    assert (default["OPTIONS"]["target_session_attrs"], default["OPTIONS"]["connect_timeout"]) == ("any", 2)
