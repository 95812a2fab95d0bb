"""Each backend counts a view once, at the first bytes of a video, and extends the access to a section by it."""

import concurrent.futures
import datetime as dt

import pytest

from tests import factories
from tests.delivery.addresses import source_url, unlocked, unlocked_by_section
from tests.delivery.backends.conftest import cookie_of, deciding, open_to_everyone
from video_pages.models import VideoAccessSession, VideoPage, VideoView

pytestmark = [pytest.mark.django_db(transaction=True), deciding]


def views_of(video):
    """Return (the number on the page, the number of rows)."""
    return VideoPage.objects.get(pk=video.pk).views, VideoView.objects.filter(video=video).count()


def test_many_requests_at_once_are_one_view(backend, film, cookie):
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        asked = [pool.submit(backend.ask, source_url(film), cookie=cookie) for _request in range(24)]
        assert {answer.result().status for answer in asked} == {200}
    assert views_of(film) == (1, 1)


def test_a_request_that_gets_no_film_is_no_view(backend, film, cookie):
    assert backend.ask(source_url(film), method="HEAD", cookie=cookie).status == 200
    assert backend.ask(f"/stream/{film.uuid}/status", cookie=cookie).status == 200
    assert backend.ask(source_url(film), cookie=cookie, headers={"User-Agent": "Googlebot/2.1"}).status == 200
    assert views_of(film) == (0, 0)


def test_what_a_browser_fetches_ahead_is_no_view_and_hides_none(backend, film, cookie):
    for name, value in (("Sec-Purpose", "prefetch"), ("Purpose", "prefetch"), ("X-Moz", "prefetch")):
        assert backend.ask(source_url(film), cookie=cookie, headers={name: value}).status == 200
    assert views_of(film) == (0, 0)
    assert backend.ask(source_url(film), cookie=cookie).status == 200
    assert views_of(film) == (1, 1)


def test_each_browser_is_a_view(backend, film):
    for _browser in range(3):
        assert backend.ask(source_url(film), cookie=cookie_of(unlocked(film))).status == 200
    assert views_of(film) == (3, 3)


def test_visitors_of_an_open_video_are_told_apart_without_a_cookie(backend):
    video = factories.make_video(password=None)
    open_to_everyone(video)
    for agent in ("Firefox/1", "Firefox/1", "Chrome/2"):
        assert backend.ask(source_url(video), headers={"User-Agent": agent}).status == 200
    assert views_of(video) == (2, 2)


def test_a_view_extends_the_access_to_its_section_and_the_browser_is_told(backend):
    video, client = unlocked_by_section()
    before = VideoAccessSession.objects.get().expires_at
    known = client.cookies["known_browser"].value
    first = backend.ask(source_url(video), cookie=f"{cookie_of(client)}; known_browser={known}")
    assert first.status == 200
    assert VideoAccessSession.objects.get().expires_at > before + dt.timedelta(minutes=30)
    assert first.header("Set-Cookie").startswith("known_browser=")
    second = backend.ask(source_url(video), cookie=f"{cookie_of(client)}; known_browser={known}")
    assert second.header("Set-Cookie") is None
