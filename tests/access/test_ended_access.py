"""The reason why access ended, told to the browser that had it and to nobody else."""

import datetime as dt

import pytest
from django.core import signing
from django.utils import timezone

from tests.factories import PASSWORD, browser, make_section, make_video, make_video_file, unlock
from video_pages.access import known_browsers, passwords, revoke
from video_pages.access.guard import access_states
from video_pages.access.revoke import end_all_access, purge_expired
from video_pages.access.visitor import Visitor
from video_pages.core import clock
from video_pages.models import VideoAccessSession

pytestmark = pytest.mark.django_db

ENDED = "Access was ended before its time."
CHANGED = "The password has changed since you opened this."
EXPIRED = "Your time is over."
REASONS = (ENDED, CHANGED, EXPIRED)


@pytest.fixture(params=["video", "section"])
def page(request):
    return make_video() if request.param == "video" else make_section(password=PASSWORD)


@pytest.fixture
def client(page):
    """A browser that has opened the page."""
    client = browser()
    assert unlock(client, page).status_code == 303
    return client


def said(client, page):
    """The reasons that the page gives to `client`."""
    response = client.get(page.url)
    assert response.status_code == 200
    return [reason for reason in REASONS if reason in response.content.decode()]


def later(monkeypatch, **length):
    moment = timezone.now() + dt.timedelta(**length)
    monkeypatch.setattr(clock, "now", lambda: moment)
    return moment


def test_access_that_the_owner_ended_is_not_called_over(page, client):
    end_all_access(page)
    assert said(client, page) == [ENDED]
    assert said(client, page) == [ENDED], "also when the page is loaded again"


def test_a_new_password_is_said(page, client):
    passwords.set_password(page, "another password")
    assert said(client, page) == [CHANGED]


def test_time_that_is_over_is_said_also_when_the_row_is_gone(page, client, monkeypatch):
    now = later(monkeypatch, hours=2)
    assert said(client, page) == [EXPIRED]
    purge_expired(now=now)
    assert said(client, page) == [EXPIRED]
    later(monkeypatch, days=3)
    assert said(client, page) == []


def test_a_page_removes_the_expired_row_that_it_meets_and_no_other(page, client, monkeypatch):
    other = make_video()
    unlock(client, other)
    met = VideoAccessSession.objects.get(**{f"{page.guard_kind}_id": page.pk})
    browser().get(page.url)
    assert VideoAccessSession.objects.filter(pk=met.pk).exists(), "a page met by another browser removes nothing"
    later(monkeypatch, hours=2)
    client.get(page.url)
    assert not VideoAccessSession.objects.filter(pk=met.pk).exists()
    assert VideoAccessSession.objects.get().video_id == other.pk, "the other page removes its own row"


def test_a_row_that_was_extended_meanwhile_stays(page, client):
    now = timezone.now()
    row = VideoAccessSession.objects.get()
    state = access_states([page], [row.session_key])[page.pk]
    revoke.remove_expired(state, now)
    assert VideoAccessSession.objects.exists(), "it has not expired"
    VideoAccessSession.objects.update(expires_at=now + dt.timedelta(hours=12))
    revoke.remove_expired(state, now + dt.timedelta(hours=6))
    assert VideoAccessSession.objects.exists()


def test_a_section_whose_access_was_extended_and_then_ended_is_not_called_over(monkeypatch):
    section = make_section(password=PASSWORD)
    film = make_video(section=section, password=None, video_file=make_video_file(duration=3 * 3600.0))
    client = browser()
    unlock(client, section)
    assert client.get(f"/stream/{film.uuid}/source", headers={"Range": "bytes=0-9"}).status_code == 206
    later(monkeypatch, hours=2)
    end_all_access(section)
    assert said(client, section) == [ENDED]
    assert said(client, film) == [ENDED]
    later(monkeypatch, hours=4)
    assert said(client, section) == [EXPIRED]


def test_other_browsers_get_no_message(page, client):
    end_all_access(page)
    assert said(browser(), page) == []
    invented = browser()
    invented.cookies[known_browsers.COOKIE] = client.cookies[known_browsers.COOKIE].value[:-1] + "x"
    assert said(invented, page) == []
    elsewhere = browser()
    unlock(elsewhere, make_video())
    assert said(elsewhere, page) == []


def test_the_reason_of_a_refusal_comes_first_and_an_unlock_ends_it(page, client):
    end_all_access(page)
    refused = unlock(client, page, "not the password").content.decode()
    assert "That is not the password" in refused and ENDED not in refused
    assert unlock(client, page).status_code == 303
    assert said(client, page) == []
    assert VideoAccessSession.objects.count() == 1


def test_a_cookie_of_an_earlier_version_of_the_site_is_read():
    held = known_browsers.KnownBrowser("id", {"video:1": 5}, {"video:1": 0})
    cookie = signing.dumps(["id", {"video:1": 5}], salt=known_browsers.SALT)
    assert Visitor(cookies={known_browsers.COOKIE: cookie}).known_browser == held
