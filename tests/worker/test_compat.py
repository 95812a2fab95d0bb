"""The worker class of django-tasks-db still runs all queued tasks, and still stops between two tasks."""

import pytest

from video_pages.transcoding.tasks import QUEUE, process_video
from video_pages.worker.compat import new_queue_worker, stop_queue_worker

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def worker():
    return new_queue_worker("x" * 80, queue=QUEUE)


def test_a_queue_worker_runs_every_queued_task_and_returns(worker, monkeypatch):
    done = []
    monkeypatch.setattr("video_pages.transcoding.processing.run", done.append)
    for job_id in (1, 2):
        process_video.enqueue(job_id)
    worker.run()
    assert done == [1, 2]


def test_a_stopped_queue_worker_returns_after_the_present_task(worker, monkeypatch):
    done = []

    def run(job_id):
        done.append(job_id)
        stop_queue_worker(worker)

    monkeypatch.setattr("video_pages.transcoding.processing.run", run)
    for job_id in (1, 2):
        process_video.enqueue(job_id)
    worker.run()
    assert done == [1]
