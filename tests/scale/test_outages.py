"""Parts that end, hang and return: Redis, PostgreSQL, workers. Access goes on from the database, and nothing opens."""

import contextlib
import http.client
import os
import signal
import time

import pytest

from tests.scale.visitor import Visitor
from tests.scale.workers import long_clip, standing_workers, worker_of
from tests.waiting import wait_for

ADMIN_PAGE = "/admin/videos/"


def assert_site_works(site, film, visitor, stranger):
    """The visitor watches, the stranger does not, another one unlocks the film. Returns the seconds that it took."""
    began = time.monotonic()
    assert visitor.watch(film) == 206
    assert 'id="player"' in visitor.ask(film.path).text
    assert stranger.watch(film) == 403
    assert 'name="password"' in stranger.ask(film.path).text
    another = Visitor(site)
    assert another.unlock(film) == 303
    assert another.watch(film) == 206
    return time.monotonic() - began


def test_the_site_works_while_redis_hangs_and_what_ended_meanwhile_stays_ended(site, film, visitor, stranger):
    editor = Visitor(site).sign_in()
    pid = site.send(signal.SIGSTOP, "redis")
    try:
        assert assert_site_works(site, film, visitor, stranger) < 60
        assert editor.ask(ADMIN_PAGE).status == 200
        assert editor.post(f"/admin/access/{film.page_id}/", {"action": "end"}).status == 302
        wait_for(lambda: visitor.watch(film) == 403, seconds=30)
    finally:
        os.kill(pid, signal.SIGCONT)
    assert site.pid("redis") == pid
    # Copies of sessions in Redis are older than the end of access.
    assert visitor.watch(film) == 403
    assert 'name="password"' in visitor.ask(film.path).text
    assert visitor.unlock(film) == 303 and visitor.watch(film) == 206


def test_the_site_works_while_redis_is_away_and_when_it_returns_empty(site, film, visitor, stranger):
    editor = Visitor(site).sign_in()
    pid = site.send(signal.SIGKILL, "redis")
    assert_site_works(site, film, visitor, stranger)
    assert editor.ask(ADMIN_PAGE).status == 200
    site.wait_until_back("redis", 0, pid)
    assert_site_works(site, film, visitor, stranger)
    assert editor.ask(ADMIN_PAGE).status == 200


def test_a_restart_of_postgresql_in_the_middle_of_playback_and_of_a_job_opens_and_loses_nothing(
    site, film, visitor, stranger
):
    clip = long_clip(f"postgresql-{time.monotonic_ns()}")  # a clip that the site has is not imported again
    with standing_workers(site):
        (other,) = site.add_videos(clip)
    wait_for(lambda: site.job(other)[0] == "processing", 60, lambda: f"{site.job(other)}{site.logs()}")
    pid = site.send(signal.SIGKILL, "postgresql")
    strange, seen = set(), set()

    def is_back():
        with contextlib.suppress(OSError, http.client.HTTPException):
            strange.add(stranger.watch(film))
            seen.add(visitor.watch(film))
            return site.pid("postgresql") not in (None, pid) and visitor.watch(film) == 206
        return False

    wait_for(is_back, 60, site.logs)
    assert strange <= {403, 502, 503} and seen <= {206, 502, 503}, (strange, seen)
    assert_site_works(site, film, visitor, stranger)
    site.wait_until_ready(other)


@pytest.mark.soak
def test_a_worker_that_is_stopped_gives_its_job_to_the_other_one(site):
    clip = long_clip(f"worker-{time.monotonic_ns()}")
    with standing_workers(site):
        (film,) = site.add_videos(clip)

    first = wait_for(lambda: worker_of(site, film))
    began = time.monotonic()
    os.kill(first, signal.SIGTERM)
    wait_for(lambda: worker_of(site, film) not in (None, first) or site.job(film)[0] == "ready", 30, site.logs)
    assert time.monotonic() - began < 30
    site.wait_until_ready(film)
    # The try of a worker that was stopped does not count.
    assert site.job(film)[2] == 1
