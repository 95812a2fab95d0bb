"""A page whose slug was free before PAGE_LANGUAGES took it as the address of a language."""

import pytest
from wagtail.models import Page

from site_config.checks.database_checks import no_pages_at_addresses_of_languages
from tests.factories import get_home, make_section, make_video


def found():
    return no_pages_at_addresses_of_languages(None, databases=["default"])


def give_slug(page, slug):
    Page.objects.filter(pk=page.pk).update(slug=slug)


@pytest.mark.django_db
class TestTakenSlugs:
    def test_the_check_names_the_page_and_says_what_to_do(self, german):
        section = make_section("Deutsche Filme")
        give_slug(section, "de")
        (error,) = found()
        assert error.id == "video_pages.E040"
        assert f"“Deutsche Filme” (/de/, number {section.pk})" in error.msg
        assert "another slug" in error.hint

    def test_a_draft_counts_because_it_can_be_published(self, german):
        give_slug(make_section("Plan", live=False), "de")
        assert len(found()) == 1

    def test_other_places_and_other_languages_are_free(self, german_home):
        section = make_section("Festival")
        give_slug(make_video("Below", section=section), "de")
        give_slug(section, "fr")
        give_slug(german_home, "de")
        assert found() == []

    def test_without_languages_of_pages_nothing_is_asked(self, settings, db, django_assert_num_queries):
        get_home()
        give_slug(make_section("Deutsche Filme"), "de")
        settings.PAGE_LANGUAGES = ()
        with django_assert_num_queries(0):
            assert found() == []
