"""TASKS=celery with a real Redis and real workers: faults of the broker and of workers cost time, and nothing else."""

import os
import signal
import sys
import time

import pytest

from tests import clips, engines, factories
from tests.transcoding import leftovers
from tests.worker import faults
from video_pages.models import ProcessingJob, WorkerHeartbeat
from video_pages.transcoding import broker, jobs
from video_pages.transcoding.models import Stage, State, Step

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(sys.platform != "linux", reason="the kernel's list of a process's children"),
]


def submit(clip=None):
    return jobs.submit(factories.make_video_file(clip or clips.mp4(1), ready=False))


def is_ready(*submitted):
    ids = [job.pk for job in submitted]
    return ProcessingJob.objects.filter(pk__in=ids, state=State.READY).count() == len(ids)


def stop(worker):
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(25) == 0, worker.communicate()


def test_messages_wake_a_worker_and_are_acknowledged_after_the_job_however_often_they_come(queues, start, tmp_path):
    worker = start(ffmpeg=faults.slow_ffmpeg(tmp_path, "package"))
    faults.wait_until(WorkerHeartbeat.objects.exists)
    job = submit(clips.mp4(2))
    for _ in range(3):
        broker.send(job.pk, Stage.PLAYABLE)
    broker.send(987_654, Stage.LADDER)
    faults.wait_until(lambda: faults.is_at(Step.PACKAGE))
    # The message about a ladder waits if the slot for ladders is the one that is busy.
    faults.wait_until(lambda: queues() in ((0, 1), (1, 1)), seconds=10)
    faults.wait_until(lambda: is_ready(job))
    faults.wait_until(lambda: queues() == (0, 0), seconds=10)
    job.refresh_from_db()
    assert (job.attempt, job.lost) == (1, 0)
    stop(worker)
    assert not WorkerHeartbeat.objects.exists()
    leftovers.assert_none()


@pytest.mark.soak
def test_job_of_a_killed_worker_is_taken_over_within_half_a_minute(queues, start, tmp_path):
    job = submit(clips.mp4(12, "640x360"))
    first = start(ffmpeg=faults.slow_ffmpeg(tmp_path, "ladder"))
    faults.wait_until(lambda: faults.is_at(Step.LADDER))
    second = start()
    faults.wait_until(lambda: WorkerHeartbeat.objects.count() == 2)
    time.sleep(16)  # the second has to know the broker for this long before it judges others
    held_by = ProcessingJob.objects.get().worker
    faults.kill_group(first)
    killed = time.monotonic()
    faults.wait_until(lambda: ProcessingJob.objects.get().worker not in ("", held_by) or is_ready(job), seconds=60)
    taken_over = time.monotonic() - killed
    assert taken_over < 30
    faults.wait_until(lambda: is_ready(job))
    job.refresh_from_db()
    assert (job.attempt, job.lost) == (1, 1)
    stop(second)
    leftovers.assert_none()


@pytest.mark.soak
def test_broker_that_is_stopped_hangs_or_forgets_loses_no_upload(celery, start, require):
    port = engines.free_port()
    program, url = require("redis-server"), f"redis://127.0.0.1:{port}/0"
    celery(url)
    begin = time.monotonic()
    away = submit()
    assert time.monotonic() - begin < 2, "a refused connection"
    with engines.redis(program, port):
        worker = start()
        faults.wait_until(lambda: is_ready(away))
    meanwhile = submit()
    with engines.redis(program, port) as redis:
        faults.wait_until(lambda: is_ready(meanwhile))
        redis.hang()
        celery(url)
        begin = time.monotonic()
        first = submit()
        assert time.monotonic() - begin < 2 * broker.SEND_SECONDS + 1
        begin = time.monotonic()
        second = submit()
        assert time.monotonic() - begin < 1, "the next request does not wait again"
        redis.wake()
        faults.wait_until(lambda: is_ready(first, second))
    stop(worker)


@pytest.mark.parametrize("engine", ["database", pytest.param("celery", marks=pytest.mark.soak)])
def test_worker_that_was_suspended_beyond_its_lease_changes_nothing_when_it_wakes(
    engine, queues, site, start, tmp_path
):
    site["TASKS"] = engine
    job = submit(clips.mp4(3, "640x360"))
    first = start(ffmpeg=faults.slow_ffmpeg(tmp_path, "ladder"))
    faults.wait_until(lambda: faults.is_at(Step.LADDER))
    os.killpg(first.pid, signal.SIGSTOP)
    faults.end_leases()
    second = start("--until-idle")
    assert second.wait(faults.START_SECONDS) == 0, second.communicate()
    job.refresh_from_db()
    assert (job.state, job.attempt, job.lost) == (State.READY, 1, 1)
    package = job.video_file.package
    os.killpg(first.pid, signal.SIGCONT)
    faults.wait_until(lambda: not faults.children(first.pid), seconds=15)
    stop(first)
    job.refresh_from_db()
    assert (job.state, job.video_file.package) == (State.READY, package)
    leftovers.assert_none()
