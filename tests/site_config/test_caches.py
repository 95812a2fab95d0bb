"""The cache may be away, hang or be full: pages are served, people stay signed in, and one line is logged."""

import time

import pytest
from django.contrib.sessions.models import Session
from django.core.cache import cache, caches
from django.test import Client

from site_config import sessions
from site_config.caches import tolerant
from site_config.environment import engines
from tests import engines as servers
from tests import factories

LOGGER = "site_config.caches.tolerant"


@pytest.fixture(autouse=True)
def no_outage_before(monkeypatch):
    monkeypatch.setattr(tolerant, "_outages", {})


@pytest.fixture
def on_redis(settings, redis):
    """The site with cache and sessions on a Redis of its own."""
    settings.CACHES = engines.caches(redis.url, None)
    settings.SESSION_ENGINE = engines.SESSION_ENGINES["cached_db"]
    yield redis
    caches["default"].close()


def lines(caplog):
    return [record.getMessage() for record in caplog.records if record.name == LOGGER]


def assert_all_is_missing():
    """Each way to use a cache has its answer for a cache that is away."""
    assert cache.get("a", "else") == "else"
    assert cache.set("a", 1) is None
    assert cache.add("a", 1) is False
    assert cache.touch("a") is False
    assert cache.delete("a") is False
    assert "a" not in cache
    assert cache.get_many(["a", "b"]) == {}
    assert cache.set_many({"a": 1, "b": 2}) == ["a", "b"]
    assert cache.delete_many(["a"]) is None
    assert cache.get_or_set("a", lambda: 7) == 7
    with pytest.raises(ValueError, match="not found"):
        cache.incr("a")
    cache.clear()


def test_redis_that_works_is_used(on_redis, caplog):
    cache.set_many({"a": 1, "b": 2})
    assert cache.get_many(["a", "b"]) == {"a": 1, "b": 2}
    assert cache.incr("a") == 2
    assert lines(caplog) == []


def test_redis_that_is_away_is_a_cache_of_misses_with_one_line_in_the_log(settings, caplog, require):
    require("redis-server")
    settings.CACHES = engines.caches(f"redis://ann:hunter2@127.0.0.1:{servers.free_port()}/0", None)
    assert_all_is_missing()
    (line,) = lines(caplog)
    assert line.startswith("The cache RedisCache fails (ConnectionError: ")
    assert "hunter2" not in line


def test_redis_that_hangs_costs_one_timeout_and_not_one_for_each_use(on_redis, caplog, monkeypatch):
    monkeypatch.setattr("site_config.caches.redis.RedisCache.pause_seconds", 600)
    failures, note_failure = [], tolerant.Outage.note_failure
    monkeypatch.setattr(tolerant.Outage, "note_failure", lambda *args: failures.append(args) or note_failure(*args))
    cache.set("a", 1)
    on_redis.hang()
    assert_all_is_missing()
    assert len(failures) == 1
    assert len(lines(caplog)) == 1


def test_redis_that_comes_back_is_used_again(on_redis, caplog, monkeypatch):
    monkeypatch.setattr("site_config.caches.redis.RedisCache.pause_seconds", 0.2)
    monkeypatch.setattr(tolerant, "QUIET_SECONDS", 0.1)
    cache.set("a", 1)
    on_redis.hang()
    assert cache.get("a") is None
    on_redis.wake()
    deadline = time.monotonic() + 20
    while cache.get("a") is None:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert cache.get("a") == 1
    assert lines(caplog)[1:] == ["The cache RedisCache works again."]


def test_full_disk_under_the_file_cache_is_a_miss(settings, full_disk, caplog):
    settings.CACHES = engines.caches("", full_disk)
    cache.set("a", "x" * 100_000)
    assert cache.get("a") is None
    cache.set("b", "x" * 100_000)
    assert len(lines(caplog)) == 1


@pytest.mark.django_db
class TestSessions:
    def test_people_go_on_watching_and_log_in_while_redis_is_away(self, on_redis):
        video = factories.make_video()
        visitor = Client()
        factories.unlock(visitor, video)
        assert b'id="player"' in visitor.get(video.url).content
        on_redis.hang()
        begin = time.monotonic()
        assert b'id="player"' in visitor.get(video.url).content
        newcomer = Client()
        factories.unlock(newcomer, video)
        assert b'id="player"' in newcomer.get(video.url).content
        assert time.monotonic() - begin < 60
        editor = factories.browser(factories.make_superuser())
        assert editor.get("/admin/").status_code == 200

    def test_session_that_ended_while_redis_was_away_does_not_come_back_for_long(self, on_redis):
        store = sessions.SessionStore()
        store["name"] = "ann"
        store.save()
        key = store.session_key
        assert sessions.SessionStore(key)["name"] == "ann"
        Session.objects.all().delete()  # its copy could not be removed
        copy = caches["default"]._cache.get_client()
        (name,) = copy.keys("*cached_db*")
        assert 0 < copy.ttl(name) <= sessions.COPY_SECONDS
        copy.delete(name)
        assert "name" not in sessions.SessionStore(key)
