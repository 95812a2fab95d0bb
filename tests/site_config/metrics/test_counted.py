"""The numbers of one process: what is counted under which labels, and what is left alone while metrics are off."""

import datetime as dt

import pytest
from django.test import Client, override_settings
from prometheus_client import generate_latest
from prometheus_client.parser import text_string_to_metric_families

from site_config.caches.tolerant import Outage
from site_config.monitoring.metrics import checks, exposition, files
from site_config.monitoring.metrics.handler import NO_ROUTE, MeteredHandler, route_of
from site_config.monitoring.metrics.state import read_database
from tests import factories
from tests.delivery.wsgi_requests import environ_of
from video_pages.core import clock, metrics
from video_pages.transcoding.models import ProcessingJob
from video_pages.worker.models import PeriodicRun, WorkerHeartbeat


@pytest.fixture
def tally(monkeypatch):
    """A tally that is on, without a thread."""
    monkeypatch.setattr(metrics.tally, "is_on", True)
    monkeypatch.setattr(metrics.Tally, "_start", lambda self: None)
    metrics.tally.reset()
    yield metrics.tally
    metrics.tally.reset()


def sample(name, **labels):
    return metrics.REGISTRY.get_sample_value(f"{metrics.PREFIX}{name}", labels) or 0


def test_nothing_is_kept_while_metrics_are_off():
    assert not metrics.tally.is_on
    metrics.tally.note_request("stream", 200, 0.1)
    metrics.tally.note_verdict(metrics.MEMORY, 0.1, is_allowed=True)
    metrics.tally.note_sent(5)
    metrics.tally.begin_stream(metrics)
    metrics.tally.end_stream(metrics, 5)
    before = sample("sent_bytes_total")
    metrics.tally.flush()
    assert sample("sent_bytes_total") == before and sample("streams_open") == 0


def test_stream_that_is_closed_twice_counts_once(tally):
    before = sample("sent_bytes_total")
    stream = object()
    tally.begin_stream(stream)
    tally.flush()
    assert sample("streams_open") == 1
    for _close in range(2):
        tally.end_stream(stream, 700)
    tally.flush()
    assert sample("streams_open") == 0 and sample("sent_bytes_total") - before == 700


@pytest.mark.django_db
def test_requests_are_counted_by_route_and_never_by_path(tally):
    video = factories.make_video()
    handler = MeteredHandler()
    for path in (
        video.url,
        "/no/such/page/",
        "/admin/login/",
        "/healthz/live",
        "/static/nothing.css",
        f"/stream/{'x' * 40}/y",
    ):
        b"".join(handler(environ_of(path), lambda *_: None))
    tally.flush()
    text = generate_latest(metrics.REGISTRY).decode()
    routes = {
        each.labels["route"]
        for family in text_string_to_metric_families(text)
        for each in family.samples
        if "route" in each.labels
    }
    assert {"wagtail_serve", "wagtailadmin_login", "health", "static", "stream"} <= routes
    assert video.slug not in text and "no/such" not in text and "x" * 40 not in text
    assert sample("requests_total", route="wagtail_serve", status="404") >= 1


@pytest.mark.django_db
def test_route_of_a_request_that_no_url_answered(rf):
    request = rf.get("/whatever")
    request.resolver_match = None
    assert route_of(request) == NO_ROUTE


@pytest.mark.django_db
def test_unlocks_and_refused_guesses_are_counted():
    video = factories.make_video()
    before = {result: sample("unlock_attempts_total", result=result) for result in ("unlocked", "wrong", "limited")}
    browser = factories.browser()
    for _guess in range(6):
        browser.post(video.url, {"password": "wrong-wrong"})
    factories.browser(REMOTE_ADDR="10.0.0.9").post(video.url, {"password": factories.PASSWORD})
    after = {result: sample("unlock_attempts_total", result=result) - before[result] for result in before}
    assert after == {"unlocked": 1, "wrong": 5, "limited": 1}


def test_error_of_a_cache_is_counted():
    before = sample("cache_errors_total")
    Outage("a cache").note_failure(OSError("gone"), 0)
    assert sample("cache_errors_total") - before == 1


@pytest.mark.django_db
def test_state_of_jobs_workers_and_periodic_tasks_is_published(monkeypatch):
    now = clock.now()
    video_file = factories.make_video_file(ready=False)
    ProcessingJob.objects.create(video_file=video_file, source_version=1, created_at=now - dt.timedelta(seconds=90))
    WorkerHeartbeat.objects.create(worker="one", renewed_at=now - dt.timedelta(seconds=7))
    WorkerHeartbeat.objects.create(worker="dead", renewed_at=now - dt.timedelta(hours=1))
    PeriodicRun.objects.create(name="clearsessions", last_finished_at=now - dt.timedelta(hours=2))
    numbers = read_database()
    monkeypatch.setattr("site_config.monitoring.metrics.state.DATABASE_NUMBERS", Ready(numbers))
    found = {
        (each.name.removeprefix(metrics.PREFIX), *each.labels.values()): each.value
        for family in text_string_to_metric_families(exposition.text().decode())
        for each in family.samples
    }
    assert found["jobs", "queued"] == 1 and found["jobs", "failed"] == 0
    assert found["oldest_job_age_seconds", "queued"] == pytest.approx(90, abs=5)
    assert found["workers",] == 1
    assert found["last_heartbeat_age_seconds",] == pytest.approx(7, abs=5)
    assert found["periodic_task_age_seconds", "clearsessions"] == pytest.approx(7200, abs=5)
    assert found["disk_free_bytes", "library"] > 0
    assert found["database_up",] == 1


class Ready:
    """A probe whose result is there: the thread of a real one would not see rows that are not committed."""

    def __init__(self, statuses):
        self.statuses = statuses

    def start(self):
        return None

    def result(self, run, deadline):
        return self.statuses


def test_database_that_does_not_answer_leaves_its_numbers_out(monkeypatch):
    monkeypatch.setattr("site_config.monitoring.metrics.state.DATABASE_NUMBERS", Ready({}))
    text = exposition.text().decode()
    assert "screening_room_database_up 0.0" in text
    assert "screening_room_jobs{" not in text and "screening_room_disk_free_bytes{" in text


@pytest.mark.django_db
def test_address_does_not_exist_while_metrics_are_off():
    assert Client().get("/metrics").status_code == 404


def test_port_of_the_site_and_short_tokens_are_refused():
    with override_settings(METRICS_PORT=8000, PORT=8000, METRICS_TOKEN="short"):  # noqa: S106
        assert [each.id for each in checks.metrics_are_apart(None)] == ["video_pages.E017", "video_pages.E018"]
    with override_settings(METRICS_PORT=9400, PORT=8000, METRICS_TOKEN="t" * 32):
        assert checks.metrics_are_apart(None) == []


class TestFiles:
    def test_folder_of_a_killed_server_is_removed_and_that_of_another_stays(self, tmp_path):
        mine = files.make_folder(4_000_001, tmp_path)
        assert mine.stat().st_mode & 0o777 == 0o700
        running = files.make_folder(1, tmp_path)  # the process 1 always runs
        other = files.make_folder(4_000_002, tmp_path)
        assert (mine.exists(), running.exists(), other.exists()) == (False, True, True)
        assert files.make_folder(4_000_002, tmp_path) == other

    def test_link_that_another_user_has_made_is_not_followed(self, tmp_path):
        aim = tmp_path / "elsewhere"
        aim.mkdir()
        (tmp_path / f"{files.PREFIX}4000003-link").symlink_to(aim)
        (tmp_path / f"{files.PREFIX}4000004-nowhere").symlink_to(tmp_path / "nothing")
        (tmp_path / f"{files.PREFIX}4000005-file").touch()
        for pid in (4_000_003, 4_000_004, 4_000_005):
            made = files.make_folder(pid, tmp_path)
            assert made.is_dir() and not made.is_symlink() and made != aim

    def test_next_process_continues_one_ended_process_each(self, tmp_path):
        for pid in (11, 12):
            for kind in ("counter", "histogram", "gauge_livesum"):
                (tmp_path / f"{kind}_{pid}.db").write_text(str(pid))
            files.release(tmp_path, pid)
        files.adopt(tmp_path, 13)
        names = sorted(path.name for path in tmp_path.iterdir())
        assert [name for name in names if name.endswith("_13.db")] == ["counter_13.db", "histogram_13.db"]
        assert len(names) == 4
