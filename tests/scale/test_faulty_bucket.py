"""`make scale` with an S3 server that fails, is slow, or breaks off: films are made, and play again."""

import http.client
import random
import time

import pytest

from tests import clips
from tests.s3_faults import HALF, INTERNAL, SLOW, SLOW_DOWN, faulty_proxy
from tests.s3_servers import gateway, new_bucket  # noqa: F401
from tests.scale.site import running
from tests.scale.visitor import Visitor
from tests.waiting import wait_for

pytestmark = pytest.mark.soak

SHARE = 0.2
"""Of the requests that are spoilt. The site tries a read twice and a write three times (`library.s3.client`)."""
WHILE_SECONDS = 10


@pytest.fixture(scope="module")
def bucket(gateway):  # noqa: F811
    with faulty_proxy(gateway.url) as proxy:
        proxy.settings = {**new_bucket(gateway), "S3_ENDPOINT_URL": proxy.url}
        yield proxy


@pytest.fixture(scope="module")
def site(require, bucket, tmp_path_factory):
    with running(tmp_path_factory.mktemp("faulty"), require, **bucket.settings, DELIVERY="stream") as site:
        yield site


@pytest.fixture(scope="module")
def film(site):
    return site.add_ready_video(clips.mp4(seconds=4))


def spoil(bucket, fault):
    """Answer SHARE of the requests with `fault`; the same ones in each run."""
    chance = random.Random(7)  # noqa: S311  no secret
    bucket.plan = lambda _method, _path, _number: fault if chance.random() < SHARE else None


def whole(visitor, film):
    """Return (status, body) of the film's file; None as the body of an answer that breaks off, or never comes."""
    try:
        answer = visitor.ask(film.source)
    except (http.client.HTTPException, OSError):
        return 0, None
    return answer.status, answer.body


@pytest.mark.parametrize("fault", [INTERNAL, SLOW_DOWN, HALF, SLOW], ids=["500", "503", "half", "slow"])
def test_film_is_made_and_others_play_while_the_store_fails(site, bucket, film, fault):
    visitor, stranger = Visitor(site), Visitor(site, address="203.0.113.99")
    assert visitor.unlock(film) == 303
    expected = whole(visitor, film)
    assert expected[0] == 200
    seen = []
    try:
        spoil(bucket, fault)
        (other,) = site.add_videos(clips.mp4(seconds=3))
        until = time.monotonic() + WHILE_SECONDS
        while time.monotonic() < until:
            seen.append(whole(visitor, film))
            assert stranger.watch(film) == 403
        site.wait_until_ready(other)
    finally:
        bucket.plan = lambda *_request: None
    assert {status for status, _body in seen} <= {0, 200, 500, 502, 503, 504}
    assert [body for status, body in seen if status == 200 and body is not None and body != expected[1]] == []
    assert expected in seen, "a player that asks again gets the film in the meantime, too"
    assert whole(visitor, film) == expected
    assert Visitor(site).unlock(other) == 303
    assert "The library is in order." in site.manage("check_library")


def test_film_waits_for_a_store_that_fails_for_all_and_is_made_when_it_is_back(site, bucket, film):
    visitor = Visitor(site)
    assert visitor.unlock(film) == 303
    (other,) = site.add_videos(clips.mp4(seconds=5))
    bucket.plan = lambda _method, _path, _number: INTERNAL
    try:
        began = time.monotonic()
        status, _body = whole(visitor, film)
        assert status in {0, 500, 502, 503, 504} and time.monotonic() - began < 60
        assert 'id="player"' in visitor.ask(film.path).text
        time.sleep(WHILE_SECONDS)
        assert site.job(other)[0] in {"queued", "processing", "ready"}, site.job(other)
    finally:
        bucket.plan = lambda *_request: None
    site.wait_until_ready(other)
    wait_for(lambda: whole(visitor, film)[0] == 200)
