"""Engines by plain values: what each variable switches to, and what is refused."""

from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from site_config.environment import engines, worker_engines

DATA_DIR = Path("/srv/videos")


def test_database_is_an_sqlite_file_in_wal_mode_with_immediate_transactions():
    default = engines.databases("", DATA_DIR)["default"]
    assert default["ENGINE"] == "site_config.sqlite3"
    assert default["NAME"] == "/srv/videos/db.sqlite3"
    assert default["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert default["OPTIONS"]["timeout"] == 20
    assert "journal_mode=WAL" in default["OPTIONS"]["init_command"]


def test_named_sqlite_file_gets_the_same_options():
    default = engines.databases("sqlite:////tmp/other.sqlite3", DATA_DIR)["default"]
    assert default["NAME"] == "/tmp/other.sqlite3"
    assert default["OPTIONS"] == engines.SQLITE_OPTIONS


def test_postgresql_is_chosen_by_its_address():
    default = engines.databases("postgres://ann:s%40fe@db.example:5433/videos", DATA_DIR)["default"]
    assert default["ENGINE"] == "site_config.postgresql"
    assert (default["NAME"], default["USER"], default["PASSWORD"]) == ("videos", "ann", "s@fe")
    assert (default["HOST"], default["PORT"]) == ("db.example", 5433)


def test_connections_to_postgresql_are_bounded_and_an_addresss_options_kept():
    options = engines.databases("postgres://u:p@h/n?sslmode=require", DATA_DIR, pool=7)["default"]["OPTIONS"]
    assert options["pool"]["max_size"] == 7
    assert options["sslmode"] == "require"
    assert options["connect_timeout"] == 5


@pytest.mark.parametrize("url", ["mysql://u:p@h/n", "videos", "sqlite://", "sqlite://:memory:"])
def test_other_databases_and_memory_are_refused(url):
    with pytest.raises(ImproperlyConfigured, match="^DATABASE_URL "):
        engines.databases(url, DATA_DIR)


def test_cache_is_files_that_all_processes_of_the_machine_share():
    default = engines.caches("", DATA_DIR)["default"]
    assert default["BACKEND"] == "site_config.caches.files.FileCache"
    assert default["LOCATION"] == "/srv/videos/cache"


def test_redis_is_chosen_by_its_address():
    default = engines.caches("redis://cache.example:6379/1", DATA_DIR)["default"]
    assert default["BACKEND"] == "site_config.caches.redis.RedisCache"
    assert default["LOCATION"] == "redis://cache.example:6379/1"


def test_unknown_cache_is_refused():
    with pytest.raises(ImproperlyConfigured, match="^CACHE_URL begins with 'mongodb'"):
        engines.caches("mongodb://h/1", DATA_DIR)


def test_small_tasks_run_at_once():
    assert engines.tasks() == {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}


def test_worker_serves_its_queues_in_their_order():
    assert worker_engines.worker_queues(["ladder", "playable"]) == ("playable", "ladder")
    assert worker_engines.worker_queues(["ladder"]) == ("ladder",)
    for names in ([], ["ladders"]):
        with pytest.raises(ImproperlyConfigured, match="^WORKER_QUEUES is"):
            worker_engines.worker_queues(names)


def test_static_files_are_hashed_only_where_asked():
    assert engines.storages(manifest=True)["staticfiles"]["BACKEND"] == "site_config.static.ManifestStorage"
    assert "Manifest" not in engines.storages(manifest=False)["staticfiles"]["BACKEND"]


def test_mail_goes_to_the_log_or_to_a_server():
    assert engines.email("")["EMAIL_BACKEND"].endswith("console.EmailBackend")
    settings = engines.email("smtp+tls://ann:pw@mail.example:587")
    assert (settings["EMAIL_HOST"], settings["EMAIL_PORT"]) == ("mail.example", 587)
    assert settings["EMAIL_USE_TLS"] is True
    with pytest.raises(ImproperlyConfigured, match="^EMAIL_URL begins with 'pigeon'"):
        engines.email("pigeon://mail.example")


def test_chosen_hasher_comes_first_and_the_other_stays_readable():
    assert engines.password_hashers("pbkdf2") == [engines.PBKDF2, engines.ARGON2]
    assert engines.password_hashers("argon2") == [engines.ARGON2, engines.PBKDF2]
