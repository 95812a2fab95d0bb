"""Parts that end, hang and return: Redis, PostgreSQL, workers. Access goes on from the database, and nothing opens."""

import contextlib
import http.client
import os
import re
import signal
import time

import pytest

from tests import clips
from tests.scale.site import wait_for
from tests.scale.visitor import Visitor

ADMIN_PAGE = "/admin/videos/"


def long_clip(name):
    """A film that takes a worker some seconds; each `name` is another file."""
    options = (*clips.H264, *clips.AAC, "-g", "50", "-metadata", f"comment={name}", "-movflags", "+faststart")
    return clips.draw(f"{name}.mp4", *clips.video(16, "854x480"), *clips.audio(16), *options)


def worker_of(site, film):
    """Return the process id of the worker that has claimed the film's job, or None."""
    state, worker, _attempt, _reason = site.job(film)
    return int(re.search(r":(\d+)[:/]", worker)[1]) if state == "processing" and worker else None


@contextlib.contextmanager
def standing_workers(site):
    """Both workers stand still within the block: what is added there can't be ready before its test looks."""
    wait_for(lambda: all(site.pid("workers", number) for number in (0, 1)))  # one may have been killed
    pids = [site.send(signal.SIGSTOP, "workers", number) for number in (0, 1)]
    try:
        yield
    finally:
        for pid in pids:
            os.kill(pid, signal.SIGCONT)


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
