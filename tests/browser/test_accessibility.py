"""Every public page, by day and by night, on phone and desktop: what axe and the browser complain of."""

import base64
import io

import pytest
from PIL import Image
from playwright.sync_api import expect

from tests import factories
from tests.browser.accessibility import SERIOUS, findings
from video_pages.models import VideoFile, VideoPage

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]

WRONG = "not the password"


@pytest.fixture
def pages(transactional_db):
    """Return the addresses of one of each kind of page that visitors meet, by name."""
    videos = factories.make_section("Videos", show_in_menus=True, intro="<p>All of <b>them</b>.</p>")
    club = factories.make_section("The club", parent=videos, password="a-password-for-all")
    factories.make_video("For members", section=club, password=None)
    film = factories.make_real_video("Salt flats", section=videos, description="<p>Not final.</p>")
    VideoFile.objects.filter(pk=film.video_file.pk).update(still=still(), duration=5530)
    unset = factories.make_video("Nobody's yet", section=videos, password=None)
    opened = factories.make_real_video("Open to all", section=videos, password=None)
    refused = factories.make_video("Refused", section=videos, password=None, video_file=file_in("refused"))
    waiting = factories.make_video("Waiting", section=videos, password=None, video_file=file_in("processing"))
    for video in (opened, refused, waiting):
        VideoPage.objects.filter(pk=video.pk).update(open_to_everyone=True)
    return {
        "home": "/",
        "section": videos.url,
        "locked section": club.url,
        "locked video": film.url,
        "video without a password": unset.url,
        "player": opened.url,
        "refused file": refused.url,
        "unfinished file": waiting.url,
        "search": "/search/",
        "search results": "/search/?q=salt",
        "search without results": "/search/?q=nothing",
        "not found": "/nowhere/",
    }


def still():
    """Return a data: address as the poster job makes it: 16x9 pixels."""
    content = io.BytesIO()
    Image.linear_gradient("L").resize((16, 9)).convert("RGB").save(content, "WEBP")
    return "data:image/webp;base64," + base64.b64encode(content.getvalue()).decode()


def file_in(state):
    video_file = factories.make_video_file()
    video_file.job.state = state
    video_file.job.progress = 40
    video_file.job.save()
    return video_file


def faults_of(page):
    """Return axe's serious and critical findings on `page`, one line each, and the browser's complaints."""
    found = [f"{rule}: {elements}" for rule, elements in findings(page, impacts=SERIOUS)]
    complaints, page.complaints[:] = list(page.complaints), []
    return found + complaints


def type_password(page, password):
    page.fill("input[name=password]", password)
    page.click("form button[type=submit]")


# No rule is about a size and a colour at once: two of the four show each size and each colour.
ALL_FOUR = [("desktop", "light"), ("phone", "dark")]
ALL_FOUR += [pytest.param(*each, marks=pytest.mark.soak) for each in (("desktop", "dark"), ("phone", "light"))]


@pytest.mark.parametrize(("device", "scheme"), ALL_FOUR)
def test_every_public_page_is_accessible_and_keeps_the_policy(pages, visit, device, scheme):
    page = visit("/", device=device, color_scheme=scheme)
    faults = {}
    for name, address in pages.items():
        page.goto(address)
        faults[name] = faults_of(page)
    page.goto(pages["locked video"])
    type_password(page, WRONG)
    page.wait_for_selector("[role=alert]")
    faults["wrong password"] = faults_of(page)
    type_password(page, factories.PASSWORD)
    page.wait_for_selector("#player")
    faults["unlocked video"] = faults_of(page)
    page.goto(pages["locked section"])
    page.context.clear_cookies()
    type_password(page, WRONG)
    page.wait_for_selector("text=This site needs cookies")
    faults["no cookies"] = faults_of(page)
    assert {name: found for name, found in faults.items() if found} == {}


def test_nothing_is_wider_than_a_window_of_320_pixels(pages, visit):
    """A width of 320 is a window of 1280 at a zoom of 400 % (WCAG 2.2, 1.4.10)."""
    page = visit("/")
    page.set_viewport_size({"width": 320, "height": 640})
    widths = {}
    for name, address in pages.items():
        page.goto(address)
        widths[name] = page.evaluate("document.documentElement.scrollWidth")
    assert {name: width for name, width in widths.items() if width > 320} == {}


def test_the_keyboard_reaches_each_card_once_and_shows_where_it_is(pages, visit):
    page = visit(pages["section"])
    seen = []
    for _ in range(page.locator("a").count()):
        page.keyboard.press("Tab")
        name, words, ring = page.evaluate(
            """() => {
              const element = document.activeElement;
              return [element.className, element.innerText, getComputedStyle(element, "::after").outlineWidth];
            }"""
        )
        if name == "video-card__link":
            assert ring == "3px"
            seen.append(words)
    assert seen == page.locator(".video-card__link").all_inner_texts()


def test_the_first_tab_leads_past_the_navigation(pages, visit):
    page = visit(pages["section"])
    page.keyboard.press("Tab")
    assert page.locator(":focus").inner_text() == "Skip to the content"
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()


def test_reduced_motion_stops_the_fades(pages, visit):
    page = visit("/", reduced_motion="reduce")
    fade = "getComputedStyle(document.querySelector('.button')).transitionDuration"
    assert set(page.evaluate(fade).split(", ")) <= {"0s"}
