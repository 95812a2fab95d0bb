"""The same file, asked for in the same words from Debian's nginx and from the `stream` backend: the same answers.

What differs on purpose is listed in `video_pages/delivery/ranges.py` and tested in `test_ranges.py`; the
requests here leave exactly that out.
"""

import http.client
import itertools
import os
import random

import pytest
from django.core.files.storage import FileSystemStorage
from django.test import RequestFactory

from tests.delivery.nginx_server import bare_nginx
from tests.delivery.odd_requests import CONDITIONS, DATE, EARLIER, IF_RANGES, LATER, MODIFIED, RANGES, SIZE
from video_pages.delivery.backends.base import StoredFile
from video_pages.delivery.backends.stream import StreamBackend

# No row is read; but closing an answer lets Django look after the connections of the tests before.
pytestmark = pytest.mark.django_db

SEED = 9110
RANDOM_REQUESTS = 400
COMPARED = ("content-length", "content-range", "last-modified")


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """A folder with `clip` of SIZE bytes and `empty`, both last changed at MODIFIED."""
    root = tmp_path_factory.mktemp("nginx")
    (root / "files").mkdir()
    (root / "files" / "clip").write_bytes(random.Random(SEED).randbytes(SIZE))  # noqa: S311
    (root / "files" / "empty").write_bytes(b"")
    for name in ("clip", "empty"):
        os.utime(root / "files" / name, (MODIFIED, MODIFIED))
    return root


@pytest.fixture(scope="module")
def nginx(files, require):
    """A connection to a real nginx that serves the folder."""
    with bare_nginx(require("nginx"), files, files / "files") as running:
        yield lambda: http.client.HTTPConnection("127.0.0.1", running.port, timeout=10)


class Served:
    """The answer of one server: status, headers in lower case, body."""

    def __init__(self, status, headers, body):
        self.status = status
        self.headers = {name.lower(): value for name, value in headers}
        self.body = body


def ask_nginx(connect, name, method, headers):
    connection = connect()
    connection.putrequest(method, f"/{name}", skip_accept_encoding=True)
    for key, value in headers.items():
        connection.putheader(key, value.encode("latin-1"))
    connection.endheaders()
    reply = connection.getresponse()
    served = Served(reply.status, reply.getheaders(), reply.read())
    connection.close()
    return served


def ask_us(files, name, method, headers):
    request = RequestFactory().generic(method, f"/{name}", headers=headers)
    storage = FileSystemStorage(location=files / "files")
    response = StreamBackend(storage).deliver(request, StoredFile(name, "video/mp4"))
    served = Served(response.status_code, response.items(), b"".join(response.streaming_content))
    response.close()
    return served


def compare(connect, files, method, templates, name="clip"):
    """Ask both, each with its own entity tag, and compare status, headers and body."""
    answers = []
    for ask, server in ((ask_nginx, connect), (ask_us, files)):
        etag = ask(server, name, "HEAD", {}).headers["etag"]
        headers = {key: value.replace("{etag}", etag) for key, value in templates.items()}
        served = ask(server, name, method, headers)
        assert ("etag" in served.headers) == (served.status in (200, 206, 304)), headers
        answers.append(served)
    theirs, ours = answers
    said = f"{method} {templates}: nginx {theirs.status} {theirs.headers}, we {ours.status} {ours.headers}"
    assert ours.status == theirs.status, said
    if theirs.status in (200, 206, 304):
        # nginx writes a page of its own for 412 and 416, so only these answers are alike throughout.
        assert {key: ours.headers.get(key) for key in COMPARED} == {key: theirs.headers.get(key) for key in COMPARED}, (
            said
        )
        assert ours.headers.get("content-type") == theirs.headers.get("content-type"), said
        assert ours.body == theirs.body, said
    else:
        assert ours.headers.get("content-range") == theirs.headers.get("content-range"), said
    return ours


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("header", RANGES)
def test_every_range_is_answered_as_nginx_answers_it(nginx, files, method, header):
    compare(nginx, files, method, {"Range": header})


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("conditions", CONDITIONS, ids=str)
def test_every_condition_is_answered_as_nginx_answers_it(nginx, files, method, conditions):
    compare(nginx, files, method, conditions)


@pytest.mark.parametrize("validator", IF_RANGES)
@pytest.mark.parametrize("header", ["bytes=1-2", "bytes=-3", "bytes=9999-", "bytes=x"])
def test_if_range_is_answered_as_nginx_answers_it(nginx, files, header, validator):
    compare(nginx, files, "GET", {"Range": header, "If-Range": validator})


@pytest.mark.parametrize(
    "header", ["bytes=0-", "bytes=0-5", "bytes=-5", "bytes=-0", "bytes=1-", "bytes=1-2", "bytes=x"]
)
def test_an_empty_file_is_answered_as_nginx_answers_it(nginx, files, header):
    compare(nginx, files, "GET", {"Range": header}, name="empty")


def test_the_whole_file_is_answered_as_nginx_answers_it(nginx, files):
    for method, header in itertools.product(("GET", "HEAD"), ({}, {"If-Range": '"x"'})):
        ours = compare(nginx, files, method, header)
        assert ours.headers["accept-ranges"] == "bytes"


def test_random_requests_are_answered_as_nginx_answers_them(nginx, files):
    """Seeded: a failure names its request. Conditions that RFC 9110 lets cancel each other are kept apart."""
    random_ = random.Random(SEED)  # noqa: S311
    tags = ["{etag}", "W/{etag}", '"x"', "*", '"x", {etag}', "", "{etag},"]
    dates = [DATE, EARLIER, LATER]
    for _round in range(RANDOM_REQUESTS):
        headers = {}
        if random_.random() < 0.7:
            headers["Range"] = _random_range(random_)
        if random_.random() < 0.3:
            headers["If-Range"] = random_.choice([*tags[:4], *dates])
        if random_.random() < 0.3:
            name = random_.choice(["If-Match", "If-Unmodified-Since"])
            headers[name] = random_.choice(tags if name == "If-Match" else dates)
        if random_.random() < 0.3:
            name = random_.choice(["If-None-Match", "If-Modified-Since"])
            headers[name] = random_.choice(tags if name == "If-None-Match" else dates)
        compare(nginx, files, random_.choice(["GET", "GET", "HEAD"]), headers)


def _random_range(random_):
    number = random_.choice(["", "0", "1", "42", "4998", "4999", "5000", "5001", "123456"])
    other = random_.choice(["", "0", "1", "42", "4998", "4999", "5000", "5001", "123456"])
    blank = random_.choice(["", "", "", " "])
    return f"bytes={blank}{number}{random_.choice(['-', '-', '-', '--', ' - '])}{other}{blank}"


def test_nginx_sends_several_ranges_in_parts_and_we_send_the_whole_file(nginx, files):
    headers = {"Range": "bytes=0-1,4-5"}
    theirs, ours = ask_nginx(nginx, "clip", "GET", headers), ask_us(files, "clip", "GET", headers)
    assert theirs.status == 206
    assert theirs.headers["content-type"].startswith("multipart/byteranges")
    assert (ours.status, len(ours.body)) == (200, SIZE)


@pytest.mark.parametrize(
    ("headers", "theirs", "ours"),
    [
        ({"If-None-Match": "{etag}", "If-Modified-Since": EARLIER}, 200, 304),
        ({"If-Match": "{etag}", "If-Unmodified-Since": EARLIER}, 412, 200),
        ({"If-Unmodified-Since": "x"}, 412, 200),
    ],
    ids=str,
)
def test_where_rfc_9110_says_must_we_follow_it_and_nginx_does_not(nginx, files, headers, theirs, ours):
    for ask, server, status in ((ask_nginx, nginx, theirs), (ask_us, files, ours)):
        etag = ask(server, "clip", "HEAD", {}).headers["etag"]
        answer = ask(server, "clip", "GET", {key: value.replace("{etag}", etag) for key, value in headers.items()})
        assert answer.status == status
