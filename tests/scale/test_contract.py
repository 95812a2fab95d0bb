"""The contract of every way of delivery, asked of nginx of `make scale`: refusals, ranges, headers, the end of access.

The whole contract is in `tests/delivery/engines`, which runs on the same configuration of nginx and on a site of its
own. Here the set-up itself is asked, with two servers, PostgreSQL and Redis.
"""

import http.client
import time
from urllib.parse import urlsplit

import pytest

from tests import clips
from tests.delivery.engines.test_refusals import INNER, ODD_PATHS
from tests.scale.conftest import PROGRAMS
from tests.scale.site import Scale, wait_for
from tests.scale.test_object_storage import fetch, segment_of
from tests.scale.visitor import Answer, Visitor
from video_pages.delivery.verdicts import MOST_AGE

ENGINES = {
    "stream": {"DELIVERY": "stream"},
    "x-accel": {"DELIVERY": "x-accel"},
    "redirect": {"DELIVERY": "redirect", "LIBRARY_STORAGE": "s3"},
    "nginx-bucket": {"DELIVERY": "nginx", "LIBRARY_STORAGE": "s3"},
}
PROTECTED = {"cache-control": "private, no-store", "x-content-type-options": "nosniff"}


@pytest.fixture(scope="module", params=["nginx", *(pytest.param(name, marks=pytest.mark.soak) for name in ENGINES)])
def engine(request, require, tmp_path_factory):
    """A running set-up with each way of delivery: the shared one, and in `make soak` one for each of the others."""
    if request.param == "nginx":
        yield request.getfixturevalue("running")
        return
    for program in (*PROGRAMS, *(["juicefs"] if "LIBRARY_STORAGE" in ENGINES[request.param] else [])):
        require(program)
    site = Scale(tmp_path_factory.mktemp(request.param) / "data")
    try:
        site.start(**ENGINES[request.param])
        yield site
        site.stop()
    finally:
        site.remove()


@pytest.fixture(scope="module")
def films(engine):
    """A film that the visitor opens, and one that stays locked."""
    made = engine.add_videos(clips.mp4(seconds=4), clips.mp4(seconds=3))
    for film in made:
        engine.wait_until_ready(film)
    return made


@pytest.fixture(scope="module")
def visitor(engine, films):
    browser = Visitor(engine)
    assert browser.unlock(films[0]) == 303
    return browser


def ask(visitor, path, **options):
    """Return the Answer for `path`; a redirect to the bucket is followed as browsers do, without cookies."""
    answer = visitor.ask(path, **options)
    if answer.status != 302:
        return answer
    status, body = fetch(answer.headers["location"])
    return Answer(status, answer.headers, body)


def test_bytes_come_in_ranges_and_with_the_headers_that_protect_them(engine, films, visitor):
    for path in (films[0].source, segment_of(visitor, films[0])):
        answer = ask(visitor, path, headers={"Range": "bytes=0-999"})
        assert (answer.status, len(answer.body)) == (206, 1000), path
        assert {name: answer.headers.get(name) for name in PROTECTED} == PROTECTED
        assert "Cookie" in answer.headers["vary"]
        if visitor.ask(path).status == 200:  # the application or nginx sends them, not the bucket
            whole = visitor.ask(path)
            assert whole.body[:1000] == answer.body
            beyond = {"Range": f"bytes={len(whole.body)}-"}
            assert visitor.ask(path, headers=beyond).status == 416
            assert visitor.ask(path, headers={"If-None-Match": whole.headers["etag"]}).status == 304
            head = visitor.ask(path, method="HEAD")
            assert (head.status, head.headers["content-length"]) == (200, str(len(whole.body)))


def test_nothing_of_a_locked_film_is_sent_whatever_the_path(engine, films, visitor):
    film, other = films
    stranger = Visitor(engine)
    names = ("source", "poster", "hls/master.m3u8", "chapters.vtt", "status", "nothing", "0123456789ab/1080p.mp4")
    for name in names:
        assert visitor.ask(f"/stream/{other.uuid}/{name}").status == 403
        assert stranger.ask(f"/stream/{film.uuid}/{name}").status == 403
    own = visitor.ask(film.source, headers={"Range": "bytes=0-999"})
    for path in ODD_PATHS:
        filled = path.format(film=film.uuid, FILM=str(film.uuid).upper(), other=other.uuid, file="x")
        try:
            filled.encode("ascii")
            answer = visitor.ask(filled)
        except (UnicodeEncodeError, http.client.InvalidURL):
            continue  # the client refuses to send it
        is_own_film = answer.status in (200, 206, 302) and answer.headers.get("etag") == own.headers.get("etag")
        assert answer.status >= 300 or is_own_film, (filled, answer.status)


def test_inner_addresses_are_refused_from_outside(engine, films, visitor):
    names = [
        engine.rows(
            "SELECT progressive_name FROM video_pages_videofile file JOIN video_pages_videopage page"
            " ON page.video_file_id = file.id WHERE page.uuid = %s",
            film.uuid,
        )[0][0]
        for film in films
    ]
    for inner in INNER:
        assert visitor.ask(inner.format(own=names[0], file=names[1])).status == 403, inner
    for name in names:
        assert visitor.ask(f"/media/protected/{name}").status == 404


def test_access_that_ends_ends_playback_in_the_stated_time(engine, films):
    film = films[0]
    visitor = Visitor(engine, address="203.0.113.80")
    assert visitor.unlock(film) == 303
    segment = segment_of(visitor, film)
    part = {"Range": "bytes=0-999"}
    assert {ask(visitor, path, headers=part).status for path in (film.source, segment)} == {206}
    editor = Visitor(engine).sign_in()
    assert editor.post(f"/admin/access/{film.page_id}/", {"action": "end"}).status == 302
    ended = time.monotonic()
    wait_for(lambda: visitor.ask(segment, headers=part).status == 403, MOST_AGE)
    wait_for(lambda: time.monotonic() - ended > MOST_AGE)
    assert {visitor.ask(path, headers=part).status for path in (film.source, segment)} == {403}


def test_addresses_of_the_bucket_open_nothing_but_themselves(engine, films):
    """A signed address is for one object: another name under the same signature is refused."""
    if engine.state.get("s3") is None or "redirect" not in engine.manage("shell", "-c", SAY_DELIVERY):
        pytest.skip("no address of a bucket is given away")
    visitor = Visitor(engine, address="203.0.113.81")
    assert visitor.unlock(films[0]) == 303
    location = visitor.ask(segment_of(visitor, films[0])).headers["location"]
    parts = urlsplit(location)
    other = parts._replace(path=parts.path.replace(".mp4", ".m3u8")).geturl()
    assert fetch(location)[0] == 206 and fetch(other)[0] == 403


SAY_DELIVERY = "from django.conf import settings; print(settings.DELIVERY)"
