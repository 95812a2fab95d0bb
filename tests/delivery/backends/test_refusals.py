"""Refusals are the same in every backend and send no byte: odd paths, planted headers, inner addresses."""

import pytest

from tests import factories
from tests.delivery.addresses import UNKNOWN, source_url, unlocked
from tests.delivery.backends.conftest import cookie_of, replace_content
from tests.delivery.backends.odd_paths import INNER, ODD_PATHS
from tests.delivery.nginx_server import SECRET

pytestmark = pytest.mark.django_db(transaction=True)

PACKAGE = "0123456789ab"
NAMES = [
    "source",
    "poster",
    "status",
    "watched",
    "chapters.vtt",
    "tracks/1.vtt",
    "hls/master.m3u8",
    f"{PACKAGE}/1080p.mp4",
    f"{PACKAGE}/1080p.m3u8",
    "nothing",
    "",
]
NUL_PATHS = ["/stream/{film}/source%00", "/stream/{film}/source%00.mp4", "/stream/%00/source"]
INNER += ["/stream/-s3/{file}", "/stream/-s3/videos/{own}?x=1", "/stream/-s3/"]
PLANTED = {
    "X-Accel-Redirect": "/stream/-/{file}",
    "X-Accel-Expires": "60",
    "X-Gate-Secret": SECRET,
    "X_Gate_Secret": SECRET,
    "X-Gate-Video": "{other}",
    "X-Gate-Folder": "/",
    "X-Gate-Name": "source",
    "X-Gate-Address": "/stream/-s3/{file}",
    "X-Original-URI": "/stream/{film}/source",
    "X-Rewrite-URL": "/stream/{film}/source",
    "X-Forwarded-For": "127.0.0.1",
    "X-Forwarded-Host": "127.0.0.1",
    "X-Forwarded-Prefix": "/stream",
    "X-Real-IP": "127.0.0.1",
    "Forwarded": "for=127.0.0.1",
    "Cache-Control": "only-if-cached",
    "Upgrade": "h2c",
    "TE": "trailers",
}


@pytest.fixture
def other():
    """A video that the browser of `cookie` may not watch; its file differs from all others."""
    video = factories.make_video()
    replace_content(video, b"the other film" * 100)
    return video


@pytest.fixture
def fill(film, other):
    """A function that fills the places of a text."""

    def fill(text):
        known = {"film": str(film.uuid), "FILM": str(film.uuid).upper(), "other": str(other.uuid)}
        known |= {"file": other.video_file.playable_name, "own": film.video_file.playable_name}
        return text.format(**known)

    return fill


def test_every_refusal_is_the_same_for_each_name_and_id(backend, reference, film, other, cookie):
    expected = reference.ask(f"/stream/{UNKNOWN}/source").answer_parts
    assert expected[0] == 403
    planted = f"sessionid={'a' * 32}"
    for name in NAMES:
        for video_id, sent in [(film.uuid, None), (film.uuid, planted), (other.uuid, cookie), (UNKNOWN, cookie)]:
            got = backend.ask(f"/stream/{video_id}/{name}", cookie=sent).answer_parts
            # Django deletes the cookie of a session that does not exist, from every answer that read it.
            without_cookie = (got[0], [pair for pair in got[1] if pair[0] != "set-cookie"], got[2])
            assert without_cookie == expected, (name, video_id, sent)


def test_conditions_and_ranges_do_not_change_a_refusal(backend, reference, film):
    expected = reference.ask(source_url(film)).answer_parts
    for headers in ({"Range": "bytes=0-1"}, {"Range": "bytes=99999-"}, {"If-Match": '"x"'}, {"If-None-Match": "*"}):
        assert backend.ask(source_url(film), headers=headers).answer_parts == expected
    for method in ("HEAD", "POST", "OPTIONS"):
        assert backend.ask(source_url(film), method=method).status == 403


def test_an_odd_path_is_answered_as_by_the_application(backend, reference, cookie, fill):
    for path in ODD_PATHS:
        asked = {"cookie": cookie, "headers": {"Range": "bytes=0-99"}}
        ours, expected = backend.ask(fill(path), **asked), reference.ask(fill(path), **asked)
        assert b"the other film" not in ours.body, path
        if not (ours.status == 400 and ours.header("server") == "nginx"):  # nginx read no path in it
            assert (ours.status, ours.body) == (expected.status, expected.body), path
        assert backend.ask(fill(path)).status not in (200, 206), path


def test_a_zero_byte_ends_no_name(backend, cookie, fill):
    for path in NUL_PATHS:
        assert backend.ask(fill(path), cookie=cookie).status in (400, 403, 404), path


def test_inner_addresses_are_403_from_outside(backend, cookie, fill):
    for path in INNER:
        for method in ("GET", "HEAD", "POST"):
            served = backend.ask(fill(path), method=method, cookie=cookie)
            assert served.status == 403, (path, method)
            assert not [name for name, _value in served.headers if name.startswith(("x-gate", "x-accel"))]


def test_headers_from_outside_open_nothing(backend, reference, cookie, fill):
    expected = reference.ask(f"/stream/{UNKNOWN}/source").answer_parts
    for headers in [{name: value} for name, value in PLANTED.items()] + [PLANTED]:
        filled = {name: fill(value) for name, value in headers.items()}
        served = backend.ask(fill("/stream/{other}/source"), headers=filled, cookie=cookie)
        assert served.answer_parts == expected, headers
        if backend.nginx:
            assert backend.ask("/stream-gate/", headers=filled, cookie=cookie).status == 403, headers


def test_headers_of_the_connection_do_not_reach_the_application(backend, film):
    """A client that names a header of the proxy in Connection does not take it away (RFC 9110, 7.6.1)."""
    named = {"X-Gate-Secret": SECRET, "X-Gate-Video": str(film.uuid), "X-Trash": "X-Gate-Secret, X-Forwarded-For"}
    assert backend.ask(source_url(film), headers={**named, "Keep-Alive": "X-Gate-Secret"}).status == 403


def test_the_query_takes_no_part(backend, film, other, cookie):
    for query in ("?", "?x=1", f"?/stream/{other.uuid}/source", "?..%2f", "?" + "a" * 2000):
        assert backend.ask(source_url(film) + query, cookie=cookie).status == 200, query
        assert backend.ask(source_url(other) + query, cookie=cookie).status == 403, query
        assert backend.ask(source_url(film) + query).status == 403, query


def test_two_videos_in_one_browser(backend, film, other):
    client = unlocked(film)
    assert [backend.ask(source_url(video), cookie=cookie_of(client)).status for video in (film, other)] == [200, 403]
    assert factories.unlock(client, other).status_code == 303
    for _round in range(2):
        served = [backend.ask(source_url(video), cookie=cookie_of(client)) for video in (film, other)]
        assert [answer.status for answer in served] == [200, 200]
        assert served[0].body != served[1].body == b"the other film" * 100


def test_two_browsers_have_their_own_verdicts(backend, film, other):
    mine, theirs = cookie_of(unlocked(film)), cookie_of(unlocked(other))
    for _round in range(2):
        assert [backend.ask(source_url(video), cookie=mine).status for video in (film, other)] == [200, 403]
        assert [backend.ask(source_url(video), cookie=theirs).status for video in (film, other)] == [403, 200]
