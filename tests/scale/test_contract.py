"""The contract of every way of delivery, asked of nginx of `make scale`: refusals, ranges, headers, the end of access.

The whole contract is in `tests/delivery/backends`, which runs on the same configuration of nginx and on a site of its
own. Here the set-up itself is asked, with two servers, PostgreSQL and Redis. In `make soak` two further set-ups, in
files and in a bucket, are started again with one way of delivery after the other, on the same database and films.
"""

import http.client
import time
from contextlib import ExitStack
from urllib.parse import urlsplit

import pytest

from tests import clips
from tests.delivery import nginx_server
from tests.delivery.backends.odd_paths import INNER, ODD_PATHS
from tests.delivery.encrypted_videos import decrypted, segments_of
from tests.delivery.raw_http import Address
from tests.engines import free_port
from tests.scale.segments import fetch, segment_of
from tests.scale.site import Scale, programs_of
from tests.scale.visitor import Answer, Visitor
from tests.waiting import wait_for
from video_pages.delivery.verdicts import MOST_AGE

# {name: (DELIVERY, where the library is)}
BACKENDS = {
    "stream": ("stream", "files"),
    "x-accel": ("x-accel", "files"),
    "cdn": ("cdn", "files"),
    "redirect": ("redirect", "bucket"),
    "nginx-bucket": ("nginx", "bucket"),
    "x-accel-bucket": ("x-accel", "bucket"),
    "stream-bucket": ("stream", "bucket"),
}
STORES = {"files": {}, "bucket": {"LIBRARY_STORAGE": "s3"}}
CDN = "https://cdn.example.org"
"""The address that playlists name; the tests ask the nginx that plays the CDN on a port of its own."""
PROTECTED = {"cache-control": "private, no-store", "x-content-type-options": "nosniff"}


@pytest.fixture(scope="module")
def setups(tmp_path_factory):
    """A function: `setups(store)` returns the Scale of one of STORES, which is not running."""
    made = {}

    def setup(store):
        if store not in made:
            made[store] = Scale(tmp_path_factory.mktemp(store) / "data")
        return made[store]

    yield setup
    for site in made.values():
        site.remove()


@pytest.fixture(scope="module", params=["nginx", *(pytest.param(name, marks=pytest.mark.soak) for name in BACKENDS)])
def engine(request, require, setups, tmp_path_factory):
    """A running set-up with each way of delivery: the shared one, and in `make soak` all others.

    `engine.cdn` is the Address of the nginx that plays the CDN, or None.
    """
    if request.param == "nginx":
        site = request.getfixturevalue("running")
        site.cdn = None
        yield site
        return
    delivery, store = BACKENDS[request.param]
    for program in programs_of(STORES[store]):
        require(program)
    site = setups(store)
    with ExitStack() as stack:
        own = {"CDN_URL": CDN} if delivery == "cdn" else {}
        site.start(DELIVERY=delivery, **STORES[store], **own)
        stack.callback(site.stop)
        site.cdn = None
        if own:
            port, folder = free_port(), tmp_path_factory.mktemp("cdn")
            certificate = site.data_dir / "scale" / "nginx" / "tls.pem"
            upstream = urlsplit(site.url).port
            stack.enter_context(nginx_server.cdn(require("nginx"), folder, upstream, port, trusted=certificate))
            site.cdn = Address(port)
        yield site


@pytest.fixture(scope="module")
def films(engine):
    """A film that the visitor opens, and one that stays locked; each data directory has them once."""
    if not hasattr(engine, "films"):
        engine.films = engine.add_videos(clips.mp4(seconds=4), clips.mp4(seconds=3))
    for film in engine.films:
        engine.wait_until_ready(film)
    return engine.films


@pytest.fixture
def visitor(engine, films):
    """A browser of its own for each test: one of them ends all access to the film, and they run in any order."""
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
    # The segments of a CDN are encrypted, and have no address at the site.
    for path in (films[0].source, *([] if engine.cdn else [segment_of(visitor, films[0])])):
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
    segment = film.source if engine.cdn else segment_of(visitor, film)
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


def test_a_cdn_has_ciphertext_and_the_site_gives_keys_to_those_who_may_watch(engine, films):
    if engine.cdn is None:
        pytest.skip("no CDN sends the videos")
    film, visitor, stranger = films[0], Visitor(engine, address="203.0.113.82"), Visitor(engine)
    assert visitor.unlock(film) == 303
    playlist = segment_of(visitor, film).replace(".mp4", ".m3u8")
    assert stranger.ask(playlist).status == 403
    (address, key_file), *_more = segments_of(visitor.ask(playlist).text)
    path = address.removeprefix(CDN)
    assert address.startswith(f"{CDN}/cdn/")
    answers = [engine.cdn.ask(path) for _viewer in range(2)]
    assert [(answer.status, answer.header("X-Cache-Status")) for answer in answers] == [(200, "MISS"), (200, "HIT")]
    key_path = f"{playlist.rpartition('/')[0]}/{key_file}"
    key = visitor.ask(key_path)
    assert (key.status, len(key.body), key.headers["cache-control"]) == (200, 16, "private, no-store")
    opened = decrypted(answers[0].body, key.body, 0)
    assert opened and b"moof" in opened and b"moof" not in answers[0].body
    assert stranger.ask(key_path).status == 403
    assert engine.cdn.ask(key_path).status in (403, 404), "a CDN passes no key on"
    editor = Visitor(engine).sign_in()
    assert editor.post(f"/admin/access/{film.page_id}/", {"action": "end"}).status == 302
    wait_for(lambda: visitor.ask(key_path).status == 403, MOST_AGE)


SAY_DELIVERY = "from django.conf import settings; print(settings.DELIVERY)"
