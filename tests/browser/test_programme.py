"""A programme in the browser: the next film begins by itself, in place; the countdown stops; the place is kept."""

import datetime as dt

import pytest
from playwright.sync_api import expect
from wagtail.models import Site

from home.models import SiteSettings
from tests import factories, hls_clips
from tests.browser.accessibility import SERIOUS, findings
from tests.browser.player import ready, seconds, video_of, wait_for_seconds, wait_until, watch_the_end
from video_pages.access import passwords
from video_pages.access.set_window import set_window
from video_pages.models import ProgrammeInterval, VideoPage

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]

UPNEXT = "[data-player-upnext]"
TITLES = ("Salt", "Wind", "Night")


@pytest.fixture
def section(transactional_db):
    section = factories.make_section("Short films", password=factories.PASSWORD, is_programme=True)
    for title in TITLES:
        hls_clips.make_packaged_video(title, section=section, password=None)
    return section


def begin(visit, section, **options):
    """Unlock the programme, begin it, and return the page with its first film."""
    page = visit(section.url, **options)
    page.fill("input[name=password]", factories.PASSWORD)
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Begin the programme").click()
    return ready(page)


def shorten(page):
    """Let the clock of the page pass over the countdown, so that no test waits for it."""
    page.evaluate("(ms) => { const now = Date.now(); Date.now = () => now + ms; }", 3_600_000)


def test_the_next_film_plays_by_itself_in_place_and_keeps_full_screen_and_sound(section, visit):
    page = begin(visit, section)
    page.evaluate("() => { globalThis.sameDocument = true; document.getElementById('player').volume = 0.5; }")
    expect(page.get_by_role("status").and_(page.locator("[data-player-now]"))).to_have_text("")
    page.keyboard.press("f")
    expect(page.locator("[data-player][mediaisfullscreen]")).to_be_attached()
    watch_the_end(page)
    now = page.get_by_role("button", name="Play now")
    expect(now).to_be_focused()
    expect(page.locator("[data-player-upnext-status]")).to_have_text("The next film begins in 8 seconds: Wind")
    expect(page.get_by_role("button", name="Play again")).to_be_hidden()
    assert findings(page, impacts=SERIOUS) == []
    shorten(page)
    expect(page.locator("h1")).to_have_text("Wind")
    wait_until(page, lambda: not video_of(page, "video.paused") and seconds(page) > 0, "the next film does not play")
    assert page.evaluate("() => globalThis.sameDocument === true")
    assert page.evaluate("() => document.fullscreenElement?.classList.contains('player')")
    expect(page.locator("[data-player][mediaisfullscreen]")).to_be_attached()
    expect(page.locator("[data-player-now]")).to_have_text("Wind")
    expect(page).to_have_title("Wind · Screening Room")
    assert page.url.endswith(section.get_children().all()[1].url)
    page.keyboard.press("f")
    expect(page.locator("[data-player][mediaisfullscreen]")).not_to_be_attached()
    before = seconds(page)
    page.keyboard.press("l")  # the keys reach the film that plays now
    wait_until(page, lambda: seconds(page) > before + 5, "the keys do not work")
    page.go_back()
    expect(page.locator("h1")).to_have_text("Salt")
    ready(page)
    assert page.complaints == []


def test_what_names_the_film_outside_of_its_player_names_the_next_one_too(transactional_db, visit):
    settings = SiteSettings.for_site(Site.objects.get(is_default_site=True))
    settings.languages = "de"
    settings.save()
    section = factories.make_section("Short films", password=None, is_programme=True)
    films = [hls_clips.make_packaged_video(title, section=section, password=None) for title in TITLES[:2]]
    for film in films:
        passwords.set_open(film, True)
        type(film).objects.filter(pk=film.pk).update(search_description=f"About {film.title}")
    page, fresh = visit(films[0].url), visit(films[1].url)
    ready(page)
    watch_the_end(page)
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Wind")
    head = "() => [...document.head.querySelectorAll('title, meta, link[rel=alternate], script[type*=json]')]"
    head += ".map((node) => node.outerHTML).sort()"
    assert any("About Wind" in line for line in fresh.evaluate(head))
    assert any("og:url" in line for line in fresh.evaluate(head))
    assert page.evaluate(head) == fresh.evaluate(head)
    page.get_by_role("button", name="Deutsch").click()
    expect(page.locator("html")).to_have_attribute("lang", "de")
    expect(page.locator("h1")).to_have_text("Wind")
    assert page.url.endswith(films[1].url)
    assert page.complaints == []


def test_the_countdown_is_stopped_by_its_button_by_playing_and_by_seeking(section, visit):
    page = begin(visit, section)
    watch_the_end(page)
    page.get_by_role("button", name="Stop").click()
    expect(page.locator(UPNEXT)).to_be_hidden()
    expect(page.get_by_role("button", name="Play again")).to_be_focused()
    expect(page.locator("[data-player-end]").get_by_role("link", name="Next film")).to_be_visible()
    shorten(page)
    page.wait_for_timeout(600)  # longer than a tick
    expect(page.locator("h1")).to_have_text("Salt")
    page.keyboard.press("Space")
    wait_until(page, lambda: not video_of(page, "video.paused"), "it does not play again")
    page.evaluate(
        "() => { const video = document.getElementById('player'); video.currentTime = video.duration - 0.4; }"
    )
    expect(page.locator(UPNEXT)).to_be_visible()
    page.keyboard.press("j")
    expect(page.locator(UPNEXT)).to_be_hidden()


def test_play_now_goes_on_at_once_and_the_last_film_counts_down_to_nothing(section, visit):
    page = begin(visit, section)
    for title in TITLES[1:]:
        watch_the_end(page)
        page.keyboard.press("Enter")  # the focus is on "Play now"
        expect(page.locator("h1")).to_have_text(title)
        expect(page.locator(".player__bar [data-player-play]")).to_be_focused()
        wait_until(page, lambda: not video_of(page, "video.paused"), "it does not play")
        page.keyboard.press("k")
        page.evaluate("() => { document.getElementById('player').muted = true; }")
    watch_the_end(page)
    expect(page.locator(UPNEXT)).to_have_count(0)
    expect(page.get_by_role("button", name="Play again")).to_be_focused()


def test_titles_that_the_player_shows_name_their_language(section, visit):
    VideoPage.objects.filter(title="Wind").update(title="夜のカフェ")
    page = begin(visit, section)
    watch_the_end(page)
    announced = page.locator("[data-player-upnext-status]")
    expect(announced).to_have_text("The next film begins in 8 seconds: 夜のカフェ")
    expect(announced.locator("[lang=ja]")).to_have_text("夜のカフェ")
    page.keyboard.press("Enter")  # the focus is on "Play now"
    now = page.locator("[data-player-now]")
    expect(now).to_have_text("夜のカフェ")
    expect(now).to_have_attribute("lang", "ja")
    expect(page.locator("#player")).to_have_attribute("lang", "ja")
    wait_until(page, lambda: not video_of(page, "video.paused"), "it does not play")
    page.keyboard.press("k")
    watch_the_end(page)
    page.keyboard.press("Enter")
    expect(now).to_have_text("Night")
    assert now.get_attribute("lang") is None, "It is in the language of the page."


def test_an_interval_counts_longer_and_says_its_words(section, visit):
    ProgrammeInterval.objects.create(page=section, after_film=1, minutes=15, text="Tea in the garden")
    page = begin(visit, section, device="phone")
    watch_the_end(page)
    expect(page.locator(UPNEXT)).to_contain_text("Tea in the garden")
    expect(page.locator("[data-player-upnext-left]")).to_have_text("Next in 14:59")
    expect(page.locator("[data-player-upnext-status]")).to_have_text("The next film begins in 15 minutes: Wind")
    frame, bar = (page.locator(name).bounding_box() for name in ("[data-player]", ".player__seek"))
    for each in page.locator(f"{UPNEXT} > :is(a, button, p)").all():
        box = each.bounding_box()
        assert frame["y"] <= box["y"] and box["y"] + box["height"] <= bar["y"] + 0.6 * bar["height"]
        assert frame["x"] <= box["x"] and box["x"] + box["width"] <= frame["x"] + frame["width"]


def test_a_next_film_with_a_password_of_its_own_asks_for_it_on_its_page(section, visit):
    following = section.get_children().all()[1].specific
    passwords.set_password(following, "another-word")
    page = begin(visit, section)
    watch_the_end(page)
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Wind")
    expect(page.locator("input[name=password]")).to_be_visible()
    assert page.url.endswith(following.url)


def test_when_access_has_ended_meanwhile_the_next_film_asks_for_the_password(section, visit):
    page = begin(visit, section)
    watch_the_end(page)
    passwords.set_password(section, "another-word")
    page.keyboard.press("Enter")
    expect(page.locator("input[name=password]")).to_be_visible()
    expect(page.locator("#player")).to_have_count(0)


def test_without_a_connection_the_film_stays_and_says_so(section, visit):
    page = begin(visit, section)
    watch_the_end(page)
    page.context.set_offline(True)
    page.keyboard.press("Enter")
    expect(page.locator("[data-player-message]")).to_contain_text("The site could not be reached. Try again")
    expect(page.get_by_role("button", name="Play again")).to_be_focused()
    expect(page.locator("h1")).to_have_text("Salt")
    page.context.set_offline(False)
    page.locator("[data-player-end]").get_by_role("link", name="Next film").click()
    expect(page.locator("h1")).to_have_text("Wind")


def test_a_visitor_who_comes_back_goes_on_at_their_place(section, visit):
    page = begin(visit, section)
    watch_the_end(page)
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Wind")
    wait_until(page, lambda: not video_of(page, "video.paused"), "it does not play")
    page.evaluate("() => Object.assign(document.getElementById('player'), { currentTime: 7, playbackRate: 0.25 })")
    wait_for_seconds(page, 7.2)
    page.keyboard.press("k")
    page.goto(section.url)
    link = page.get_by_role("link", name="Continue: film 2, 0:07")
    link.click()
    ready(page)
    assert seconds(page) == 7
    expect(page.locator("h1")).to_have_text("Wind")
    page.goto(section.url)
    assert page.complaints == []


def test_with_reduced_motion_nothing_moves_but_the_number(section, visit):
    page = begin(visit, section, reduced_motion="reduce")
    watch_the_end(page)
    expect(page.locator(".player__upnext-time")).to_be_hidden()
    expect(page.locator("[data-player-upnext-left]")).to_contain_text("Next in")


def test_the_beginning_is_written_in_the_visitors_time_zone_if_that_differs(section, visit, site):
    set_window(section, opens_at=dt.datetime(2030, 12, 24, 19, tzinfo=dt.UTC), closes_at=None)
    page = visit(section.url, timezone_id="Asia/Tokyo")
    expect(page.locator("[data-programme-begins]")).to_contain_text("Dec 25, 4:00")
    expect(page.locator("[data-opening-left]")).to_be_visible()
    same = visit(section.url, timezone_id="UTC")
    expect(same.locator(".programme__begins")).to_contain_text("Begins")
    expect(same.locator("[data-programme-begins]")).to_be_hidden()
