"""The worker of the web server leaves new connections to a process that has fewer, also in a burst."""

import time

import pytest
from gunicorn.workers.gthread import ThreadWorker

from deploy import web_worker

OTHER = 1


@pytest.fixture
def clock(monkeypatch):
    """A clock that only `time.sleep` moves on."""
    now = [1000.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    monkeypatch.setattr(time, "sleep", lambda seconds: now.__setitem__(0, now[0] + seconds))
    return now


@pytest.fixture
def worker(clock, monkeypatch):
    """A worker with ten connections and free threads, beside another process with none."""

    class Settings:
        threads = 16

    monkeypatch.setattr(web_worker, "_counts", bytearray(web_worker.SLOTS * web_worker._SLOT.size))
    monkeypatch.setattr(ThreadWorker, "accept", lambda self, listener: setattr(self, "nr_conns", self.nr_conns + 1))
    worker = object.__new__(web_worker.BalancedThreadWorker)
    worker.cfg, worker.nr_conns, worker.keepalived_conns, worker.pending_conns = Settings, 10, [], []
    worker._slot, worker._left_first, worker._left_last = 0, 0.0, 0.0
    write(OTHER, 0)
    return worker


def write(slot, connections):
    web_worker._SLOT.pack_into(web_worker._counts, slot * web_worker._SLOT.size, time.monotonic(), connections)


def tries_until_accepted(worker):
    had, tries = worker.nr_conns, 0
    while worker.nr_conns == had:
        worker.accept(None)
        tries += 1
    return tries


def test_each_connection_of_a_burst_is_left_to_the_other_process_for_five_milliseconds(worker, clock):
    for _connection in range(4):
        began = clock[0]
        assert tries_until_accepted(worker) > 5
        assert clock[0] - began == pytest.approx(web_worker.LEAVE_SECONDS, abs=web_worker.PAUSE_SECONDS)
        write(OTHER, 0)


def test_a_process_with_about_as_many_accepts_at_once(worker):
    write(OTHER, worker.nr_conns - web_worker.MARGIN)
    assert tries_until_accepted(worker) == 1


def test_a_process_that_has_ended_or_hangs_is_passed_over(worker, clock):
    clock[0] += web_worker.FRESH_SECONDS
    assert tries_until_accepted(worker) == 1
