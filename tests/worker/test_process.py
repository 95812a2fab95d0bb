"""Real worker processes: told to end, and side by side. Those that are killed are in `test_kills`."""

import os
import signal
import subprocess
import sys

import pytest
from django.utils import timezone

from tests import clips, factories
from tests.waiting import wait_for
from video_pages.models import PeriodicRun, ProcessingJob, WorkerHeartbeat
from video_pages.transcoding import claims, jobs
from video_pages.transcoding.models import State

pytestmark = pytest.mark.django_db(transaction=True)
START_SECONDS = 90
"""A process that imports Wagtail on a busy machine."""


@pytest.fixture
def site(tmp_path, settings, child_environment):
    """The environment of worker processes that share this test's database and library."""
    data_dir = tmp_path / "main"
    settings.PROTECTED_ROOT = data_dir / "media" / "protected"
    settings.PROTECTED_ROOT.mkdir(parents=True)
    environment = {**child_environment, "TEST_RUN_DIR": str(tmp_path)}
    environment.pop("PYTEST_XDIST_WORKER", None)
    return environment


@pytest.fixture
def start(site, settings):
    """A function that starts `manage.py process_videos …`; what still runs at the end is killed."""
    running = []

    def start_worker(*arguments, **environment):
        process = subprocess.Popen(
            [sys.executable, settings.BASE_DIR / "manage.py", "process_videos", *arguments],
            env={**site, **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        running.append(process)
        return process

    yield start_worker
    for process in running:
        process.kill()
        process.communicate()


@pytest.fixture
def slow_ffmpeg(tmp_path):
    """An ffmpeg that says who it is and takes its time."""
    path = tmp_path / "slow-ffmpeg"
    path.write_text("#!/bin/sh\necho $$ > pid\nexec sleep 300\n")
    path.chmod(0o755)
    return str(path)


def submit(clip):
    return jobs.submit(factories.make_video_file(clip, ready=False))


def running_ffmpeg(settings):
    """The process id that the slow ffmpeg has written, or None."""
    for path in settings.PROTECTED_ROOT.glob("work/*/out/pid"):
        if text := path.read_text().strip():
            return int(text)
    return None


def is_running(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.parametrize("number", [signal.SIGTERM, pytest.param(signal.SIGINT, marks=pytest.mark.soak)])
def test_worker_that_is_asked_to_end_puts_its_job_back_and_leaves_nothing_running(start, settings, slow_ffmpeg, number):
    job = submit(clips.mp4())
    worker = start(FFMPEG_BINARY=slow_ffmpeg)
    ffmpeg_pid = wait_for(lambda: running_ffmpeg(settings), START_SECONDS)
    assert WorkerHeartbeat.objects.filter(renewed_at__gt=timezone.now() - claims.LEASE).exists()
    worker.send_signal(number)
    assert worker.wait(20) == 0, worker.communicate()
    assert not is_running(ffmpeg_pid)
    assert list(settings.PROTECTED_ROOT.glob("work/*")) == []
    job.refresh_from_db()
    assert (job.state, job.attempt, job.worker) == (State.QUEUED, 0, "")
    assert not WorkerHeartbeat.objects.exists()


def test_two_workers_do_each_job_once_and_the_periodic_work_and_end_when_idle(start):
    for _ in range(4):
        submit(clips.mp4())
    workers = [start("--until-idle"), start("--until-idle")]
    for worker in workers:
        assert worker.wait(START_SECONDS) == 0, worker.communicate()
    assert {(job.state, job.attempt) for job in ProcessingJob.objects.all()} == {(State.READY, 1)}
    assert PeriodicRun.objects.get(name="publish_scheduled").last_finished_at
    assert not WorkerHeartbeat.objects.exists()
