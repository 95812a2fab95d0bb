"""The block "I have a password" opens what was made in one language only, and no page without an address."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from home.models import HomePage
from tests.factories import browser, make_section, make_video
from tests.home.block_pages import home_that_finds_passwords
from video_pages.pages.translating import translate


@pytest.fixture
def german_section(german):
    """A section with a password, made in the German tree, on a site whose home page takes passwords."""
    home = home_that_finds_passwords()
    german_home = translate(home, german)
    german_home.title = "Startseite"
    german_home.save_revision().publish()
    parent = HomePage.objects.get(pk=german_home.pk)
    return make_section("Nur auf Deutsch", parent=parent, password="graues-boot", locale=german)


@pytest.mark.parametrize("address", ["/", "/de/"])
def test_the_password_of_a_section_in_the_german_tree_opens_it_from_each_home_page(german_section, address):
    answer = browser().post(address, {"password": "graues-boot"})
    assert (answer.status_code, answer.headers["Location"]) == (303, german_section.get_url())
    assert german_section.get_url().startswith("/de/")


def test_below_a_home_page_that_is_a_draft_nothing_is_found(german_section):
    HomePage.objects.get(pk=german_section.get_parent().pk).unpublish(set_expired=False)
    assert browser().post("/", {"password": "graues-boot"}).status_code == 403


def test_the_number_of_queries_does_not_depend_on_the_number_of_pages(german_section):
    def queries():
        with CaptureQueriesContext(
            connection,
        ) as found:
            browser().post("/", {"password": "wrong-text"})
        return len(found)

    queries()
    before = queries()
    for _number in range(3):
        make_video(section=german_section, password="another-text")
    assert queries() == before
