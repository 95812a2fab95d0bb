"""Answers to a browser with a verdict: the bytes, exact headers, and 404 for a missing file."""

import os
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.http import parse_http_date

from tests import factories
from tests.database import forget_statistics
from tests.delivery.addresses import body, poster_url, source_url, unlocked
from video_pages.library.models import LibraryIdentity
from video_pages.library.storage import protected_storage
from video_pages.models import VideoFile, VideoPage, VideoView

pytestmark = pytest.mark.django_db

CONTENT = bytes(range(256)) * 16


@pytest.fixture
def client(video):
    return unlocked(video)


def test_the_whole_source_comes_with_its_exact_headers(video, client):
    response = client.get(source_url(video))
    assert (response.status_code, body(response)) == (200, CONTENT)
    expected = {
        "Content-Type": "video/mp4",
        "Content-Length": str(len(CONTENT)),
        "Accept-Ranges": "bytes",
        "Cache-Control": "private, no-store",
        "Content-Security-Policy": "default-src 'none'",
        "Cross-Origin-Resource-Policy": "same-origin",
        "X-Content-Type-Options": "nosniff",
    }
    assert {name: response[name] for name in expected} == expected
    assert "Cookie" in response["Vary"]
    assert response["ETag"].startswith('"')
    assert parse_http_date(response["Last-Modified"])
    for name in ("Content-Disposition", "Content-Encoding", "Set-Cookie"):
        assert name not in response
    assert not response.cookies


def test_a_range_is_cut_out_exactly(video, client):
    response = client.get(source_url(video), headers={"Range": "bytes=100-299"})
    assert (response.status_code, body(response)) == (206, CONTENT[100:300])
    assert response["Content-Range"] == f"bytes 100-299/{len(CONTENT)}"
    assert response["Content-Length"] == "200"
    assert response["Content-Type"] == "video/mp4"


def test_several_ranges_get_the_whole_file(video, client):
    response = client.get(source_url(video), headers={"Range": "bytes=0-1,4-5"})
    assert (response.status_code, body(response)) == (200, CONTENT)


def test_a_range_past_the_end_is_answered_with_the_length(video, client):
    response = client.get(source_url(video), headers={"Range": "bytes=4096-"})
    assert (response.status_code, body(response)) == (416, b"")
    assert response["Content-Range"] == "bytes */4096"
    assert response["Cache-Control"] == "private, no-store"


def test_a_known_copy_is_not_sent_again(video, client):
    etag = client.get(source_url(video))["ETag"]
    response = client.get(source_url(video), headers={"If-None-Match": etag})
    assert (response.status_code, body(response)) == (304, b"")
    assert response["ETag"] == etag
    assert response["Cache-Control"] == "private, no-store"
    assert "Content-Length" not in response
    assert "Content-Type" not in response


def test_another_version_is_not_taken_for_the_one_asked_for(video, client):
    response = client.get(source_url(video), headers={"If-Match": '"x"'})
    assert (response.status_code, body(response)) == (412, b"")


def test_head_tells_what_get_would_and_sends_nothing(video, client):
    for headers in ({}, {"Range": "bytes=5-9"}, {"Range": "bytes=9999-"}):
        got = client.get(source_url(video), headers=headers)
        head = client.head(source_url(video), headers=headers)
        assert head.status_code == got.status_code
        assert headers_of(head) == headers_of(got)
        assert body(head) == b""


def headers_of(response):
    """The headers of `response`, but for the id that every answer has of its own."""
    return {name: value for name, value in response.items() if name != "X-Request-ID"}


def test_a_file_that_changed_has_another_tag_even_at_the_same_size(video, client):
    before = client.get(source_url(video))
    path = protected_storage().path(video.video_file.playable_name)
    with open(path, "r+b") as file:
        file.write(b"restored")
    os.utime(path, (1_700_000_000, 1_700_000_000))
    after = client.get(source_url(video))
    assert after["Content-Length"] == before["Content-Length"]
    assert after["ETag"] != before["ETag"]
    assert client.get(source_url(video), headers={"If-None-Match": before["ETag"]}).status_code == 200


def test_a_file_that_is_gone_is_not_found_and_one_whose_disk_is_away_is_asked_for_again(video, client):
    os.remove(protected_storage().path(video.video_file.playable_name))
    assert client.get(source_url(video)).status_code == 404
    LibraryIdentity.objects.create(pk=1, identity=uuid.uuid4())
    response = client.get(source_url(video))
    assert (response.status_code, response["Retry-After"]) == (503, "30")
    assert response["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "options", "trace"])
def test_other_methods_are_not_allowed(video, method):
    client = factories.browser(enforce_csrf_checks=True)
    client.cookies = unlocked(video).cookies
    response = getattr(client, method)(source_url(video))
    assert response.status_code == 405
    assert response["Allow"] == "GET, HEAD"
    assert response["Cache-Control"] == "private, no-store"


NO_NAMES = ["", "nothing", "source/", "source/x", "Source", "../source", "%2e%2e/source", "source%00", "source%0a"]
NO_NAMES += ["..%2f..%2f..%2fetc/passwd", "hls/master.m3u8", "x" * 3000, "%ff%fe", "poster.jpg", "\u202e"]


def test_names_that_are_none_are_not_found(video, client):
    for rest in NO_NAMES:
        response = client.get(f"/stream/{video.uuid}/{rest}")
        assert response.status_code == 404, rest
        assert response["Cache-Control"] == "private, no-store", rest
        assert client.post(f"/stream/{video.uuid}/{rest}").status_code == 404, rest


ODD_VALUES = ["", " ", ",", '"', "=", "bytes", "bytes=", "bytes=" + "9" * 6000 + "-", "bytes=-" + "9" * 6000]
ODD_VALUES += ["bytes=" + "0-1," * 2000, "\xb2\xb3", "W/", "\t", "Mon, 99 Foo 99999 99:99:99 GMT", "\x85", "0" * 8000]


@pytest.mark.parametrize("name", ["Range", "If-Range", "If-Match", "If-None-Match", "If-Modified-Since"])
def test_an_odd_header_is_never_an_error_of_ours(video, client, name):
    for value in ODD_VALUES:
        response = client.get(source_url(video), headers={name: value, "Range" if name == "If-Range" else name: value})
        assert response.status_code in (200, 206, 304, 412, 416), value[:24]


def test_an_upload_that_nothing_was_made_of_is_not_handed_out(video, client):
    file = video.video_file
    for name in ("", file.file.name):  # as a new file has it, and as older versions wrote it
        VideoFile.objects.filter(pages=video).update(progressive_name=name, container="webm", video_codec="vp9")
        assert client.get(source_url(video)).status_code == 404


def test_a_replaced_source_is_served_at_once_under_another_tag(video, client):
    before = client.get(source_url(video))["ETag"]
    VideoPage.objects.filter(pk=video.pk).update(video_file=factories.make_video_file())
    assert client.get(source_url(video))["ETag"] != before


def test_the_poster_is_served_once_it_is_there(video, client):
    assert client.get(poster_url(video)).status_code == 404
    file = video.video_file
    VideoFile.objects.filter(pk=file.pk).update(poster_version=1)
    file.refresh_from_db()
    assert client.get(poster_url(video)).status_code == 404  # the row promises what the disk has not
    path = file.file.storage.path(file.poster_name)
    with open(path, "wb") as poster:
        poster.write(b"\xff\xd8 a picture")
    response = client.get(poster_url(video))
    assert (response.status_code, body(response)) == (200, b"\xff\xd8 a picture")
    assert response["Content-Type"] == "image/jpeg"
    assert factories.browser().get(poster_url(video)).status_code == 403


def test_a_video_without_a_file_or_with_a_lost_one_is_not_found(video, client):
    file = video.video_file
    file.file.storage.remove_now(file.playable_name)
    assert client.get(source_url(video)).status_code == 404
    VideoPage.objects.filter(pk=video.pk).update(video_file=None)
    assert client.get(source_url(video)).status_code == 404
    assert client.get(poster_url(video)).status_code == 404


def test_an_open_video_needs_no_password(video):
    VideoPage.objects.filter(pk=video.pk).update(open_to_everyone=True)
    response = factories.browser().get(source_url(video))
    assert response.status_code == 200
    assert response["Cache-Control"] == "private, no-store"
    assert not response.cookies


def test_the_address_is_the_one_that_others_rely_on(video):
    assert reverse("stream", args=(video.uuid, "source")) == f"/stream/{video.uuid}/source"


def queries_of(client, url):
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert client.get(url, headers={"Range": "bytes=0-99"}).status_code == 206
    return [query["sql"] for query in queries]


def test_a_counted_stream_request_asks_twice_beside_the_session(video, client, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        client.get(source_url(video))
    assert VideoView.objects.count() == 1
    asked = queries_of(client, source_url(video))
    assert len(asked) == 3, asked
    assert "django_session" in asked[0]
    assert all(sql.startswith("SELECT") for sql in asked)


def test_the_queries_of_a_stream_request_stay_as_many_when_videos_are_added(
    video, client, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        client.get(source_url(video))
    before = queries_of(client, source_url(video))
    for _number in range(3):
        factories.make_video(section=video.get_parent().specific)
    assert len(queries_of(client, source_url(video))) == len(before)


@pytest.mark.skipif("connection.vendor != 'sqlite'")
def test_the_queries_of_a_stream_request_use_indexes(video, client, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        client.get(source_url(video))
    forget_statistics()
    for sql in queries_of(client, source_url(video)):
        with connection.cursor() as cursor:
            cursor.execute("EXPLAIN QUERY PLAN " + sql.replace("%", "%%"))
            plan = [row[3] for row in cursor.fetchall()]
        assert not [step for step in plan if step.startswith("SCAN ")], (sql, plan)
