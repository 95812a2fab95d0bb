"""The player for those who look closely: width, single frames, parts, the look of captions; colours of the system."""

import pytest
from playwright.sync_api import expect

from tests import hls_clips
from tests.browser.accessibility import SERIOUS, findings
from tests.browser.player import choose, open_video_page, ready, seconds, video_of, wait_for_seconds, wait_until
from video_pages.models import VideoFile

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]

FRAME = "[data-player]"
PLAYED = "Number(document.querySelector('media-time-range').range.value)"
CUE_LINES = "[...[...video.textTracks].find(track => track.mode === 'showing').cues].map(cue => cue.line)"


@pytest.fixture
def film(transactional_db):
    film = hls_clips.make_packaged_video("Salt flats")
    VideoFile.objects.update(frame_rate=25.0)
    return film


def in_german(route):
    """Answer with the page as one in German."""
    answer = route.fetch()
    route.fulfill(response=answer, body=answer.text().replace('<html lang="en"', '<html lang="de"', 1))


def more(page, words):
    page.mouse.move(300, 300)
    page.click("[data-player-menu=more] > button")
    page.locator("[data-player-menu=more]").get_by_text(words, exact=True).click()


def test_the_bar_moves_before_anything_is_loaded(film, visit):
    page = open_video_page(visit, film)
    bar = page.locator("media-time-range").bounding_box()
    page.mouse.click(bar["x"] + bar["width"] / 2, bar["y"] + bar["height"] / 2)
    wait_until(page, lambda: abs(seconds(page) - 6) < 1, "it does not seek")
    wait_until(page, lambda: abs(page.evaluate(f"() => {PLAYED}") - 0.5) < 0.1, "the bar stays where it was")
    expect(page.locator("[data-player-time]")).to_have_text("0:06")
    page.keyboard.press("7")
    wait_until(page, lambda: page.evaluate(f"() => {PLAYED}") > 0.65, "the bar does not follow a key")
    page.keyboard.press("k")
    wait_for_seconds(page, 8.5)
    assert page.complaints == []


def test_single_frames_and_a_part_again_and_again(film, visit):
    page = open_video_page(visit, film)
    page.keyboard.press("k")
    wait_for_seconds(page, 0.3)
    page.keyboard.press("k")
    page.evaluate("() => { document.getElementById('player').currentTime = 2.01; }")
    frames = page.get_by_role("button", name="One frame on")
    expect(frames).to_be_hidden()
    for key, frame in ((".", 51), (".", 52), (",", 51)):
        page.keyboard.press(key)
        wait_until(page, lambda frame=frame: int(seconds(page) * 25) == frame, f"frame {frame} is not shown")
    more(page, "Buttons for single frames")
    frames.click()
    wait_until(page, lambda: int(seconds(page) * 25) == 52, "the button shows no other frame")

    page.keyboard.press("r")
    expect(page.locator("[data-player-message]")).to_contain_text("The part begins at 0:02.")
    page.evaluate("() => { document.getElementById('player').currentTime = 3; }")
    more(page, "Repeat to here")
    part = page.get_by_role("button", name="Stop repeating the part")
    expect(part).to_have_text("0:02–0:03")
    page.evaluate(
        """() => {
          window.jumps = 0;
          document.getElementById("player").addEventListener("seeked", () => { window.jumps += 1; });
        }"""
    )
    page.keyboard.press("k")
    wait_until(page, lambda: page.evaluate("() => window.jumps") >= 2, "the part is not repeated")
    assert 2 <= seconds(page) <= 3.3
    expect(frames).to_be_hidden()  # while it plays
    part.click()
    wait_for_seconds(page, 3.5)
    more(page, "Repeat the film")
    page.evaluate(
        "() => { const video = document.getElementById('player'); video.currentTime = video.duration - 0.5; }"
    )
    wait_until(page, lambda: seconds(page) < 3, "the film does not begin again")
    expect(page.locator("[data-player-end]")).to_be_hidden()
    page.reload()
    ready(page)
    expect(frames).to_be_visible()  # it is paused, and the choice is kept
    assert page.complaints == []


def test_captions_look_as_the_viewer_chooses_and_are_never_dimmed(film, visit):
    page = open_video_page(visit, film)
    page.keyboard.press("k")
    wait_for_seconds(page, 0.3)
    choose(page, "captions", "Deutsch")
    wait_until(page, lambda: len(video_of(page, CUE_LINES)), "there are no captions")
    for width, raised in ((1280, 6 * 16), (390, 5 * 16)):  # by so much captions stand above the bar and its shade
        page.set_viewport_size({"width": width, "height": 800})
        assert page.locator(".player__bar").bounding_box()["height"] <= raised
    page.set_viewport_size({"width": 1280, "height": 960})
    page.mouse.move(300, 300)
    page.click("[data-player-menu=captions] > button")
    page.get_by_role("menuitem", name="Colours and place …").click()
    page.get_by_role("menuitemradio", name="Yellow on black").click()
    places = page.get_by_role("group", name="Place of the captions")
    places.get_by_role("menuitemradio", name="Below").press("Enter")
    expect(places.get_by_role("menuitemradio", name="Below")).to_be_focused()  # and not the first group
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")  # the menu stays open, to try several
    expect(places.get_by_role("menuitemradio", name="Above")).to_be_focused()
    expect(page.get_by_role("group", name="Colours of the captions")).to_have_count(1)
    expect(page.get_by_role("menuitemradio", name="Yellow on black")).to_have_attribute("aria-checked", "true")
    assert findings(page, impacts=SERIOUS) == []
    page.keyboard.press("Escape")
    frame = page.locator(FRAME)
    expect(frame).to_have_attribute("data-caption-look", "yellow")
    assert set(video_of(page, CUE_LINES)) == {0}
    page.evaluate(
        """() => {
          const video = document.getElementById("player");
          video.currentTime = video.duration - 0.3;
          return video.play();
        }"""
    )
    expect(frame).to_have_attribute("data-ended", "")
    assert video_of(page, "getComputedStyle(video).opacity") == "1"
    page.keyboard.press("c")
    assert float(video_of(page, "getComputedStyle(video).opacity")) < 1
    page.reload()
    ready(page)
    page.keyboard.press("c")
    wait_until(page, lambda: video_of(page, f"{CUE_LINES}.includes(0)"), "the place is forgotten")
    expect(frame).to_have_attribute("data-caption-look", "yellow")


def test_a_wide_window_can_be_filled_and_stays_so(film, visit):
    page = open_video_page(visit, film)
    page.set_viewport_size({"width": 1600, "height": 900})
    player = page.locator(".player")
    narrow = player.bounding_box()["width"]
    title = page.locator("h1").bounding_box()["x"]
    page.keyboard.press("t")
    assert player.bounding_box()["width"] > narrow + 200
    assert page.locator("h1").bounding_box()["x"] == pytest.approx(title, abs=1)
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 1600
    assert player.bounding_box()["height"] <= 900
    page.reload()
    ready(page)
    assert player.bounding_box()["width"] > narrow + 200
    page.mouse.move(300, 300)
    page.get_by_role("button", name="As wide as the window").click()
    assert player.bounding_box()["width"] == pytest.approx(narrow, abs=1)
    page.set_viewport_size({"width": 1200, "height": 900})
    expect(page.get_by_role("button", name="As wide as the window")).to_be_hidden()


def test_with_colours_of_the_system_the_seek_bar_shows(film, visit):
    page = open_video_page(visit, film, forced_colors="active", query="?t=6")
    page.keyboard.press("k")
    wait_for_seconds(page, 6.1)
    page.keyboard.press("k")
    colours = page.evaluate(
        """() => {
          const { shadowRoot } = document.querySelector("media-time-range");
          const parts = ["track", "progress", "thumb"].map((name) => shadowRoot.querySelector(`[part~=${name}]`));
          return parts.map((part) => getComputedStyle(part).backgroundColor);
        }"""
    )
    background = page.locator(".player__bar").evaluate("bar => getComputedStyle(bar).backgroundColor")
    assert background not in colours and "rgba(0, 0, 0, 0)" not in colours, (background, colours)
    assert colours[0] != colours[1]


def test_speeds_are_written_in_the_language_of_the_page_and_a_note_takes_no_error_away(film, visit):
    page = open_video_page(visit, film)
    page.route(f"**{film.url}", in_german)
    page.reload()
    ready(page)
    choose(page, "speed", "1,25×")
    expect(page.locator("[data-player-menu=speed] > button")).to_have_text("1,25×")
    message = page.locator("[data-player-message]")
    damaged = message.get_attribute("data-damaged")
    page.evaluate("(text) => document.querySelector('[data-player]').player.showMessage(text)", damaged)
    page.keyboard.press("r")
    expect(message).not_to_have_text(damaged)
    expect(message).to_have_text(damaged)
