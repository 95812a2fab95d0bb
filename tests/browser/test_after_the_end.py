"""After the end of a film the player offers it again, the next film and the section, by hand and by keys."""

import pytest
from playwright.sync_api import expect

from tests import factories, hls_clips
from tests.browser.accessibility import SERIOUS, findings
from tests.browser.player import open_video_page, ready, seconds, video_of, wait_until, watch_the_end
from tests.embeds.frames import SITE, allow, embed_url
from video_pages.access.set_listed import set_listed

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]

END = "[data-player-end]"


@pytest.fixture
def film(transactional_db):
    section = factories.make_section("Client reviews", password=factories.PASSWORD)
    film = hls_clips.make_packaged_video("Salt flats", section=section, password=None)
    factories.make_video("A very long title of a film that comes after this one", section=section, password=None)
    return film


def test_again_next_film_and_section_are_offered_at_the_end(film, visit):
    page = open_video_page(visit, film)
    expect(page.locator(END)).to_be_hidden()
    watch_the_end(page)
    again = page.get_by_role("button", name="Play again")
    expect(page.get_by_role("group", name="The film is over")).to_be_visible()
    expect(again).to_be_focused()
    assert findings(page, impacts=SERIOUS) == []
    following = page.locator(END).get_by_role("link", name="Next film")
    expect(following).to_contain_text("A very long title")
    page.keyboard.press("Space")
    wait_until(page, lambda: not video_of(page, "video.paused") and seconds(page) < 5, "it does not play again")
    expect(page.locator(END)).to_be_hidden()
    expect(page.locator(".player__bar [data-player-play]")).to_be_focused()
    watch_again = "() => { const video = document.getElementById('player'); video.currentTime = video.duration - 0.4; }"
    page.evaluate(watch_again)
    expect(again).to_be_focused()
    page.keyboard.press("j")  # ten seconds back: the film is not over any more
    expect(page.locator(END)).to_be_hidden()
    page.evaluate(watch_again)
    page.evaluate("() => { document.getElementById('player').play(); }")
    expect(again).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("A very long title of a film that comes after this one")
    page.go_back()
    ready(page)
    watch_the_end(page)
    page.get_by_role("link", name="Back to the section").click()
    expect(page.locator("h1")).to_have_text("Client reviews")


def test_on_a_phone_and_in_full_screen_all_of_it_is_on_the_video(film, visit):
    page = open_video_page(visit, film, device="phone")
    for is_full in (False, True):
        if is_full:
            page.keyboard.press("f")
            expect(page.locator("[data-player][mediaisfullscreen]")).to_be_attached()
        watch_the_end(page)
        frame = page.locator("[data-player]").bounding_box()
        bar = page.locator(".player__row").bounding_box()
        for each in page.locator(f"{END} > *").all():
            box = each.bounding_box()
            assert box["height"] >= 38
            assert frame["x"] <= box["x"] and box["x"] + box["width"] <= frame["x"] + frame["width"]
            assert frame["y"] <= box["y"] and box["y"] + box["height"] <= bar["y"]


def test_on_the_smallest_phone_the_way_to_the_section_is_below_the_video(film, visit):
    page = open_video_page(visit, film, device="phone")
    page.set_viewport_size({"width": 320, "height": 568})
    watch_the_end(page)
    expect(page.get_by_role("button", name="Play again")).to_be_visible()
    expect(page.locator(f"{END} .player__section")).to_be_hidden()
    expect(page.locator(".player-info").get_by_role("link", name="Client reviews")).to_be_visible()
    end, bar = (page.locator(name).bounding_box() for name in (END, ".player__row"))
    assert end["y"] + end["height"] <= bar["y"]


def test_a_title_that_this_visitor_may_not_see_is_not_offered(film, visit):
    following = film.get_next_siblings().get().specific
    set_listed(following, "nowhere", user=None)
    page = open_video_page(visit, film)
    watch_the_end(page)
    expect(page.locator(f"{END} > *")).to_have_text(["Play again", "Back to the section"])


def test_in_a_frame_there_is_only_again(film, visit):
    allow(SITE)
    page = visit(embed_url(film))
    page.fill("input[name=password]", factories.PASSWORD)
    page.keyboard.press("Enter")
    ready(page)
    assert page.locator(f"{END} > *").all_text_contents() == ["Play again"]
