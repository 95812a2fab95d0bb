"""Access until a date: from that moment on the password opens nothing, and open sessions end."""

import datetime as dt

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import RequestFactory
from django.utils import timezone

from tests.factories import PASSWORD, browser, make_section, make_superuser, make_video, make_video_file, unlock
from video_pages.access import passwords
from video_pages.access import unlocking as granting
from video_pages.access.access_length import AccessLength
from video_pages.access.browser import Browser
from video_pages.access.decide import Reason, decide
from video_pages.access.grant import extend_for, grant
from video_pages.access.guard import guard_of
from video_pages.access.unlocking import AccessOver
from video_pages.access.visitor import Visitor
from video_pages.core import clock
from video_pages.models import Guess, VideoAccessSession, VideoIndexPage, VideoPage
from video_pages.pages.cards import cards_for

pytestmark = pytest.mark.django_db
BROWSER = Browser(keys=("k" * 64,))
VISITOR = Visitor(BROWSER)
HOUR = dt.timedelta(hours=1)
NOBODY = AnonymousUser()


def fresh(page):
    return type(page).objects.get(pk=page.pk)


def has_ended(page):
    """Let the date of `page` be reached, as if it had been set before: rows in the database stay as they are."""
    ended = timezone.now() - dt.timedelta(seconds=1)
    type(page).objects.filter(pk=page.pk).update(access_until=ended)
    return ended


@pytest.fixture(params=["video", "section"])
def guarded(request):
    """(the page whose password opens, a video that it opens)."""
    if request.param == "video":
        video = make_video(video_file=make_video_file(duration=3 * 3600.0))
        return video, video
    section = make_section(password=PASSWORD)
    return section, make_video(section=section, password=None, video_file=make_video_file(duration=3 * 3600.0))


def test_access_lasts_until_the_date_and_not_the_sites_hour(guarded):
    guard, _video = guarded
    until = timezone.now() + dt.timedelta(days=5)
    passwords.set_access_until(guard, until)
    unlock(browser(), guard)
    assert VideoAccessSession.objects.get().expires_at == until


def test_a_long_film_does_not_prolong_it(guarded):
    guard, video = guarded
    until = timezone.now() + dt.timedelta(minutes=10)
    passwords.set_access_until(guard, until)
    client = browser()
    unlock(client, video)
    row = VideoAccessSession.objects.get()
    assert row.expires_at == until
    now = timezone.now()
    verdict = decide(video, Browser(keys=(row.session_key,)), NOBODY, now)
    assert (verdict.reason, verdict.valid_until) == (Reason.UNLOCKED, until)
    assert not extend_for(verdict, 3 * 3600, now=now)
    row.refresh_from_db()
    assert row.expires_at == until


def test_what_is_open_ends_with_it_and_what_ends_sooner_stays(guarded):
    guard, _video = guarded
    now = timezone.now()
    short = grant(guard_of(guard), VISITOR, expires_at=now + HOUR / 2)
    long = grant(guard_of(guard), Visitor(Browser(keys=("l" * 64,))), expires_at=now + 12 * HOUR)
    other = grant(guard_of(make_video()), VISITOR, expires_at=now + 12 * HOUR)
    passwords.set_access_until(guard, now + HOUR)
    ends = [VideoAccessSession.objects.get(pk=row.pk).expires_at - now for row in (short, long, other)]
    assert ends == [HOUR / 2, HOUR, 12 * HOUR]


def test_no_row_opens_anything_beyond_it_whatever_the_row_says(guarded):
    guard, video = guarded
    now = timezone.now()
    grant(guard_of(guard), VISITOR, expires_at=now + 12 * HOUR)
    type(guard).objects.filter(pk=guard.pk).update(access_until=now + HOUR)
    verdict = decide(video, BROWSER, NOBODY, now)
    assert (verdict.allowed, verdict.valid_until) == (True, now + HOUR)
    for later in (now + HOUR, now + 2 * HOUR):
        verdict = decide(video, BROWSER, NOBODY, later)
        assert (verdict.allowed, verdict.reason) == (False, Reason.OVER)


def test_a_stream_that_was_open_is_refused_and_the_page_says_until_when(guarded):
    guard, video = guarded
    client = browser()
    unlock(client, video)
    stream = f"/stream/{video.uuid}/source"
    assert client.get(stream).status_code == 200
    ended = has_ended(guard)
    assert client.get(stream).status_code == 403
    page = client.get(video.url).content.decode()
    assert "This film could be watched until" in page
    assert f"{ended.astimezone(dt.UTC):%Y-%m-%dT%H:%M:%S}" in page
    assert 'name="password"' not in page
    assert str(video.uuid) not in page


def test_the_right_password_is_refused_without_a_hash_or_a_guess(guarded, monkeypatch):
    guard, video = guarded
    has_ended(guard)
    monkeypatch.setattr(granting, "verify", lambda *args: pytest.fail("hashed"))
    answer = unlock(browser(), video)
    assert answer.status_code == 403
    assert "This film could be watched until" in answer.content.decode()
    assert not VideoAccessSession.objects.exists()
    assert not Guess.objects.exists()


def test_a_date_that_is_set_while_the_password_is_checked_holds(monkeypatch):
    video = make_video()
    check = granting.verify

    def set_meanwhile(*args):
        has_ended(video)
        return check(*args)

    monkeypatch.setattr(granting, "verify", set_meanwhile)
    with pytest.raises(AccessOver):
        granting.unlock(
            video,
            VISITOR,
            guard=guard_of(video),
            password=PASSWORD,
            new_key="n" * 64,
            length=AccessLength(60),
        )
    assert not VideoAccessSession.objects.exists()
    assert not Guess.objects.exists()


def test_the_section_says_so_and_its_cards_too():
    section = make_section(password=PASSWORD)
    video = make_video(section=section, password=None)
    client = browser()
    unlock(client, section)
    has_ended(section)
    page = client.get(section.url).content.decode()
    assert "These films could be watched until" in page
    assert "No longer open" in page
    assert 'name="password"' not in page
    assert "Yours until" not in page
    request = RequestFactory().get("/")
    request.session, request.user = client.session, NOBODY
    (card,) = cards_for([video], request=request)
    assert (card.lock, card.poster_url, card.minutes_left) == ("over", "", None)


def test_a_card_counts_the_minutes_to_the_date():
    video = make_video()
    client = browser()
    unlock(client, video)
    VideoPage.objects.filter(pk=video.pk).update(access_until=timezone.now() + dt.timedelta(minutes=10))
    request = RequestFactory().get("/")
    request.session, request.user = client.session, NOBODY
    (card,) = cards_for([video], request=request)
    assert (card.lock, card.minutes_left) == ("unlocked", 10)


@pytest.mark.parametrize(("hours", "minutes", "has_date"), [(24, 1440, False), (25, None, True)])
def test_a_card_shows_the_date_of_an_access_beyond_a_day(hours, minutes, has_date):
    video = make_video()
    client = browser()
    unlock(client, video)
    now = timezone.now()
    VideoAccessSession.objects.update(expires_at=now + dt.timedelta(hours=hours))
    request = RequestFactory().get("/")
    request.session, request.user = client.session, NOBODY
    (card,) = cards_for([video], request=request, now=now)
    assert (card.minutes_left, card.open_until is not None) == (minutes, has_date)


def test_the_date_of_a_section_does_not_end_what_a_video_in_it_opens_by_itself():
    section = make_section(password=PASSWORD)
    video = make_video(section=section)
    has_ended(section)
    client = browser()
    assert unlock(client, video).status_code == 303
    assert client.get(f"/stream/{video.uuid}/source").status_code == 200


def test_the_section_above_does_not_open_a_video_whose_own_password_ended():
    section = make_section(password="the-sections-own")
    video = make_video(section=section)
    client = browser()
    unlock(client, section, "the-sections-own")
    has_ended(video)
    assert client.get(f"/stream/{video.uuid}/source").status_code == 403
    assert unlock(client, video, "the-sections-own").status_code == 403


def test_an_editor_watches_all_the_same_and_an_open_film_stays_open():
    video = make_video()
    has_ended(video)
    now = clock.now()
    assert decide(fresh(video), BROWSER, make_superuser(), now).reason == Reason.EDITOR
    passwords.set_open(video, True)
    assert decide(fresh(video), BROWSER, NOBODY, now).reason == Reason.OPEN


def test_a_new_password_opens_nothing_while_the_date_is_over(guarded):
    guard, video = guarded
    has_ended(guard)
    passwords.set_password(guard, "another-password")
    assert unlock(browser(), video, "another-password").status_code == 403
    passwords.set_access_minutes(guard, None)
    assert unlock(browser(), video, "another-password").status_code == 303


def test_a_length_takes_the_place_of_a_date_and_a_date_that_of_a_length(guarded):
    guard, _video = guarded
    until = timezone.now() + HOUR
    passwords.set_access_minutes(guard, 30)
    passwords.set_access_until(guard, until)
    assert (fresh(guard).access_minutes, fresh(guard).access_until) == (None, until)
    passwords.set_access_minutes(guard, 30)
    assert (fresh(guard).access_minutes, fresh(guard).access_until) == (30, None)


def test_it_is_kept_out_of_drafts_and_copies():
    video = make_video()
    draft = video.save_revision()
    until = timezone.now() + HOUR
    passwords.set_access_until(video, until)
    draft.publish()
    assert fresh(video).access_until == until
    assert video.copy(update_attrs={"slug": "copy"}).access_until is None
    assert VideoIndexPage._meta.get_field("access_until").editable is False


def test_the_form_says_until_when_the_password_opens():
    video = make_video()
    passwords.set_access_until(video, dt.datetime(2099, 12, 24, 18, tzinfo=dt.UTC))
    assert "in this browser for 30 days" in browser().get(video.url).content.decode()
    passwords.set_access_until(video, timezone.now() + 5 * HOUR)
    assert "Opens it in this browser until" in browser().get(video.url).content.decode()
