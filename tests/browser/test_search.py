"""The search in a visitor's hands: suggestions by keyboard and pointer, and the form without JavaScript."""

import pytest
from playwright.sync_api import expect

from tests import factories

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]

FIELD, OPTION = "#search-field", "[role=option]"


@pytest.fixture
def films(transactional_db):
    section = factories.make_section("Salt works")
    factories.make_video("Salt hidden", section=section, listed="nowhere")
    return [factories.make_video(title, section=section) for title in ("Salt flats", "Salt mine")]


def test_a_suggestion_is_chosen_with_the_keyboard(films, visit):
    page = visit("/search/")
    field = page.locator(FIELD)
    field.press_sequentially("sal")
    expect(page.locator(OPTION)).to_have_count(3)
    assert "hidden" not in page.locator("#search-suggestions").inner_text()
    expect(page.get_by_role("combobox")).to_have_attribute("aria-expanded", "true")
    expect(page.locator("[data-search-status]")).to_have_text("Suggestions: 3")
    field.press("ArrowDown")
    field.press("ArrowDown")
    chosen = page.locator(f"{OPTION}[aria-selected=true]")
    expect(field).to_have_attribute("aria-activedescendant", chosen.get_attribute("id"))
    title = chosen.inner_text()
    field.press("Enter")
    expect(page.locator("h1")).to_have_text(title)


def test_escape_closes_the_list_and_keeps_the_words(films, visit):
    page = visit("/search/")
    field = page.locator(FIELD)
    field.press_sequentially("sal")
    expect(page.locator(OPTION)).to_have_count(3)
    field.press("ArrowUp")
    field.press("Escape")
    expect(page.locator("#search-suggestions")).to_be_hidden()
    expect(field).to_have_value("sal")
    expect(field).to_have_attribute("aria-expanded", "false")
    field.press("Enter")
    expect(page.locator("article")).to_have_count(2)


def test_what_is_typed_after_a_choice_is_searched_and_not_the_choice(films, visit):
    page = visit("/search/")
    field = page.locator(FIELD)
    field.press_sequentially("sal")
    expect(page.locator(OPTION)).to_have_count(3)
    field.press("ArrowDown")
    page.route("**/search/suggestions/**", lambda route: None)  # its answer is on the way
    field.press_sequentially("t mine")
    expect(page.locator(f"{OPTION}[aria-selected=true]")).to_have_count(0)
    field.press("Enter")
    page.wait_for_url("**/search/?q=salt**")
    expect(page.locator("h1")).to_have_text("Search")


def test_a_suggestion_is_chosen_with_the_pointer_and_the_list_closes_outside(films, visit):
    page = visit("/search/", device="phone")
    page.locator(FIELD).press_sequentially("mine")
    expect(page.locator(OPTION)).to_have_count(1)
    page.locator("h1").click()
    expect(page.locator("#search-suggestions")).to_be_hidden()
    page.fill(FIELD, "salt mi")
    expect(page.locator(OPTION)).to_be_visible()
    page.locator(OPTION).click()
    expect(page.locator("h1")).to_have_text("Salt mine")


def test_the_form_searches_without_javascript(films, visit):
    page = visit("/search/", java_script_enabled=False)
    page.fill(FIELD, "salt fl")
    page.keyboard.press("Enter")
    expect(page.locator("article")).to_have_count(1)
    assert page.locator("[role=combobox]").count() == 0
