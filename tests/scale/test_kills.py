"""The hard ends: a worker and the supervisor are killed (SIGKILL), and nothing is lost and nothing is left."""

import os
import signal
import time

import pytest

from tests.scale.site import PROGRAMS, Scale
from tests.scale.visitor import Visitor
from tests.scale.workers import long_clip, worker_of
from tests.waiting import wait_for

pytestmark = pytest.mark.soak


def test_the_job_of_a_killed_worker_is_taken_over_within_half_a_minute(site):
    (film,) = site.add_videos(long_clip("killed"))
    first = wait_for(lambda: worker_of(site, film))
    began = time.monotonic()
    os.kill(first, signal.SIGKILL)
    most = 30  # the broker tells who is alive; without it, the lease has to end
    wait_for(lambda: worker_of(site, film) not in (None, first) or site.job(film)[0] == "ready", most, site.logs)
    assert time.monotonic() - began < most
    site.wait_until_ready(film)
    assert site.job(film)[2] == 1, "an attempt whose worker died counts apart"


def test_nothing_is_left_when_the_supervisor_is_killed_and_the_next_start_works(tmp_path, require):
    for program in PROGRAMS:
        require(program)
    site = Scale(tmp_path / "data")
    try:
        site.start()
        host = site.host
        site.send(signal.SIGKILL, "supervisor")
        wait_for(lambda: not site.processes(), 60, lambda: f"still there: {site.processes()}")
        site.start()
        assert site.host != host
        assert Visitor(site).ask("/").status == 200
        site.stop(signal.SIGTERM)
        assert not site.is_running()
    finally:
        site.remove()
