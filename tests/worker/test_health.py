"""/healthz: one look tells whether the site is well, a part that hangs delays nobody, an outsider learns nothing."""

import datetime as dt
import http.client
import json
import os
import shutil
import subprocess
import sys
import threading
import time

import psycopg
import pytest
from django.conf import settings as django_settings
from django.db import OperationalError
from django.test import Client
from django.utils import timezone

from site_config.caches import tolerant
from site_config.environment import engines
from tests.engines import free_port
from video_pages.models import PeriodicRun, WorkerHeartbeat
from video_pages.worker import probes

NOW = timezone.now()
READY, LIVE = "/healthz/ready", "/healthz/live"
# Five times the limit of a probe, in seconds: a server that waited for its database would not answer at all.
LONGEST_ANSWER = 5 * probes.LIMIT_SECONDS


@pytest.fixture(autouse=True)
def fresh_answers(monkeypatch):
    """No answer of another test is given again."""
    monkeypatch.setattr(probes, "FRESH_SECONDS", 0)


@pytest.fixture
def worker(db):
    return WorkerHeartbeat.objects.create(worker="host:1")


@pytest.mark.django_db(transaction=True)
def test_well_site_answers_200(client):
    """The probes run in threads of their own, which see committed rows only."""
    WorkerHeartbeat.objects.create(worker="host:1")
    PeriodicRun.objects.create(name="publish_scheduled", last_finished_at=NOW)
    PeriodicRun.objects.create(name="clearsessions", last_error="OperationalError: password=hunter2")
    PeriodicRun.objects.create(name="a task of an older version", last_finished_at=NOW)
    response = client.get("/healthz")
    assert response.status_code == 200
    assert response.json() == {
        "status": "ok",
        "web": "ok",
        "database": "ok",
        "library": "ok",
        "storage": "ok",
        "cache": "ok",
        "worker": "ok",
        "periodic": {"clearsessions": None, "publish_scheduled": NOW.isoformat()},
    }
    assert "no-store" in response["Cache-Control"]
    assert not response.cookies


def test_site_without_a_worker_is_not_well_but_ready(client, db):
    response = client.get("/healthz")
    assert response.status_code == 503
    assert response.json()["status"] == response.json()["worker"] == "down"
    assert response.json()["database"] == "ok"
    assert client.get(READY).json() == {"status": "ok", "database": "ok", "library": "ok"}


def test_worker_that_fell_silent_is_not_well(worker):
    WorkerHeartbeat.objects.update(renewed_at=timezone.now() - dt.timedelta(seconds=61))
    assert probes.check_worker()["worker"] == "down"
    WorkerHeartbeat.objects.update(renewed_at=timezone.now() - dt.timedelta(seconds=30))
    assert probes.check_worker()["worker"] == "ok"


def test_one_living_worker_is_enough(worker):
    WorkerHeartbeat.objects.create(worker="host:2", renewed_at=NOW - dt.timedelta(days=1))
    assert probes.check_worker()["worker"] == "ok"


def test_question_about_the_worker_costs_two_queries_and_tells_no_names(worker, django_assert_num_queries):
    with django_assert_num_queries(2):
        answer = probes.check_worker()
    assert "host:1" not in json.dumps(answer)


def test_missing_library_is_not_well_but_ready(client, db, settings):
    shutil.rmtree(settings.PROTECTED_ROOT)
    response, ready = client.get("/healthz"), client.get(READY)
    settings.PROTECTED_ROOT.mkdir(parents=True)
    assert response.status_code == 503
    assert response.json()["storage"] == "down"
    assert ready.status_code == 200


@pytest.mark.skipif(not hasattr(os, "posix_fallocate"), reason="needs posix_fallocate")
def test_full_disk_is_reported_as_such_and_the_site_stays_ready(client, db, settings, full_disk):
    settings.PROTECTED_ROOT = full_disk
    response = client.get("/healthz")
    assert response.status_code == 503
    assert response.json()["storage"] == "full"
    assert client.get(READY).status_code == 200
    assert list(full_disk.glob(".healthz-*")) == []


def test_unreachable_cache_is_reported_and_the_site_stays_ready(client, db, settings, require, monkeypatch):
    require("redis-server")
    monkeypatch.setattr(tolerant, "_outages", {})
    settings.CACHES = engines.caches(f"redis://127.0.0.1:{free_port()}/0", None)
    response = client.get("/healthz")
    assert response.status_code == 503
    assert (response.json()["status"], response.json()["cache"], response.json()["database"]) == ("down", "down", "ok")
    ready = client.get(READY)
    assert (ready.status_code, ready.json()) == (200, {"status": "ok", "database": "ok", "library": "ok"})


def test_database_that_is_away_is_not_well_and_the_log_alone_says_why(client, monkeypatch, caplog):
    def away():
        raise OperationalError("connection to postgres://user:hunter2@db failed")

    probe = probes.Probe(away, failed=probes.DATABASE._failed)
    monkeypatch.setattr("video_pages.worker.health.READY", (probe,))
    response = client.get(READY)
    assert response.status_code == 503
    assert response.json() == {"status": "down", "database": "down"}
    client.get(READY)
    (line,) = [record.getMessage() for record in caplog.records if record.name == "video_pages.worker.probes"]
    assert line.startswith("/healthz: database is down (OperationalError: connection to")


def test_part_that_hangs_is_waited_for_once_and_not_longer_than_the_limit(monkeypatch):
    """However many ask meanwhile: each further thread would hang as well."""
    monkeypatch.setattr(probes, "LIMIT_SECONDS", 0.3)
    started, let_go = [], threading.Event()

    def hang():
        started.append(1)
        let_go.wait(30)
        return {"storage": "ok"}

    probe = probes.Probe(hang, failed={"storage": "down"})
    monkeypatch.setattr("video_pages.worker.health.READY", (probe,))
    begin = time.monotonic()
    answers = [Client().get(READY).status_code for _ in range(3)]
    assert answers == [503] * 3
    assert 0.9 <= time.monotonic() - begin < 25  # it would hang for 30 s
    assert len(started) == 1
    let_go.set()
    probe.start().ended.wait(10)
    assert Client().get(READY).status_code == 200


def test_answer_is_given_again_for_a_second(monkeypatch):
    monkeypatch.setattr(probes, "FRESH_SECONDS", 60)
    asked = []
    probe = probes.Probe(lambda: asked.append(1) or {"storage": "ok"}, failed={})
    for _ in range(5):
        probe.result(probe.start(), time.monotonic() + 5)
    assert len(asked) == 1


@pytest.mark.parametrize("path", ["/healthz", READY, LIVE])
def test_answer_comes_for_any_host_over_plain_http_without_a_redirect(client, db, settings, path):
    settings.ALLOWED_HOSTS = ["videos.example.org"]
    settings.SECURE_SSL_REDIRECT = True
    for host in ("10.0.0.7:8000", "un_known", ""):
        response = Client(headers={"host": host}).get(path)
        assert response.status_code in {200, 503}
        assert response["Content-Type"] == "application/json"
    assert Client(headers={"host": "10.0.0.7"}).get("/").status_code in {301, 400}


def test_liveness_is_answered_without_a_query(client):
    """No database mark on this test: a query would fail it."""
    threads = threading.active_count()
    assert client.get(LIVE).json() == {"status": "ok"}
    assert threading.active_count() == threads


@pytest.mark.parametrize("path", ["/healthz", READY, LIVE])
@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_only_reading_is_allowed(client, path, method):
    assert getattr(client, method)(path).status_code == 405


def ask(port, path):
    """Return (status, answer, seconds) of a GET."""
    begin = time.monotonic()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    connection.request("GET", path)
    reply = connection.getresponse()
    return reply.status, json.loads(reply.read()), time.monotonic() - begin


@pytest.fixture
def site_on(tmp_path):
    """A function that starts the web server on engines of the test's choice, and returns its port."""
    started = []

    def start(**variables):
        port = free_port()
        environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "site_config.settings.dev",
            "ENV_FILE": "-",
            "DATA_DIR": str(tmp_path / "data"),
            "PORT": str(port),
            "WEB_WORKERS": "1",
            "WEB_THREADS": "8",
            **variables,
        }
        command = [sys.executable, "-m", "gunicorn", "-c", "deploy/gunicorn.conf.py", "site_config.wsgi"]
        with open(tmp_path / "log", "w") as log:
            process = subprocess.Popen(command, env=environment, cwd=django_settings.BASE_DIR, stdout=log, stderr=log)
        started.append(process)
        deadline = time.monotonic() + 60
        while True:
            try:
                ask(port, LIVE)
                return port
            except OSError:
                assert process.poll() is None and time.monotonic() < deadline, (tmp_path / "log").read_text()
                time.sleep(0.1)

    yield start
    for process in started:
        process.terminate()
        process.wait()


def test_postgresql_that_hangs_is_reported_within_the_limit_and_the_site_comes_back(site_on, postgresql):
    with psycopg.connect(postgresql.url) as connection:  # the one table that is asked: all of them take half a minute
        connection.execute("CREATE TABLE video_pages_libraryidentity (id bigint, identity uuid)")
    port = site_on(DATABASE_URL=postgresql.url)
    assert ask(port, READY)[:2] == (200, {"status": "ok", "database": "ok", "library": "ok"})
    postgresql.hang()
    deadline = time.monotonic() + probes.FRESH_SECONDS + 60
    while (answered := ask(port, READY))[0] == 200:
        assert time.monotonic() < deadline
        time.sleep(0.2)
    status, answer, seconds = answered
    assert (status, answer["database"]) == (503, "down")
    assert seconds < LONGEST_ANSWER
    status, answer, seconds = ask(port, "/healthz")
    assert (answer["database"], answer["worker"], answer["storage"]) == ("down", "unknown", "ok")
    assert seconds < LONGEST_ANSWER
    assert ask(port, LIVE)[0] == 200
    postgresql.wake()
    deadline = time.monotonic() + 60
    while ask(port, READY)[0] != 200:
        assert time.monotonic() < deadline
        time.sleep(0.2)
