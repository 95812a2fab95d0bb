"""The player during disturbances: access ends, a newer package comes, the connection is lost."""

import pytest
from playwright.sync_api import expect

from tests import factories, hls_clips
from tests.browser.player import (
    DOOR,
    START,
    open_video_page,
    ready,
    seconds,
    start_with_little_loaded,
    video_of,
    wait_for_seconds,
    wait_until,
)
from video_pages.access import guess_limit
from video_pages.models import VideoAccessSession, VideoFile, VideoPage
from video_pages.transcoding.models import ProcessingJob

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]

FIELD = "#player-password-password"
NEWER = "ba9876543210"


def press_start(page):
    """Press play. On a slow machine the status check has opened the door by now, under which no click arrives."""
    page.locator(START).dispatch_event("click")


def test_when_access_ends_it_asks_in_place_and_goes_on_at_the_same_second(film, visit):
    page = open_video_page(visit, film)
    start_with_little_loaded(page)
    VideoAccessSession.objects.all().delete()
    expect(page.locator(DOOR)).to_be_visible(timeout=15_000)
    stopped = seconds(page)
    assert video_of(page, "video.paused")
    expect(page.locator(FIELD)).to_be_focused()
    page.fill(FIELD, "not the password")
    reveal = page.locator(f"{DOOR} [data-password-reveal]")
    reveal.click()
    page.keyboard.press("Enter")
    expect(page.locator(f"{DOOR} [role=alert]")).to_contain_text("That is not the password")
    expect(reveal).to_have_text("Show")
    expect(page.locator(FIELD)).to_have_attribute("aria-invalid", "true")
    expect(page.locator(FIELD)).to_be_focused()
    page.fill(FIELD, factories.PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator(DOOR)).to_be_hidden()
    wait_for_seconds(page, stopped)
    assert seconds(page) < stopped + 4
    assert VideoAccessSession.objects.count() == 1
    wait_until(page, lambda: video_of(page, "video.ended"), "it does not come to its end")
    assert page.complaints == []


def test_a_limited_guesser_sees_the_message_in_place(film, visit):
    page = open_video_page(visit, film)
    VideoAccessSession.objects.all().delete()
    press_start(page)
    expect(page.locator(DOOR)).to_be_visible()
    for _ in range(guess_limit.TRIES):
        page.fill(FIELD, "not the password")
        with page.expect_response(lambda response: response.request.method == "POST"):
            page.click(f"{DOOR} [type=submit]")
        expect(page.locator(f"{DOOR} [role=alert]")).not_to_be_empty()
    expect(page.locator(f"{DOOR} [role=alert]")).to_contain_text("No try is left. The limit lasts until")
    expect(page.locator(f"{DOOR} [type=submit]")).to_be_disabled()
    assert page.complaints == []


def test_a_newer_package_and_a_lost_connection_are_got_over_at_the_same_second(film, visit):
    page = open_video_page(visit, film)
    start_with_little_loaded(page)
    file = VideoFile.objects.get()
    hls_clips.add_package(file, NEWER)
    hls_clips.remove_package(file, hls_clips.FIRST_PACKAGE)
    page.keyboard.press("6")
    wait_for_seconds(page, 7.3)
    assert seconds(page) < 11

    page.keyboard.press("k")
    page.reload()
    ready(page)
    start_with_little_loaded(page, "[data-player-from-start]")
    page.context.set_offline(True)
    page.keyboard.press("8")
    expect(page.locator("[data-player-message]")).to_contain_text("The connection is gone")
    page.wait_for_timeout(1000)
    page.context.set_offline(False)
    wait_for_seconds(page, 9.6)
    expect(page.locator("[data-player-message]")).to_be_empty()
    assert [words for words in page.complaints if "ERR_INTERNET_DISCONNECTED" not in words] == []


def test_a_progressive_film_asks_in_place_too(transactional_db, visit):
    film = factories.make_real_video("Salt flats")
    page = open_video_page(visit, film)
    VideoAccessSession.objects.all().delete()
    # The promise of play() stays open when nothing can be loaded: it must not be waited for.
    page.evaluate("() => { document.getElementById('player').play().catch(() => {}); }")
    page.fill(FIELD, factories.PASSWORD)
    page.keyboard.press("Enter")
    wait_until(page, lambda: video_of(page, "video.ended || video.currentTime > 0.3"), "it does not play")
    assert page.complaints == []


def test_what_fails_on_the_way_is_said_and_the_next_trouble_is_handled(transactional_db, visit):
    page = open_video_page(visit, factories.make_real_video("Salt flats"))
    VideoAccessSession.objects.all().delete()
    page.evaluate(
        """() => {
          Object.defineProperty(document, "fullscreenElement", { value: document.body, configurable: true });
          document.exitFullscreen = () => Promise.reject(new TypeError("refused"));
          document.getElementById("player").play().catch(() => {});
        }"""
    )
    expect(page.locator("[data-player-message]")).to_contain_text("Load the page again")
    expect(page.locator(DOOR)).to_be_hidden()
    page.evaluate(
        """() => {
          delete document.fullscreenElement;
          const video = document.getElementById("player");
          video.load();
          video.play().catch(() => {});
        }"""
    )
    expect(page.locator(FIELD)).to_be_focused()
    page.fill(FIELD, factories.PASSWORD)
    page.keyboard.press("Enter")
    wait_until(page, lambda: video_of(page, "video.ended || video.currentTime > 0.3"), "it does not play")
    assert page.complaints == []


def test_a_film_in_preparation_shows_its_percent_and_begins_by_itself(transactional_db, visit):
    film = factories.make_video(video_file=factories.make_video_file(container="avi"), password=None)
    VideoPage.objects.filter(pk=film.pk).update(open_to_everyone=True)
    jobs = ProcessingJob.objects.filter(video_file=film.video_file)
    jobs.update(state="processing", progress=10)
    page = visit(film.url)
    expect(page.locator("main")).to_contain_text("This film is being prepared (10%)")
    jobs.update(progress=40)
    expect(page.locator("main")).to_contain_text("This film is being prepared (40%)", timeout=10_000)
    hls_clips.add_package(film.video_file, hls_clips.FIRST_PACKAGE)
    expect(page.locator("[data-player][data-ready]")).to_be_attached(timeout=10_000)
    expect(page.locator("main")).to_contain_text("This film is still being prepared (40%)")
    # Chromium's video.played may name a range after a seek alone.
    page.evaluate("Object.defineProperty(document.getElementById('player'), 'played', {value: {length: 1}})")
    page.keyboard.press("5")
    page.keyboard.press("0")
    hls_clips.add_package(film.video_file, NEWER)
    jobs.update(state="ready", progress=100)
    expect(page.locator("[data-player-processing]")).to_have_count(0, timeout=10_000)
    page.click(START)
    wait_for_seconds(page, 0.3)
    assert page.complaints == []
