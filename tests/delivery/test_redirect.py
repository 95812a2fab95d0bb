"""DELIVERY=redirect: each request for media is answered with an address of the bucket that ends within a minute."""

import datetime as dt
from unittest import mock
from urllib.parse import parse_qs, urlsplit
from urllib.request import Request

import pytest
from botocore.exceptions import NoCredentialsError
from django.core.files.base import ContentFile
from django.utils import timezone

from site_config.security.request import SiteHandler
from tests import factories
from tests.delivery.addresses import poster_url, source_url, unlocked
from tests.delivery.front.same_replies import cookie_of, remember_view
from tests.delivery.wsgi_requests import ask, front
from tests.library.s3.answers import status_of
from tests.s3_servers import library_in
from tests.site_config.policies import directives
from video_pages.delivery.backends import choice
from video_pages.delivery.backends.redirect import RedirectBackend
from video_pages.library import paths
from video_pages.library.s3 import client as clients
from video_pages.library.s3 import signing
from video_pages.library.s3.outage import outage
from video_pages.library.storage import protected_storage
from video_pages.models import VideoAccessSession, VideoFile, VideoView

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_memory")]

PACKAGE = "0123456789ab"
RENDITION = f"{PACKAGE}/720p.mp4"
CONTENT = bytes(range(256)) * 20
ELEMENT = {"Sec-Fetch-Dest": "video"}


@pytest.fixture
def bucket(settings, gateway_bucket, own_media_roots):
    """The storage of a site with DELIVERY=redirect."""
    settings.DELIVERY = "redirect"
    with library_in(settings, gateway_bucket) as storage:
        yield storage


@pytest.fixture
def video(bucket):
    """A video with a package and a poster, in the bucket."""
    made = factories.make_video()
    file = made.video_file
    VideoFile.objects.filter(pk=file.pk).update(package=PACKAGE, poster_version=1)
    file.refresh_from_db()
    for name, content in (
        (paths.made_name(file.uuid, PACKAGE, "master.m3u8"), b"#EXTM3U\n"),
        (paths.made_name(file.uuid, PACKAGE, "storyboard.vtt"), b"WEBVTT\n"),
        (paths.made_name(file.uuid, PACKAGE, "storyboard-1.jpg"), b"\xff\xd8 a sheet"),
        (paths.made_name(file.uuid, PACKAGE, "720p.mp4"), CONTENT),
        (file.poster_name, b"\xff\xd8 a picture"),
    ):
        bucket.save(name, ContentFile(content))
    return made


def address(video, name):
    return f"/stream/{video.uuid}/{name}"


def signed_seconds(location):
    return int(parse_qs(urlsplit(location).query)["X-Amz-Expires"][0])


@pytest.mark.parametrize(
    ("name", "content_type"),
    [("source", "video/mp4"), (RENDITION, "video/mp4"), ("poster", "image/jpeg")]
    + [(f"{PACKAGE}/storyboard-1.jpg", "image/jpeg")],
)
def test_media_come_from_the_bucket_by_an_address_of_a_minute(video, bucket, name, content_type):
    response = unlocked(video).get(address(video, name), headers={"Range": "bytes=2-5"})
    assert (response.status_code, response.content) == (302, b"")
    assert response["Cache-Control"] == "private, no-store"
    assert response["Referrer-Policy"] == "same-origin"
    assert "Content-Type" not in response
    location = response["Location"]
    assert signed_seconds(location) == 60
    status, body, headers = status_of(location)
    assert (status, headers["Content-Type"], headers["Cache-Control"]) == (200, content_type, "private, no-store")
    assert len(body) == int(headers["Content-Length"])


@pytest.mark.parametrize("name", ["hls/master.m3u8", f"{PACKAGE}/storyboard.vtt", "status", "chapters.vtt"])
def test_texts_come_from_the_application(video, name):
    response = unlocked(video).get(address(video, name))
    assert response.status_code == 200
    assert "Location" not in response


def test_a_head_is_signed_for_a_head(video):
    location = unlocked(video).head(address(video, RENDITION))["Location"]
    status, body, headers = status_of(Request(location, method="HEAD"))  # noqa: S310  http on loopback
    assert (status, body, headers["Content-Length"]) == (200, b"", str(len(CONTENT)))
    assert status_of(location)[0] == 403


class TestTheLifeOfAnAddress:
    @pytest.mark.parametrize(("left", "seconds"), [(7200, 60), (61.5, 60), (59.5, 59), (30.2, 30), (0.4, 1)])
    def test_it_ends_with_the_access(self, video, left, seconds):
        client = unlocked(video)
        VideoAccessSession.objects.update(expires_at=timezone.now() + dt.timedelta(seconds=left))
        response = client.get(address(video, RENDITION))
        if response.status_code == 302:
            assert seconds - 1 <= signed_seconds(response["Location"]) <= seconds
        else:
            assert left < 1

    def test_an_editor_has_a_minute(self, video):
        editor = factories.browser(factories.make_superuser())
        for path in (source_url(video), video.video_file.url):
            assert signed_seconds(editor.get(path)["Location"]) == 60


class TestMediaElements:
    """Chromium's media elements go on at the address of the first redirect, whose signature ends."""

    @pytest.mark.parametrize("name", ["source", RENDITION])
    def test_they_get_the_bytes_from_the_application(self, video, bucket, name):
        client = unlocked(video)
        response = client.get(address(video, name), headers={**ELEMENT, "Range": "bytes=2-5"})
        stored = bucket.open(video.video_file.playable_name).read() if name == "source" else CONTENT
        assert (response.status_code, b"".join(response.streaming_content)) == (206, stored[2:6])
        assert client.get(address(video, name), headers={**ELEMENT, "Range": "bytes=999999-"}).status_code == 416

    def test_scripts_are_redirected(self, video):
        response = unlocked(video).get(address(video, RENDITION), headers={"Sec-Fetch-Dest": "empty"})
        assert response.status_code == 302


class TestViews:
    @pytest.mark.parametrize("headers", [{}, ELEMENT], ids=str)
    def test_a_film_counts_once_and_a_poster_not(self, video, headers):
        client = unlocked(video)
        client.get(poster_url(video))
        client.head(address(video, RENDITION), headers=headers)
        assert VideoView.objects.count() == 0
        for _segment in range(3):
            client.get(address(video, RENDITION), headers=headers)
        assert VideoView.objects.count() == 1


class TestTheFront:
    @pytest.mark.parametrize("name", ["source", RENDITION, "poster", "hls/master.m3u8", f"{PACKAGE}/storyboard.vtt"])
    @pytest.mark.parametrize("headers", [{}, {"Range": "bytes=1-4"}, ELEMENT], ids=str)
    def test_it_answers_as_the_view_without_the_middleware(self, video, name, headers):
        cookie = cookie_of(unlocked(video))
        remember_view(video)
        for method in ("GET", "HEAD"):
            with_front = front()
            request = {"method": method, "cookie": cookie, "headers": headers}
            replies = [ask(with_front, address(video, name), **request) for _time in range(2)]
            assert not with_front.application.requests
            by_the_view = ask(SiteHandler(), address(video, name), **request)
            assert [without_signature(reply) for reply in replies] == [without_signature(by_the_view)] * 2

    def test_it_refuses_without_a_signature(self, video):
        reply = ask(front(), address(video, RENDITION))
        assert reply.status == "403 Forbidden"
        assert "Location" not in dict(reply.headers)


def without_signature(reply):
    """Return `reply` without the time and the signature of an address."""
    headers = [(name, value.partition("X-Amz-Date")[0]) for name, value in reply.headers]
    return reply._replace(headers=headers)


class TestThePolicies:
    def test_pages_may_load_media_from_the_bucket_and_nothing_else(self, video, gateway, settings):
        client = unlocked(video)
        with_bucket = directives(client.get(video.url))
        settings.DELIVERY = "stream"
        without = directives(client.get(video.url))
        added = {name: with_bucket[name] - without[name] for name in without if with_bucket[name] != without[name]}
        assert added == {name: {gateway.url} for name in ("media-src", "connect-src", "img-src")}

    def test_an_address_for_browsers_is_the_one_that_pages_allow(self, video, settings):
        settings.S3_PUBLIC_ENDPOINT_URL, settings.S3_ADDRESSING = "https://s3.example.org", "virtual"
        clients.forget_clients()
        (origin,) = RedirectBackend.origins()
        assert origin == f"https://{settings.S3_BUCKET}.s3.example.org"
        assert unlocked(video).get(address(video, RENDITION))["Location"].startswith(f"{origin}/library/")


class TestTheChecks:
    def found(self):
        return [error.id for error in choice.backend_class("redirect").check()]

    def test_files_of_this_machine_are_refused_with_what_to_set(self, settings):
        settings.DELIVERY, settings.LIBRARY_STORAGE = "redirect", "files"
        (error,) = RedirectBackend.check()
        assert error.id == "video_pages.E027"
        assert "LIBRARY_STORAGE=s3" in error.hint
        assert RedirectBackend.origins() == ()

    def test_a_bucket_is_accepted(self, bucket):
        assert self.found() == []

    def test_a_bucket_without_https_is_refused_for_a_site_with_https(self, bucket, settings):
        settings.WAGTAILADMIN_BASE_URL = "https://site.example.org"
        assert self.found() == ["video_pages.E028"]
        settings.S3_PUBLIC_ENDPOINT_URL = "https://s3.example.org"
        assert self.found() == []


def test_a_bucket_without_a_key_is_not_reachable_and_tells_no_address(video, monkeypatch):
    client = unlocked(video)
    monkeypatch.setattr(signing, "credentials", mock.Mock(side_effect=NoCredentialsError))
    monkeypatch.setattr("time.time", lambda: 4_000_000_000.0)  # no address of this second is remembered
    response = client.get(address(video, RENDITION))
    assert response.status_code in (403, 503)
    assert "Location" not in response


def test_while_the_servers_can_not_reach_the_bucket_browsers_are_still_sent_there(video, gateway):
    client = unlocked(video)
    outage.note(answered=False)
    try:
        assert gateway.url in directives(client.get(video.url))["media-src"]
        assert client.get(address(video, RENDITION)).status_code == 302
        assert not outage.admits(), "a signature is no answer of the bucket"
    finally:
        outage.reset()


def test_no_address_is_logged(video, caplog):
    client = unlocked(video)
    with caplog.at_level("DEBUG"):
        location = client.get(address(video, RENDITION))["Location"]
    signature = parse_qs(urlsplit(location).query)["X-Amz-Signature"][0]
    for record in caplog.records:
        if not record.name.startswith("botocore"):
            assert signature not in record.getMessage()
    assert protected_storage().exists(paths.made_name(video.video_file.uuid, PACKAGE, "720p.mp4"))
