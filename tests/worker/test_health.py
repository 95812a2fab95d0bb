"""/healthz: one look tells whether the site is well, and an outsider learns nothing."""

import datetime as dt
import json
import shutil

import pytest
from django.db import DatabaseError, connection
from django.utils import timezone

from video_pages.models import PeriodicRun, WorkerHeartbeat

NOW = timezone.now()


@pytest.fixture
def worker(db):
    return WorkerHeartbeat.objects.create(worker="host:1")


def test_well_site_answers_200(client, worker):
    PeriodicRun.objects.create(name="publish_scheduled", last_finished_at=NOW)
    PeriodicRun.objects.create(name="clearsessions")
    response = client.get("/healthz")
    assert response.status_code == 200
    assert response.json() == {
        "status": "ok",
        "web": "ok",
        "database": "ok",
        "storage": "ok",
        "worker": "ok",
        "periodic": {"clearsessions": None, "publish_scheduled": NOW.isoformat()},
    }


def test_answer_is_never_kept(client, worker):
    assert "no-store" in client.get("/healthz")["Cache-Control"]


def test_site_without_a_worker_is_not_well(client, db):
    response = client.get("/healthz")
    assert response.status_code == 503
    assert response.json()["status"] == "down"
    assert response.json()["worker"] == "down"


def test_worker_that_fell_silent_is_not_well(client, worker):
    WorkerHeartbeat.objects.update(seen_at=timezone.now() - dt.timedelta(seconds=61))
    assert client.get("/healthz").status_code == 503
    WorkerHeartbeat.objects.update(seen_at=timezone.now() - dt.timedelta(seconds=30))
    assert client.get("/healthz").status_code == 200


def test_one_living_worker_is_enough(client, worker):
    WorkerHeartbeat.objects.create(worker="host:2", seen_at=NOW - dt.timedelta(days=1))
    assert client.get("/healthz").status_code == 200


def test_missing_library_is_not_well(client, worker, settings):
    shutil.rmtree(settings.PROTECTED_ROOT)
    response = client.get("/healthz")
    settings.PROTECTED_ROOT.mkdir(parents=True)
    assert response.status_code == 503
    assert response.json()["storage"] == "down"


def test_database_that_is_away_is_not_well(client, worker):
    def away(execute, sql, params, many, context):
        raise DatabaseError("connection to postgres://user:hunter2@db failed")

    with connection.execute_wrapper(away):
        response = client.get("/healthz")
    assert response.status_code == 503
    assert response.json()["database"] == "down"
    assert b"hunter2" not in response.content


def test_errors_of_the_periodic_work_are_not_told(client, worker):
    PeriodicRun.objects.create(name="purge", last_error="OperationalError: password=hunter2")
    assert b"hunter2" not in client.get("/healthz").content


def test_worker_names_are_not_told(client, worker):
    assert "host:1" not in json.dumps(client.get("/healthz").json())


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_only_reading_is_allowed(client, worker, method):
    assert getattr(client, method)("/healthz").status_code == 405


def test_answer_costs_two_queries_and_sets_no_cookie(client, worker, django_assert_num_queries):
    with django_assert_num_queries(2):
        response = client.get("/healthz")
    assert not response.cookies
