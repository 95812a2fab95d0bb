"""Fixtures for real worker processes on a test's own database and library."""

import pytest

from tests import engines
from tests.worker import faults
from video_pages.transcoding import broker
from video_pages.transcoding.models import Stage


@pytest.fixture
def site(tmp_path, settings, child_environment):
    """The environment of worker processes that share this test's database and library."""
    settings.PROTECTED_ROOT = tmp_path / "main" / "media" / "protected"
    settings.PROTECTED_ROOT.mkdir(parents=True)
    environment = {**child_environment, "TEST_RUN_DIR": str(tmp_path)}
    environment.pop("PYTEST_XDIST_WORKER", None)
    return environment


@pytest.fixture
def start(site):
    """A function that starts a worker; `ffmpeg` is the program it uses. What still runs at the end is killed."""
    running = []

    def start_worker(*arguments, ffmpeg="", **environment):
        running.append(faults.start_worker({**site, "FFMPEG_BINARY": ffmpeg, **environment}, *arguments))
        return running[-1]

    yield start_worker
    for process in running:
        faults.kill_group(process)


@pytest.fixture(scope="module")
def server(require):
    with engines.redis(require("redis-server")) as redis:
        yield redis


@pytest.fixture
def celery(settings, site, monkeypatch):
    """A function: `celery(url)` lets this process and its workers use the broker at `url`."""

    def use(url):
        settings.VIDEO_TASKS, settings.CELERY_BROKER_URL = "celery", url
        site.update(TASKS="celery", CELERY_BROKER_URL=url)
        monkeypatch.setattr(broker._Outage, "paused_until", 0.0)
        broker.app.cache_clear()

    yield use
    broker.app.cache_clear()


@pytest.fixture
def queues(celery, server):
    """An empty broker in use; a function that returns the number of waiting and of unacknowledged messages."""
    celery(server.url)

    def client():
        return broker.app().connection_for_read().default_channel.client

    client().flushall()
    return lambda: (sum(broker.length(stage) for stage in Stage), client().hlen("unacked"))
