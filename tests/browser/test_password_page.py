"""The password page in a visitor's hands: with and without JavaScript, with a phone's keyboard in the way."""

import datetime as dt
import re

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from tests import factories
from tests.browser.player import wait_until
from tests.home.site_settings import settings_of_site
from video_pages.access import passwords
from video_pages.models import VideoAccessSession, VideoIndexPage

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]

FIELD = "input[name=password]"
SUBMIT = "form button[type=submit]"


@pytest.fixture
def film(transactional_db):
    return factories.make_real_video("Salt flats")


def test_the_password_opens_the_film_with_javascript_off(film, visit):
    page = visit(film.url, java_script_enabled=False)
    assert not page.is_visible("[data-password-reveal]")
    page.fill(FIELD, factories.PASSWORD)
    page.click(SUBMIT)
    expect(page.locator("#player")).to_be_visible()
    expect(page.locator("#player")).to_have_attribute("preload", "none")


def test_a_wrong_password_shows_an_error_and_the_field_is_ready_again(film, visit):
    page = visit(film.url)
    page.fill(FIELD, "not the password")
    page.keyboard.press("Enter")
    alert = page.wait_for_selector("[role=alert]")
    assert "That is not the password" in alert.inner_text()
    expect(page.locator(FIELD)).to_be_focused()
    assert page.input_value(FIELD) == "not the password", "it may lack one letter"
    described_by = page.get_attribute(FIELD, "aria-describedby").split()
    assert alert.get_attribute("id") in described_by
    assert page.get_attribute(FIELD, "aria-invalid") == "true"


def test_while_somebody_types_the_browser_loads_the_player(film, visit):
    page = visit(film.url)
    asked = []
    page.on("requestfinished", lambda request: asked.append(re.split(r"[-.]", request.url.rpartition("/")[2])[0]))
    page.locator(FIELD).press_sequentially("op")
    wait_until(page, lambda: len(asked) == 3, "the player is not loaded")
    assert sorted(asked) == ["hls_light", "player_page", "player_page"]
    page.fill(FIELD, factories.PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector("#player", state="attached")
    sizes = page.evaluate(
        "() => performance.getEntriesByType('resource').filter(({ name }) => name.includes('player_page'))"
        ".map(({ transferSize }) => transferSize)"
    )
    assert sizes == [0, 0], "both come from the cache of the browser"
    assert page.complaints == []


def test_nothing_is_announced_before_anything_was_tried(film, visit):
    page = visit(film.url)
    assert page.locator("[role=alert]").count() == 0
    assert page.get_attribute(FIELD, "aria-invalid") is None


def test_show_and_hide_change_what_is_seen_and_what_is_said(film, visit):
    page = visit(film.url)
    page.fill(FIELD, "open")
    button = page.locator("[data-password-reveal]")
    assert (button.inner_text(), button.get_attribute("aria-label")) == ("Show", "Show the password")
    button.click()
    expect(page.locator(FIELD)).to_have_attribute("type", "text")
    assert (button.inner_text(), button.get_attribute("aria-label")) == ("Hide", "Hide the password")
    button.click()
    expect(page.locator(FIELD)).to_have_attribute("type", "password")
    button.click()
    page.click(SUBMIT)  # which hides it, for browsers that offer to save it
    expect(page.get_by_role("alert")).to_contain_text("That is not the password")
    expect(page.locator(FIELD)).to_have_attribute("type", "password")
    assert (button.inner_text(), button.get_attribute("aria-label")) == ("Show", "Show the password")


def test_a_double_click_sends_the_form_once(film, visit):
    page = visit(film.url)
    posts = []
    page.on("request", lambda request: posts.append(request) if request.method == "POST" else None)
    page.fill(FIELD, factories.PASSWORD)
    page.evaluate(f"const button = document.querySelector('{SUBMIT}'); button.click(); button.click()")
    page.wait_for_selector("#player")
    assert len(posts) == 1


def test_the_button_stays_in_sight_when_a_keyboard_takes_half_the_screen(film, visit):
    page = visit(film.url, device="phone")
    page.locator(FIELD).focus()
    page.set_viewport_size({"width": 390, "height": 400})
    expect(page.locator(SUBMIT)).to_be_in_viewport(ratio=1)
    expect(page.locator(FIELD)).to_be_in_viewport(ratio=1)


def test_the_end_of_access_is_shown_in_the_visitors_own_time(film, visit):
    page = visit(film.url, timezone_id="Asia/Kathmandu", locale="en-GB")
    page.fill(FIELD, factories.PASSWORD)
    page.click(SUBMIT)
    page.wait_for_selector("#player")
    ends = VideoAccessSession.objects.get().expires_at
    local = ends.astimezone(dt.timezone(dt.timedelta(hours=5, minutes=45)))
    expect(page.locator("time[data-local-time]")).to_contain_text(f"{local.hour}:{local:%M}")


@pytest.mark.parametrize("locale", ["en-US", "en-GB", None])
def test_dates_have_the_format_of_the_visitors_region_and_without_scripts_one_for_all(film, visit, locale):
    until = timezone.now().replace(microsecond=0) + dt.timedelta(days=20)
    passwords.set_access_until(film, until)
    page = visit(
        film.url, timezone_id="Asia/Kathmandu", locale=locale or "en-GB", java_script_enabled=locale is not None
    )
    local = until.astimezone(dt.timezone(dt.timedelta(hours=5, minutes=45))) if locale else until
    month = f"{local:%b}t" if local.month == 9 else f"{local:%b}"  # British English writes "Sept"
    day = f"{local.day} {month}" if locale == "en-GB" else f"{local:%b} {local.day}"
    in_year = f" {local.year}" if locale == "en-GB" else f", {local.year}"
    time = {"en-US": f"{local.hour % 12 or 12}:{local:%M %p}", "en-GB": f"{local:%H:%M}", None: f"{local:%H:%M} UTC"}[
        locale
    ]
    moment = f"{day}{in_year}, {time}"
    expect(page.locator("#password-duration")).to_have_text(f"Opens it in this browser until {moment}.")
    page.fill(FIELD, factories.PASSWORD)
    page.click(SUBMIT)
    expect(page.locator(".pill--until")).to_have_text(f"Yours until {moment}")
    page.goto(film.get_parent().url)
    year = "" if local.year == timezone.now().year else in_year
    expect(page.locator(".video-card__lock")).to_have_text(f"Unlocked · until {day}{year}")


def test_the_way_back_after_unlocking_takes_one_step(film, visit):
    section = film.get_parent()
    page = visit(section.url)
    page.get_by_role("link", name="Salt flats").click()
    page.wait_for_selector(FIELD)
    for password in ("not the password", factories.PASSWORD):
        page.fill(FIELD, password)
        page.click(SUBMIT)
        page.wait_for_selector("[role=alert], #player", state="attached")
    page.wait_for_selector("#player")
    page.go_back()
    expect(page).to_have_url(re.compile(f"{section.url}$"))
    page.go_forward()
    expect(page.locator("#player")).to_be_visible()
    assert page.complaints == []


def test_while_no_try_is_left_the_button_counts_down_and_keeps_what_was_typed(film, visit):
    for _ in range(4):
        factories.unlock(factories.browser(), film, "not the password")
    page = visit(film.url)
    page.clock.install()
    page.reload()
    page.fill(FIELD, "typed with care")
    page.click(SUBMIT)
    button = page.locator(SUBMIT)
    expect(button).to_be_disabled()
    expect(button).to_have_text(re.compile(r"Possible again in 1[45]:\d\d"))
    expect(page.locator("[role=alert]")).to_contain_text(
        "No try is left. Others on the same network typed wrong passwords"
    )
    expect(page.locator("[role=alert]")).to_contain_text("The limit lasts until")
    assert page.input_value(FIELD) == "typed with care"
    page.clock.fast_forward("16:00")
    expect(button).to_be_enabled()
    expect(button).to_have_text("Open the film")


def test_a_lost_connection_is_said_in_place_and_nothing_typed_is_lost(film, visit):
    page = visit(film.url)
    page.fill(FIELD, factories.PASSWORD)
    page.context.set_offline(True)
    page.click(SUBMIT)
    expect(page.locator("[role=alert]")).to_contain_text("The site could not be reached.")
    page.context.set_offline(False)
    page.click(SUBMIT)
    expect(page.locator("#player")).to_be_visible()


def test_when_no_password_opens_the_film_any_more_the_message_has_the_focus(film, visit):
    page = visit(film.url)
    over = '<div class="password-form__body"><p role="alert">It is over.</p></div>'
    page.route(f"**{film.url}", lambda route: route.fulfill(status=403, content_type="text/html", body=over))
    page.fill(FIELD, factories.PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator("div.password-form__body")).to_be_focused()


def test_a_form_without_its_cookie_leads_to_the_page_that_says_so(film, visit):
    page = visit(film.url)
    page.context.clear_cookies()
    page.fill(FIELD, factories.PASSWORD)
    page.click(SUBMIT)
    expect(page.get_by_role("heading", name="This site needs cookies")).to_be_visible()


def test_lines_of_the_form_break_between_their_parts(film, visit):
    settings_of_site(contact="office@films.example")
    VideoIndexPage.objects.update(title="Films of the hall by the sea, and of the summer")
    page = visit(film.url, device="phone")
    question, address = page.evaluate(
        """() => {
          const range = document.createRange();
          range.selectNodeContents(document.querySelector(".password-form__help p").firstChild);
          const address = document.querySelector(".password-form__help a");
          return [[...range.getClientRects()].filter(({ width }) => width > 9), [address.getBoundingClientRect()]];
        }"""
    )
    assert len(question) == 1 and address[0]["top"] >= question[0]["bottom"] - 4
    kicker = page.locator(".password-form__kicker")
    section, length = kicker.locator("span").all()
    assert length.bounding_box()["y"] > section.bounding_box()["y"], "the length is in a line of its own"
    assert length.bounding_box()["x"] == pytest.approx(kicker.bounding_box()["x"], abs=1), "its dot is cut off"
    assert kicker.evaluate("(kicker) => getComputedStyle(kicker).overflowX") == "clip"
