"""The worker's own life: it waits for a lost database, and does not go on without one of its parts."""

import datetime as dt
import os
import signal

import pytest
from django.db import InterfaceError, OperationalError
from django.utils import timezone

from video_pages.models import WorkerHeartbeat
from video_pages.transcoding import sandbox
from video_pages.worker import database_queue, loop

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def worker(monkeypatch):
    monkeypatch.setattr(loop, "DATABASE_RETRY_SECONDS", 0.1)
    monkeypatch.setattr(loop, "SUPERVISE_SECONDS", 0.1)
    monkeypatch.setattr(database_queue, "QUEUE_SECONDS", 0.1)
    yield loop.Worker()
    sandbox.allow_children()


def test_worker_renews_its_heartbeat_and_removes_it_at_the_end(worker):
    seen = []

    def look():
        seen.extend(WorkerHeartbeat.objects.values_list("worker", flat=True))
        if seen:
            worker.stop()

    worker.slots.drain = look
    worker.run()
    assert seen == [worker.name]
    assert not WorkerHeartbeat.objects.exists()


@pytest.mark.parametrize("error", [OperationalError, InterfaceError])
def test_database_that_is_away_for_a_while_is_waited_for(worker, caplog, error):
    calls = []

    def work():
        calls.append(timezone.now())
        if len(calls) == 1:
            raise error("the connection is gone")
        worker.stop()

    worker.slots.drain = work
    worker.run()
    assert len(calls) == 2
    assert "could not use the database" in caplog.text


@pytest.mark.parametrize("error", [OperationalError, InterfaceError])
def test_a_worker_that_starts_while_the_database_cannot_be_used_waits_for_it(worker, monkeypatch, caplog, error):
    """The supervisor of a worker on a full disk would give it up if it ended again and again."""
    write, calls = worker._write_heartbeat, []

    def write_later():
        calls.append(None)
        if len(calls) < 3:
            raise error("database or disk is full")
        write()

    monkeypatch.setattr(worker, "_write_heartbeat", write_later)
    worker.slots.drain = worker.stop
    worker.run()
    assert len(calls) >= 3 and caplog.text.count("could not use the database") == 1


def test_a_worker_ends_without_an_error_while_the_database_cannot_be_used(worker, monkeypatch):
    def fail():
        raise OperationalError("database or disk is full")

    monkeypatch.setattr(worker, "_remove_heartbeat", fail)
    worker.slots.drain = worker.stop
    worker.run()


def test_an_error_of_the_chosen_frames_is_logged_and_ends_no_worker(worker, monkeypatch, caplog):
    def fail():
        raise ValueError("no such frame")

    monkeypatch.setattr(loop.chosen_frames, "draw_next", fail)
    for _second in range(3):
        worker._draw_chosen_frames()
    assert caplog.text.count("ValueError: no such frame") == 1


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_worker_ends_if_one_of_its_parts_does(worker):
    def broken():
        raise ValueError("a bug")

    worker.slots.drain = broken
    with pytest.raises(RuntimeError, match="stopped by itself"):
        worker.run()
    assert not WorkerHeartbeat.objects.exists()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_second_signal_ends_a_worker_that_does_not_stop(worker, number):
    before = signal.getsignal(number)
    try:
        signal.signal(number, worker.stop)
        os.kill(os.getpid(), number)
        assert worker.is_stopping
        assert signal.getsignal(number) is signal.SIG_DFL
    finally:
        signal.signal(number, before)


def test_rows_of_workers_that_died_long_ago_are_removed(worker):
    WorkerHeartbeat.objects.create(worker="dead:1", renewed_at=timezone.now() - dt.timedelta(days=2))
    worker.slots.drain = worker.stop
    worker.run()
    assert not WorkerHeartbeat.objects.exists()
