"""Lists that the browser keeps: an unchanged one comes as 304, and after an unlock its card shows that it is open."""

import pytest
from playwright.sync_api import expect

from home.models import HomePage
from home.shown import triggers
from tests import factories

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]

CARD = ".video-card__lock"


@pytest.fixture
def film(transactional_db):
    triggers.install()
    return factories.make_real_video("Salt flats", section=factories.make_section("Films", show_in_menus=True))


@pytest.mark.parametrize("device", ["phone", "desktop"])
def test_an_unchanged_list_comes_as_304_and_works_as_before(film, visit, device):
    page = visit("/", device=device)
    for path in ("/", film.get_parent().url):
        page.goto(path)
        with page.expect_response(lambda response: response.request.is_navigation_request()) as seen:
            page.reload()
        headers = seen.value.request.all_headers()
        assert headers["if-none-match"].startswith('W/"')
        expect(page.locator(".video-card__title")).to_have_text("Salt flats")
        assert page.locator("time[data-local-date]").count() == 1
    HomePage.objects.update(headline="Another headline")
    page.goto("/")
    expect(page.locator("h1")).to_have_text("Another headline")
    assert page.complaints == []


def test_after_an_unlock_the_way_back_shows_the_film_unlocked(film, visit):
    page = visit("/")
    expect(page.locator(CARD)).to_have_text("Password")
    page.click(".video-card__link")
    page.fill("input[name=password]", factories.PASSWORD)
    page.click("form button[type=submit]")
    expect(page.locator("#player")).to_be_visible()
    page.go_back()
    if page.locator("input[name=password]").count():
        page.go_back()
    expect(page.locator(".hero h1")).to_be_visible()
    expect(page.locator(CARD)).to_contain_text("Unlocked")
    assert page.complaints == []


def test_a_list_that_the_browser_shows_from_its_memory_is_loaded_again(film, visit):
    page = visit("/")
    with page.expect_navigation():
        page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))")
    expect(page.locator(".video-card__title")).to_have_text("Salt flats")
