"""The token of a receiver stands where the key of a frame does, and the layer in front answers it as the view does."""

import pytest
from django.conf import settings
from django.core.files.base import ContentFile

from tests import factories
from tests.delivery.front.same_replies import MADE, address, remember_view, same
from tests.delivery.receivers import folder_of_row
from tests.delivery.wsgi_requests import ask, front
from video_pages.access.invitations.services import create_invitation
from video_pages.core import clock
from video_pages.delivery.confirming import verdicts
from video_pages.library import paths
from video_pages.library.storage import protected_storage
from video_pages.models import VideoAccessSession, VideoFile

OLDER = "ba9876543210"

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_memory")]


@pytest.fixture
def folder(video, cookie):
    remember_view(video)
    return folder_of_row(video, VideoAccessSession.objects.get().pk)


@pytest.mark.parametrize("name", ["poster", "hls/master.m3u8", f"{MADE}/720p.mp4"])
def test_it_opens_without_a_session_or_with_any(folder, name):
    for cookie in (None, "a" * 32, "no key of a session"):
        reply = same(folder + name, cookie=cookie)
        assert reply.status == "200 OK"
        assert ("Access-Control-Allow-Origin", "*") in reply.headers


def test_the_progressive_file_and_the_rest_are_for_the_view(folder):
    for name, status in (("source", "200 OK"), ("hls/television.m3u8", "200 OK"), ("status", "404 Not Found")):
        assert same(folder + name, is_passed=True).status == status


@pytest.mark.parametrize("name", [f"{MADE}/film.mp4", f"{MADE}/copy.mp4", f"{OLDER}/film.mp4"])
@pytest.mark.parametrize("asked", ["bytes=0-", "bytes=5-9", None])
def test_the_progressive_file_is_for_the_view_under_the_name_of_its_package_too(
    video, folder, monkeypatch, name, asked
):
    monkeypatch.setattr("video_pages.delivery.television.PIECE_BYTES", 1000)
    package, _slash, filename = name.partition("/")
    stored = paths.made_name(video.video_file.uuid, package, filename)
    protected_storage().save(stored, ContentFile(bytes(4096)))
    VideoFile.objects.update(
        progressive_name=stored if package == MADE else paths.made_name(video.video_file.uuid, MADE, filename)
    )
    reply = same(folder + name, headers={"Range": asked} if asked else None, is_passed=True)
    assert len(reply.body) == {"bytes=0-": 1000, "bytes=5-9": 5, None: 4096}[asked]


def test_a_verdict_takes_two_queries_and_then_none(folder, django_assert_num_queries):
    for number in (2, 0):
        with django_assert_num_queries(number):
            assert ask(front(), f"{folder}poster").status == "200 OK"


def test_the_verdict_in_memory_is_the_row_of_the_token_and_of_no_other(video, folder):
    assert ask(front(), f"{folder}poster").status == "200 OK"
    other = folder_of_row(video, VideoAccessSession.objects.get().pk + 1)
    assert same(f"{other}poster", is_passed=True).status == "403 Forbidden"


def test_another_row_of_the_same_browser_does_not_count(video, cookie):
    row = VideoAccessSession.objects.get()
    folder = folder_of_row(video, row.pk)
    invitation, _token = create_invitation(video, kind="link", label="Jury")
    VideoAccessSession.objects.filter(pk=row.pk).update(expires_at=clock.now())
    row.pk, row.granted_by = None, invitation
    row.save()
    assert same(address(video, "poster"), cookie=cookie).status == "200 OK"
    assert same(f"{folder}poster", is_passed=True).status == "403 Forbidden"


def test_it_plays_on_when_the_browser_unlocks_the_film_again(video, cookie, folder):
    assert ask(front(), f"{folder}poster").status == "200 OK"
    browser = factories.browser()
    browser.cookies[settings.SESSION_COOKIE_NAME] = cookie
    factories.unlock(browser, video)
    remember_view(video)
    verdicts.confirm()
    assert VideoAccessSession.objects.get().first_id
    assert same(f"{folder}poster").status == "200 OK"
    VideoAccessSession.objects.all().delete()
    verdicts.confirm()
    assert same(f"{folder}poster", is_passed=True).status == "403 Forbidden"
