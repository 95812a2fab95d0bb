"""`make scale` with the library in a bucket: bytes come from the S3 server, and nothing opens without access."""

import contextlib
import os
import signal
import time

import pytest

from tests import clips
from tests.scale.segments import fetch, segment_of
from tests.scale.site import running
from tests.scale.visitor import Visitor
from tests.waiting import wait_for

pytestmark = pytest.mark.soak


@pytest.fixture(scope="module")
def site(require, tmp_path_factory):
    with running(tmp_path_factory.mktemp("bucket"), require, LIBRARY_STORAGE="s3", DELIVERY="redirect") as site:
        yield site


@pytest.fixture(scope="module")
def film(site):
    return site.add_ready_video(clips.mp4(seconds=4))


def plays(visitor, segment):
    """Return whether the address leads to bytes in the bucket. One server may know of its return before the other."""
    answer = visitor.ask(segment)
    return answer.status == 302 and fetch(answer.headers["location"])[0] == 206


def test_segments_come_from_the_bucket_and_only_with_access(site, film):
    visitor, stranger = Visitor(site), Visitor(site)
    assert visitor.unlock(film) == 303
    segment = segment_of(visitor, film)
    answer = visitor.ask(segment, headers={"Range": "bytes=0-999"})
    assert answer.status == 302, answer
    address = answer.headers["location"]
    assert fetch(address) == (206, fetch(address)[1]) and len(fetch(address)[1]) == 1000
    assert fetch(address.partition("?")[0])[0] == 403
    assert stranger.ask(segment).status == 403


@pytest.mark.parametrize("number", [signal.SIGSTOP, signal.SIGKILL], ids=["hangs", "dies"])
def test_without_the_bucket_pages_and_access_work_and_nothing_opens(site, film, number):
    visitor, stranger = Visitor(site), Visitor(site)
    assert visitor.unlock(film) == 303
    segment = segment_of(visitor, film)
    pid = site.send(number, "s3")
    try:
        began = time.monotonic()
        assert visitor.unlock(film) == 303
        assert 'id="player"' in visitor.ask(film.path).text
        assert stranger.watch(film) == 403
        assert time.monotonic() - began < 90
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGCONT)
    if number == signal.SIGKILL:
        site.wait_until_back("s3", 0, pid)
    wait_for(lambda: visitor.ask(f"/stream/{film.uuid}/hls/master.m3u8").status == 200)
    wait_for(lambda: plays(visitor, segment))
    assert stranger.watch(film) == 403
