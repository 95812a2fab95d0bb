"""Pages outside their window: not open yet, and closed; and what an open page says of its closing."""

import datetime as dt
import re
import zoneinfo

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import RequestFactory
from django.utils import timezone

from tests.factories import PASSWORD, browser, make_real_video, make_section, make_superuser, make_video, unlock
from video_pages.access import passwords
from video_pages.access import unlocking as granting
from video_pages.access.set_window import set_window
from video_pages.analytics.models import AccessEvent
from video_pages.core import clock
from video_pages.core.humanize import format_until, seconds_until
from video_pages.models import Guess, VideoAccessSession, VideoPage
from video_pages.pages.cards import cards_for

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)
COUNTDOWN = re.compile(r'data-opening="(\d+)"')


def from_now(**delta):
    return timezone.now() + dt.timedelta(**delta)


def text_of(response):
    return response.content.decode()


def open_video(**values):
    video = make_video(password=None, **values)
    passwords.set_open(video, True)
    return video


def cards_of(*videos):
    request = RequestFactory().get("/")
    request.session, request.user = browser().session, AnonymousUser()
    return cards_for(VideoPage.objects.filter(pk__in=[video.pk for video in videos]), request=request)


@pytest.fixture(params=["own password", "password of the section", "open to everyone"])
def video(request):
    if request.param == "open to everyone":
        return open_video()
    if request.param == "own password":
        return make_video()
    return make_video(section=make_section(password=PASSWORD), password=None)


def test_before_its_opening_a_film_says_when_with_a_countdown_and_no_form(video):
    opens_at, closes_at = from_now(days=3), from_now(days=5)
    set_window(video, opens_at=opens_at, closes_at=closes_at)
    response = browser().get(video.url)
    page = text_of(response)
    assert response.status_code == 403
    assert "This film can be watched from <time" in page
    for moment in (opens_at, closes_at):
        assert f'datetime="{moment.astimezone(dt.UTC).isoformat(timespec="seconds")}" data-local-time' in page
    assert 3 * 86400 - 10 < int(COUNTDOWN.search(page)[1]) <= 3 * 86400
    assert 'content="noindex"' in page
    assert 'name="password"' not in page
    assert str(video.uuid) not in page
    assert "no-store" in response["Cache-Control"]
    assert "sessionid" not in response.cookies


def test_after_its_closing_a_film_says_since_when(video):
    client = browser()
    if not video.open_to_everyone:
        unlock(client, video)
    assert client.get(f"/stream/{video.uuid}/status").status_code == 200
    set_window(video, opens_at=None, closes_at=from_now(seconds=-1))
    response = client.get(video.url)
    page = text_of(response)
    assert response.status_code == 200
    assert "This film could be watched until <time" in page
    assert 'name="password"' not in page
    assert str(video.uuid) not in page
    assert not COUNTDOWN.search(page)
    assert client.get(f"/stream/{video.uuid}/status").status_code == 403


def test_a_film_that_closes_before_it_opens_promises_nothing():
    video, section = make_video(), make_section()
    VideoPage.objects.filter(pk=video.pk).update(opens_at=from_now(days=2), closes_at=from_now(days=1))
    page = text_of(browser().get(video.url))
    assert "This film can’t be watched any more." in page
    assert not COUNTDOWN.search(page)
    set_window(section, opens_at=None, closes_at=from_now(days=1))
    inside = make_video(section=section)
    set_window(inside, opens_at=from_now(days=2), closes_at=None)
    assert "This film can’t be watched any more." in text_of(browser().get(inside.url))


@pytest.mark.parametrize("window", [(HOUR, None), (None, -HOUR)])
def test_a_password_is_neither_hashed_nor_counted_outside_the_window(video, window, monkeypatch):
    opens_at, closes_at = (timezone.now() + offset if offset else None for offset in window)
    set_window(video, opens_at=opens_at, closes_at=closes_at)
    monkeypatch.setattr(granting, "verify", lambda *args: pytest.fail("hashed"))
    for password in (PASSWORD, "a-wrong-password"):
        response = unlock(browser(), video, password)
        assert response.status_code == 403
        assert 'role="alert"' in text_of(response)
        assert 'name="password"' not in text_of(response)
    assert not VideoAccessSession.objects.exists()
    assert not Guess.objects.exists()
    assert not AccessEvent.objects.exists()


def test_at_its_opening_the_form_is_there_and_the_password_opens():
    video = make_video()
    set_window(video, opens_at=from_now(seconds=-1), closes_at=from_now(hours=3))
    client = browser()
    page = client.get(video.url)
    assert (page.status_code, 'name="password"' in text_of(page)) == (200, True)
    assert "in this browser for 1 hour" in text_of(page)
    assert unlock(client, video).status_code == 303
    assert "Yours until" in text_of(client.get(video.url))


def test_access_that_begins_shortly_before_the_closing_ends_with_it():
    section = make_section(password=PASSWORD)
    video = make_video(section=section, password=None)
    closes_at = from_now(minutes=10)
    set_window(section, opens_at=None, closes_at=closes_at)
    client = browser()
    for page in (video, section):
        assert "until <time" in text_of(client.get(page.url))
    unlock(client, video)
    until = f"Yours until {format_until(closes_at)}"
    for page in (video, section):
        assert until in re.sub(r"<[^>]+>", "", text_of(client.get(page.url)))
    (card,) = cards_of(video)
    assert card.lock == "locked"


def test_a_section_that_is_not_open_yet_says_so_in_place_of_its_form_and_lists_its_films():
    section = make_section(password=PASSWORD)
    make_video("A film to come", section=section, password=None)
    set_window(section, opens_at=from_now(hours=2), closes_at=None)
    client = browser()
    response = client.get(section.url)
    page = text_of(response)
    assert response.status_code == 403
    assert "These films can be watched from <time" in page
    assert COUNTDOWN.search(page)
    assert 'name="password"' not in page
    assert "A film to come" in page
    assert re.search(r"From <time[^>]*data-local-day>[^<]+</time><", page)
    assert unlock(client, section).status_code == 403
    assert not VideoAccessSession.objects.exists()


def test_a_closed_section_without_a_password_says_so_and_binds_the_films_in_it():
    outer = make_section()
    inner = make_section(parent=outer)
    video = open_video(section=inner)
    set_window(outer, opens_at=None, closes_at=from_now(seconds=-1))
    for page in (outer, inner):
        response = browser().get(page.url)
        assert response.status_code == 200
        assert "These films could be watched until <time" in text_of(response)
        assert 'content="noindex"' in text_of(response)
        assert "ETag" not in response
    assert browser().post(inner.url).status_code == 403
    assert browser().get(f"/stream/{video.uuid}/status").status_code == 403
    (card,) = cards_of(video)
    assert (card.lock, card.poster_url) == ("closed", "")


def test_an_editor_sees_the_film_and_reads_what_visitors_see():
    editor, video = make_superuser(), make_real_video(password=None)
    set_window(video, opens_at=from_now(days=1), closes_at=from_now(days=2))
    client = browser(user=editor)
    page = client.get(video.url)
    assert page.status_code == 200
    assert 'id="player"' in text_of(page)
    assert "Not open to visitors before <time" in text_of(page)
    assert "data-closes-in" not in text_of(page)
    set_window(video, opens_at=None, closes_at=from_now(seconds=-1))
    assert "Closed for visitors" in text_of(client.get(video.url))
    assert client.get(video.get_parent().get_url()).status_code == 200


def test_an_editor_of_a_section_that_is_not_open_sees_its_page_as_ever():
    section = make_section(password=PASSWORD)
    set_window(section, opens_at=from_now(days=1), closes_at=None)
    response = browser(user=make_superuser()).get(section.url)
    assert response.status_code == 200
    assert 'name="password"' in text_of(response)


def test_the_player_knows_the_seconds_to_the_closing():
    video = make_real_video()
    passwords.set_open(video, True)
    assert "data-closes-in" not in text_of(browser().get(video.url))
    set_window(video, opens_at=None, closes_at=from_now(minutes=20))
    page = text_of(browser().get(video.url))
    assert 1190 < int(re.search(r'data-closes-in="(\d+)"', page)[1]) <= 1200
    assert "Can be watched until <time" in page


def test_the_countdown_takes_the_clock_of_the_database(monkeypatch):
    """A server whose own clock is wrong counts down to the moment at which the database opens the film."""
    video = make_video()
    set_window(video, opens_at=from_now(hours=3), closes_at=None)
    monkeypatch.setattr(clock, "now", lambda: timezone.now() + 2 * HOUR)
    page = text_of(browser().get(video.url))
    assert 3590 < int(COUNTDOWN.search(page)[1]) <= 3600
    monkeypatch.setattr(clock, "now", lambda: timezone.now() + 4 * HOUR)
    assert browser().get(video.url).status_code == 200


def test_a_change_of_the_clocks_inside_a_window_moves_neither_end(monkeypatch):
    """In Berlin, 28 March 2027 has 23 hours and 31 October 2027 has 25: the moments are what counts."""
    berlin = zoneinfo.ZoneInfo("Europe/Berlin")
    video = open_video()
    for day, hours, names in (
        (dt.date(2027, 3, 28), 23, ("CET", "CEST")),
        (dt.date(2027, 10, 31), 25, ("CEST", "CET")),
    ):
        opens_at = dt.datetime.combine(day, dt.time(0), berlin)
        closes_at = dt.datetime.combine(day + dt.timedelta(1), dt.time(0), berlin)
        set_window(video, opens_at=opens_at, closes_at=closes_at)
        with timezone.override(berlin):
            assert [format_until(moment).split()[-1] for moment in (opens_at, closes_at)] == list(names)
        begin = opens_at.astimezone(dt.UTC)
        for minutes, allowed in ((-1, False), (0, True), (hours * 60 - 1, True), (hours * 60, False)):
            monkeypatch.setattr(clock, "now", lambda at=begin + dt.timedelta(minutes=minutes): at)
            assert (browser().get(f"/stream/{video.uuid}/status").status_code == 200) is allowed, (day, minutes)
        monkeypatch.setattr(clock, "now", lambda at=begin: at)
        assert seconds_until(closes_at) == hours * 3600


@pytest.mark.parametrize("name", ["Pacific/Kiritimati", "America/St_Johns", "Asia/Kathmandu", "UTC"])
def test_the_moment_is_the_same_in_every_time_zone_of_the_site(name, settings):
    video = make_video()
    opens_at = dt.datetime(2099, 12, 31, 23, 30, tzinfo=dt.UTC)
    set_window(video, opens_at=opens_at, closes_at=None)
    with timezone.override(zoneinfo.ZoneInfo(name)):
        page = text_of(browser().get(video.url))
    assert 'datetime="2099-12-31T23:30:00+00:00"' in page


def test_a_closed_section_speaks_of_its_films():
    pages = [make_section(password=PASSWORD), make_video()]
    for page in pages:
        set_window(page, opens_at=None, closes_at=from_now(seconds=-1))
    section, video = (text_of(browser().get(page.url)) for page in pages)
    assert "These films could be watched until" in section and "No password opens them any more." in section
    assert "This film could be watched until" in video and "No password opens it any more." in video
