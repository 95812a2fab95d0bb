"""The length of access: the site's hour, or until fifteen minutes after the end of the video."""

import datetime as dt
import re
from pathlib import Path

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.utils import timezone
from wagtail.models import Site

from tests.factories import PASSWORD, browser, make_section, make_video, make_video_file, unlock
from video_pages.access import passwords
from video_pages.access.access_length import MARGIN, AccessLength
from video_pages.access.browser import Browser
from video_pages.access.decide import decide
from video_pages.access.grant import extend_for, grant
from video_pages.access.guard import SECTION, VIDEO, Guard, guard_of
from video_pages.access.lengths import MAX_ACCESS_MINUTES
from video_pages.access.set_window import set_window
from video_pages.access.visitor import Visitor
from video_pages.models import AccessSettings, VideoAccessSession

pytestmark = pytest.mark.django_db
BROWSER = Browser(keys=("k" * 64,))
ROOT = Path(__file__).resolve().parents[2]


def lasts(page):
    unlock(browser(), page)
    row = VideoAccessSession.objects.latest("pk")
    return (row.expires_at - row.created_at).total_seconds() / 60


def test_access_lasts_one_hour():
    assert lasts(make_video()) == 60


def test_a_film_longer_than_that_is_seen_to_its_end():
    film = make_video(video_file=make_video_file(duration=2 * 3600.0))
    assert lasts(film) == 135
    assert "until the film is over" in browser().get(film.url).content.decode()


def test_the_site_and_the_page_may_say_otherwise():
    AccessSettings.objects.create(site=Site.objects.get(), access_minutes=20)
    video = make_video()
    assert lasts(video) == 20
    assert "for 20 minutes" in browser().get(video.url).content.decode()
    passwords.set_access_minutes(video, 90)
    assert lasts(video) == 90
    passwords.set_access_minutes(video, None)
    assert lasts(video) == 20


@pytest.mark.parametrize(
    ("kind", "own_minutes", "date", "video_seconds", "minutes"),
    [
        (VIDEO, None, None, 0, 60),
        (VIDEO, 20, None, 0, 20),
        (VIDEO, 20, None, 10 * 60, 25),
        (VIDEO, 90, None, 10 * 60, 90),
        (SECTION, 20, None, 10 * 60, 20),
        (VIDEO, None, dt.datetime(2026, 5, 1, tzinfo=dt.UTC), 10 * 60, MAX_ACCESS_MINUTES),
        (VIDEO, 30, dt.datetime(2026, 5, 1, tzinfo=dt.UTC), 0, 30),
    ],
)
def test_the_length_for_a_guard(kind, own_minutes, date, video_seconds, minutes):
    guard = Guard(kind, 1, "hash", access_minutes=own_minutes, access_until=date)
    length = AccessLength(site_minutes=60, video_seconds=video_seconds)
    assert length.for_guard(guard) == dt.timedelta(minutes=minutes)


def section_verdict(*, created_ago=dt.timedelta(0), left=dt.timedelta(hours=1)):
    section = make_section(password=PASSWORD)
    video = make_video(section=section, password=None)
    now = timezone.now()
    row = grant(guard_of(section), Visitor(BROWSER), expires_at=now + left, now=now - created_ago)
    return decide(video, BROWSER, AnonymousUser(), now), row, now


def test_a_sections_access_is_made_longer_when_a_long_film_begins():
    verdict, row, now = section_verdict()
    assert extend_for(verdict, 2 * 3600, now=now)
    row.refresh_from_db()
    assert row.expires_at == now + dt.timedelta(hours=2, minutes=15)


def test_a_short_film_makes_it_neither_longer_nor_shorter():
    verdict, row, now = section_verdict()
    assert not extend_for(verdict, 60, now=now)
    before = row.expires_at
    row.refresh_from_db()
    assert row.expires_at == before


def test_a_sections_access_never_lasts_more_than_twelve_hours():
    verdict, row, now = section_verdict(created_ago=dt.timedelta(hours=11), left=dt.timedelta(minutes=10))
    assert extend_for(verdict, 3 * 3600, now=now)
    row.refresh_from_db()
    assert row.expires_at == row.created_at + dt.timedelta(hours=12)
    assert not extend_for(verdict, 5 * 3600, now=now)


def test_access_that_has_ended_is_not_brought_back_by_a_view():
    verdict, row, now = section_verdict()
    row.delete()
    assert not extend_for(verdict, 3 * 3600, now=now)
    assert not VideoAccessSession.objects.exists()


def test_a_videos_own_row_is_not_extended():
    video, now = make_video(), timezone.now()
    grant(guard_of(video), Visitor(BROWSER), expires_at=now + dt.timedelta(hours=1), now=now)
    assert not extend_for(decide(video, BROWSER, AnonymousUser(), now), 5 * 3600, now=now)


@pytest.mark.parametrize(("raw", "code"), [("", "too_short"), ("1234567", "too_short"), ("x" * 129, "too_long")])
def test_passwords_outside_8_to_128_characters_can_not_be_set(raw, code):
    video = make_video()
    with pytest.raises(ValidationError) as refused:
        passwords.set_password(video, raw)
    assert refused.value.code == code
    assert video.check_password(PASSWORD)


def test_a_generated_password_is_long_readable_and_never_the_same():
    made = {passwords.generate_password() for _ in range(50)}
    assert len(made) == 50
    for password in made:
        passwords.validate_password(password)
        assert not set(password) & set("lI1O0o ")


def test_the_original_flows_methods_work():
    video = make_video(password=None)
    video.set_password("mypassword123")
    assert video.check_password("mypassword123")
    assert not video.check_password("mypassword124")
    assert video.password_hash.startswith("pbkdf2_sha256$")


def test_each_text_about_the_end_of_a_longer_film_states_the_margin():
    places = [*ROOT.glob("docs/*.md"), *(ROOT / "video_pages").rglob("*.py"), *(ROOT / "templates").rglob("*.html")]
    stated = [
        minutes
        for path in places
        if "migrations" not in path.parts
        for minutes in re.findall(r"(\d+)\s+minutes\s+after\s+its\s+end", path.read_text(encoding="utf-8"))
    ]
    assert len(stated) >= 5 and set(stated) == {str(int(MARGIN.total_seconds() // 60))}


@pytest.mark.parametrize(
    ("minutes", "closes_in", "may_finish"), [(60, None, True), (60, 13, True), (60, 5, False), (12 * 60, None, False)]
)
def test_a_section_says_that_a_film_can_be_finished_where_it_can(minutes, closes_in, may_finish):
    section = make_section(password=PASSWORD)
    type(section).objects.update(access_minutes=minutes)
    if closes_in:
        set_window(section, opens_at=None, closes_at=timezone.now() + dt.timedelta(hours=closes_in))
    video = make_video(section=section, password=None)
    for page in (section, video):
        html = browser().get(page.url).text
        assert "in this browser for " in html
        assert (", and to the end of a film that you have begun." in html) is may_finish
