"""A film that opens while its page is open in a browser, and closes while it plays."""

import datetime as dt
import re

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from tests import factories, hls_clips
from tests.browser.accessibility import SERIOUS, findings
from tests.browser.player import START, ready, seconds, video_of, wait_for_seconds
from video_pages.access import passwords
from video_pages.access.set_window import set_window
from video_pages.models import VideoPage

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]

WITHIN_MS = 15_000


def from_now(seconds):
    return timezone.now() + dt.timedelta(seconds=seconds)


def play_slowly_from(page, position):
    page.click(START)
    wait_for_seconds(page, 0.2)
    page.evaluate(f"() => Object.assign(document.getElementById('player'), {{ currentTime: {position} }})")
    page.evaluate("() => { document.getElementById('player').playbackRate = 0.25; }")
    wait_for_seconds(page, position)


def test_a_page_that_waits_opens_by_itself_and_the_player_stops_at_the_closing(visit):
    film = hls_clips.make_packaged_video()
    set_window(film, opens_at=from_now(20), closes_at=from_now(3600))
    page = visit(film.url, device="phone", timezone_id="Asia/Tokyo", locale="en-GB")
    expect(page.locator("[data-opening-left]")).to_have_text(re.compile(r"In 0:[01]\d"))
    moment = film.opens_at.astimezone(dt.timezone(dt.timedelta(hours=9)))
    expect(page.locator(".password-form__body time").first).to_have_text(f"{moment:%H:%M}")
    assert findings(page, impacts=SERIOUS) == []
    page.fill("input[name=password]", factories.PASSWORD)  # once the page has loaded itself
    page.keyboard.press("Enter")
    page.wait_for_selector("#player", state="attached")
    set_window(film, opens_at=None, closes_at=from_now(15))
    page.reload()
    play_slowly_from(ready(page), 6)
    dialog = page.locator("[data-player-password-dialog]")
    expect(dialog).to_contain_text("This film could be watched until", timeout=WITHIN_MS + 5000)
    assert timezone.now() - film.closes_at < dt.timedelta(seconds=5)
    expect(dialog).to_contain_text("It is closed now")
    expect(dialog).to_contain_text("This browser keeps the place where you stopped.")
    assert video_of(page, "video.paused")
    assert findings(page, impacts=SERIOUS) == []
    set_window(film, opens_at=None, closes_at=None)
    page.reload()
    expect(page.locator("[data-player-continue]")).to_have_text(f"Go on at 0:{seconds_of(page):02}")
    assert page.complaints == []


def seconds_of(page):
    return page.evaluate("() => Object.values(JSON.parse(localStorage['screening-room.player']).positions)[0]")


def test_a_film_that_is_open_to_everyone_stops_when_it_is_closed(visit):
    film = hls_clips.make_packaged_video()
    passwords.set_open(VideoPage.objects.get(pk=film.pk), True)
    page = ready(visit(film.url))
    play_slowly_from(page, 1)
    set_window(film, opens_at=from_now(7200), closes_at=None)
    dialog = page.get_by_role("dialog", name="It is not open yet")
    expect(dialog).to_contain_text("This film can be watched from", timeout=WITHIN_MS)
    expect(dialog).to_contain_text("In 1:59:")
    expect(dialog.get_by_role("link", name="To the home page")).to_be_visible()
    assert video_of(page, "video.paused")
    assert seconds(page) >= 1
    assert page.complaints == []
