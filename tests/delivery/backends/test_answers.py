"""Files of a video from each backend: the same headers, ranges as bare nginx answers them, conditions, other methods.

Behind a redirect, the bucket decides about ranges and conditions, and says which object is missing.
"""

import itertools
import os
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.base import ContentFile

from tests.delivery.addresses import poster_url, source_url
from tests.delivery.backends.conftest import compared
from tests.delivery.odd_requests import CONDITIONS, IF_RANGES, MODIFIED, RANGES
from video_pages.library import paths
from video_pages.library.storage import protected_storage
from video_pages.models import VideoFile

pytestmark = pytest.mark.django_db(transaction=True)

PACKAGE = "0123456789ab"
FILES = {
    "hls/master.m3u8": "application/vnd.apple.mpegurl",
    f"{PACKAGE}/1080p.m3u8": "application/vnd.apple.mpegurl",
    f"{PACKAGE}/1080p.mp4": "video/mp4",
    f"{PACKAGE}/storyboard.vtt": "text/vtt; charset=utf-8",
    f"{PACKAGE}/storyboard-1.jpg": "image/jpeg",
    "poster": "image/jpeg",
    "source": "video/mp4",
}
# nginx makes validators of other facts, and states Accept-Ranges only where it sends no range.
OWN_HEADERS = {"etag", "last-modified", "accept-ranges"}


@pytest.fixture
def package(film):
    """Give `film` a package and a poster; returns {name below /stream/<uuid>/: its bytes}."""
    file = film.video_file
    VideoFile.objects.filter(pk=file.pk).update(package=PACKAGE, poster_version=1)
    file.refresh_from_db()
    contents = {"source": protected_storage().open(file.playable_name).read()}
    for name in FILES:
        if name == "source":
            continue
        _folder, _slash, filename = name.rpartition("/")
        stored = paths.poster_name(file.uuid, 1) if name == "poster" else paths.made_name(file.uuid, PACKAGE, filename)
        contents[name] = f"bytes of {name}".encode()
        protected_storage().save(stored, ContentFile(contents[name]))
    return contents


# A bucket states no size and no validators where it sends no bytes (AWS and MinIO alike).
OWN_ERROR_HEADERS = OWN_HEADERS | {"content-range", "content-length"}


def without(served, names):
    """Return what `served` told, without some headers."""
    status, headers, body = served.answer_parts
    return status, [pair for pair in headers if pair[0] not in names], body


@compared
@pytest.mark.parametrize("headers", [{}, {"Range": "bytes=2-5"}, {"Range": "bytes=99999-"}], ids=str)
def test_every_file_has_the_headers_that_the_application_sends(backend, reference, film, package, cookie, headers):
    for name, method in itertools.product(FILES, ("GET", "HEAD")):
        address = f"/stream/{film.uuid}/{name}"
        asked = {"method": method, "headers": headers, "cookie": cookie}
        ours, expected = backend.ask(address, **asked), reference.ask(address, **asked)
        own = OWN_ERROR_HEADERS if backend.is_redirect and expected.status == 416 else OWN_HEADERS
        assert without(ours, own) == without(expected, own)
        if expected.status == 200:
            assert ours.header("Content-Type") == FILES[name]
            assert ours.body == (package[name] if method == "GET" else b"")
            assert ours.header("Accept-Ranges") == "bytes"
        if expected.status in (200, 206):
            assert ours.header("ETag")
            assert ours.header("Last-Modified") == expected.header("Last-Modified")


@pytest.mark.parametrize("headers", [{"If-Match": '"x"'}, {"If-None-Match": "*"}], ids=str)
def test_an_answer_without_bytes_is_protected_and_empty(backend, film, cookie, headers):
    if backend.is_redirect and "If-None-Match" in headers:
        headers = {"If-None-Match": backend.ask(source_url(film), cookie=cookie).header("ETag")}  # MinIO takes no `*`
    served = backend.ask(source_url(film), headers=headers, cookie=cookie)
    assert (served.status, served.body) == (412 if "If-Match" in headers else 304, b"")
    assert served.header("Cache-Control") == "private, no-store"
    assert "Cookie" in served.header("Vary")
    assert served.header("Content-Security-Policy") == "default-src 'none'"
    assert served.header("Content-Type") is None


def test_a_name_without_a_file_and_a_name_from_rows_are_answered_by_the_application(backend, reference, film, cookie):
    names = ["poster", "nothing", f"{PACKAGE}/1080p.mp4", "hls/master.m3u8", "status"]
    if backend.is_redirect:
        names.remove(f"{PACKAGE}/1080p.mp4")  # the bucket says that it is missing
    for name in names:
        served = backend.ask(f"/stream/{film.uuid}/{name}", cookie=cookie)
        assert served.status == (200 if name == "status" else 404)
        assert served.answer_parts == reference.ask(f"/stream/{film.uuid}/{name}", cookie=cookie).answer_parts


@compared
def test_other_methods_are_answered_by_the_application(backend, reference, film, cookie):
    for method in ("POST", "PUT", "DELETE", "PATCH", "OPTIONS", "PROPFIND"):
        asked = {"method": method, "cookie": cookie, "body": b"x" if method == "POST" else b""}
        assert (
            backend.ask(source_url(film), **asked).answer_parts == reference.ask(source_url(film), **asked).answer_parts
        )


def test_a_missing_file_is_404_and_not_a_page_of_nginx(backend, reference, film, cookie):
    protected_storage().remove_now(film.video_file.playable_name)
    served = backend.ask(source_url(film), cookie=cookie)
    assert served.status == 404
    assert backend.is_redirect or served.answer_parts == reference.ask(source_url(film), cookie=cookie).answer_parts


def test_several_ranges_get_the_whole_file(backend, film, cookie):
    served = backend.ask(source_url(film), headers={"Range": "bytes=0-1,4-5"}, cookie=cookie)
    assert (served.status, len(served.body)) == (200, 4096)


class TestAgainstBareNginx:
    """The file of a video and the same file from a server without any of our configuration."""

    @pytest.fixture
    def ask_both(self, backend, film, cookie, bare_nginx):
        if backend.is_redirect:
            pytest.skip("the bucket decides about ranges and conditions")
        storage, name = protected_storage(), film.video_file.playable_name
        if backend.bucket:
            path, modified = Path(settings.DATA_DIR) / "media" / f"{film.pk}.mp4", storage.get_modified_time(name)
            path.write_bytes(storage.open(name).read())
            os.utime(path, (modified.timestamp(), modified.timestamp()))
        else:
            path = storage.path(name)
            os.utime(path, (MODIFIED, MODIFIED))
        bare, address = bare_nginx(path)
        servers = [(bare, address, None), (backend, source_url(film), cookie)]
        tags = [server.ask(where, method="HEAD", cookie=sent).header("ETag") for server, where, sent in servers]

        def ask_both(headers, method="GET"):
            answers = []
            for (server, where, sent), etag in zip(servers, tags, strict=True):
                filled = {name: value.replace("{etag}", etag) for name, value in headers.items()}
                answers.append(server.ask(where, method=method, headers=filled, cookie=sent))
            return answers

        return ask_both

    def compare(self, theirs, ours, said):
        assert ours.status == theirs.status, said
        if theirs.status in (200, 206, 304):
            for name in ("Content-Length", "Content-Range", "Last-Modified"):
                assert ours.header(name) == theirs.header(name), said
            assert ours.body == theirs.body, said
        elif theirs.status == 416:
            assert ours.header("Content-Range") == theirs.header("Content-Range"), said

    def test_ranges(self, ask_both, backend):
        several = {header for header in RANGES if "," in header}
        for header in RANGES:
            theirs, ours = ask_both({"Range": header})
            if header in several and theirs.status == 206:
                assert (ours.status, len(ours.body)) == (200, 4096), header
            elif backend.bucket and theirs.status == 416 and header.startswith("bytes=9223"):
                # Far beyond the last slice, the bucket answers, and states no size.
                assert (ours.status, ours.body) == (416, b""), header
                assert ours.header("Cache-Control") == "private, no-store"
                assert ours.header("Content-Security-Policy") == "default-src 'none'"
            else:
                self.compare(theirs, ours, header)

    def test_conditions(self, ask_both):
        for conditions in CONDITIONS:
            self.compare(*ask_both(conditions), conditions)

    def test_if_range(self, ask_both):
        for validator in IF_RANGES:
            for header in ("bytes=1-2", "bytes=9999-", "bytes=x"):
                self.compare(*ask_both({"Range": header, "If-Range": validator}), (validator, header))


def test_the_poster_counts_no_view_and_the_film_counts_one(backend, film, package, cookie):
    assert backend.ask(poster_url(film), cookie=cookie).status == 200
    film.refresh_from_db()
    assert film.views == 0
    assert backend.ask(source_url(film), cookie=cookie).status == 200
    film.refresh_from_db()
    assert film.views == 1
