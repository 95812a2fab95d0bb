"""Tracks of descriptions, which screen readers read out; captions of one language with several names."""

import pytest
from playwright.sync_api import expect

from tests import factories, hls_clips
from tests.browser.accessibility import SERIOUS, findings
from tests.browser.player import choose, open_video_page, ready, video_of, wait_until
from video_pages.library.subtitles import ParsedCue

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]

REGION = "[data-player-description]"
MODE = "[...video.textTracks].find(track => track.kind === 'descriptions').mode"
SHOWN = "[...video.textTracks].filter(track => track.mode === 'showing').map(track => track.label)"


@pytest.fixture
def film(transactional_db):
    film = hls_clips.make_packaged_video()
    cues = [ParsedCue(1000, 4000, "A lamp & a door"), ParsedCue(5000, 9000, "Rain")]
    factories.add_text_track(film.video_file, cues, kind="descriptions", language="en", label="English")
    factories.add_text_track(film.video_file, cues, kind="subtitles", language="de", label="Deutsch (einfach)")
    return film


def switch(page):
    page.mouse.move(300, 300)
    page.get_by_role("button", name="Captions and descriptions", exact=True).click()
    item = page.get_by_role("menuitemcheckbox", name="Descriptions for screen readers: English")
    is_checked = item.get_attribute("aria-checked")
    assert findings(page, impacts=SERIOUS) == []
    item.click()
    return is_checked


def test_descriptions_are_written_for_screen_readers_and_stay_on(film, visit):
    page = open_video_page(visit, film)
    region = page.locator(REGION)
    assert (region.get_attribute("aria-live"), region.get_attribute("aria-atomic")) == ("polite", "true")
    assert switch(page) == "false"
    page.evaluate("() => { document.getElementById('player').currentTime = 0.8; }")
    page.keyboard.press("k")
    expect(region).to_have_text("A lamp & a door")
    assert "A lamp & a door" in region.aria_snapshot() and region.get_attribute("lang") == "en"
    assert video_of(page, MODE) == "hidden" and video_of(page, SHOWN) == []
    box = region.bounding_box()
    assert box["width"] <= 1 and box["height"] <= 1
    page.evaluate("() => { document.getElementById('player').currentTime = 4.2; }")
    expect(region).to_be_empty()
    expect(region).to_have_text("Rain")
    page.keyboard.press("k")

    choose(page, "captions", "Deutsch (einfach)")
    for shown in ([], ["Deutsch (einfach)"]):
        page.keyboard.press("c")
        wait_until(page, lambda shown=shown: video_of(page, SHOWN) == shown, "the key brings others back")
    page.reload()
    ready(page)
    assert video_of(page, SHOWN) == ["Deutsch (einfach)"] and video_of(page, MODE) == "hidden"
    assert switch(page) == "true"
    assert video_of(page, MODE) == "disabled"
    assert page.complaints == []
