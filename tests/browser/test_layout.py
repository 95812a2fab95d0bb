"""Forms and the control bar at the widths of phones, of a phone on its side, and of a page at 200 %."""

import pytest
from playwright.sync_api import expect
from wagtail.models import Site

from home.models import SiteSettings
from tests import factories, hls_clips
from tests.browser.player import DOOR, START, ready
from tests.browser.sizes import LOW, outside, resize
from video_pages.models import AccessSettings, VideoAccessSession

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]

UPRIGHT = [(320, 640), (360, 740), (390, 844)]
SMALLEST_TARGET = 44
BAR, FORM = ".player__bar *", "form *"
FIELD = "#player-password-password"


@pytest.fixture
def film(transactional_db):
    section = factories.make_section("Client reviews of the winter season")
    film = hls_clips.make_packaged_video("Salt flats, second cut with a long title", section=section)
    settings = SiteSettings.for_site(Site.objects.get())
    settings.contact = "office@example.org"
    settings.save()
    return film


def test_everything_lies_inside_and_what_is_needed_first_is_above_the_fold(film, visit):
    page = visit(film.url, device="phone")
    for size in UPRIGHT + LOW:
        resize(page, size)
        assert outside(page, FORM) == []
        assert outside(page, ".password-form__field *, .password-form__submit", everything=True) == []

    page.fill("input[name=password]", factories.PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector("#player", state="attached")
    ready(page)
    for size in UPRIGHT + LOW:
        resize(page, size)
        page.evaluate("() => scrollTo(0, 0)")
        assert outside(page, BAR, everything=True) == []
        for menu in ("speed", "captions", "quality"):
            page.click(f"[data-player-menu={menu}] > button")
            sheet = page.locator(f"[data-player-menu={menu}] .player__menu")
            expect(sheet).to_be_visible()
            box = sheet.bounding_box()
            assert round(box["y"] + box["height"]) == size[1], "the sheet stands at the bottom of the window"
            assert outside(page, ".player__menu, .player__menu .player__item") == []
            assert box["y"] >= 0
            low = [item.bounding_box()["height"] for item in sheet.get_by_role("menuitemradio").all()]
            assert min(low) >= SMALLEST_TARGET
            page.keyboard.press("Escape")
            expect(sheet).to_be_hidden()

    expect(page.get_by_text("Yours until")).to_be_visible()
    VideoAccessSession.objects.all().delete()
    page.click(START)
    expect(page.locator(FIELD)).to_be_visible(timeout=20_000)
    expect(page.get_by_text("Yours until")).to_be_hidden()
    expect(page.locator(DOOR).get_by_role("link", name="office@example.org")).to_be_visible()
    for size in UPRIGHT + LOW:
        resize(page, size)
        assert outside(page, f"{DOOR} *") == []
        assert outside(page, f"{DOOR} .password-form__field *, {DOOR} [type=submit]", everything=True) == []
    page.fill(FIELD, factories.PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator(DOOR)).to_be_hidden()
    assert page.complaints == []


def test_a_wide_window_has_its_menus_above_their_buttons(film, visit):
    page = visit(film.url)
    page.fill("input[name=password]", factories.PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector("#player", state="attached")
    ready(page)
    page.click("[data-player-menu=speed] > button")
    button = page.locator("[data-player-menu=speed] > button").bounding_box()
    menu = page.locator("[data-player-menu=speed] .player__menu").bounding_box()
    assert menu["y"] + menu["height"] <= button["y"] and menu["y"] > 0


def test_the_form_for_all_passwords_lies_in_its_box_and_no_choice_is_printed(transactional_db, visit):
    AccessSettings.objects.update_or_create(site=Site.objects.get(), defaults={"finds_passwords": True})
    SiteSettings.objects.update_or_create(site=Site.objects.get(), defaults={"languages": "de fr"})
    home = factories.get_home()
    home.body = [("password", {"heading": "I have a password", "words": ""})]
    home.save()
    page = visit("/", device="phone")
    resize(page, UPRIGHT[0])
    field = page.get_by_label("Password").bounding_box()
    box = page.locator("#password-block").bounding_box()
    assert field["x"] + field["width"] < box["x"] + box["width"] - 8
    words = page.locator(".site-foot__language").first.evaluate(
        "element => element.getBoundingClientRect().left + parseFloat(getComputedStyle(element).paddingLeft)"
    )
    assert words == pytest.approx(page.locator(".site-foot__line").bounding_box()["x"], abs=1)
    page.emulate_media(media="print")
    expect(page.locator("#password-block")).to_be_hidden()
    expect(page.locator(".site-foot__languages")).to_be_hidden()


@pytest.mark.parametrize("titles", [["Films"], ["Films", "The jury room", "An evening of short films", "School"]])
def test_on_a_phone_the_search_is_beside_the_name_and_never_alone_below_the_menu(titles, transactional_db, visit):
    for title in titles:
        factories.make_section(title, show_in_menus=True)
    page = visit("/", device="phone")
    search, name = (page.locator(f".site-head__{part}").bounding_box() for part in ("search", "brand"))
    entries = [entry.bounding_box() for entry in page.locator(".site-head__list a").all()]
    assert len(entries) == len(titles)
    assert abs(search["y"] + search["height"] / 2 - name["y"] - name["height"] / 2) < 4
    assert min(search["width"], search["height"]) >= SMALLEST_TARGET
    assert all(entry["y"] >= search["y"] + search["height"] for entry in entries)
    assert outside(page, ".site-head *") == []
    page.get_by_role("link", name="Search").click()
    expect(page.get_by_role("heading", name="Search")).to_be_visible()
