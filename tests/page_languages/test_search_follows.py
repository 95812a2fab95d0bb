"""The search follows the source of an alias or a translation at once: its privacy, and the place where it lies."""

import pytest
from wagtail.models import PageViewRestriction

from tests.factories import make_section
from video_pages.models import VideoIndexPage, VideoPage
from video_pages.search.models import SearchEntry

pytestmark = pytest.mark.usefixtures("indexed_at_once")


@pytest.fixture
def pages(film, sea):
    """The ids of the film, of its translation, and of an alias in another section."""
    return {film.pk, sea.pk, film.create_alias(parent=make_section("Public"), update_slug="alias").pk}


def public(pages):
    return set(SearchEntry.objects.filter(page__in=pages, is_public=True).values_list("page", flat=True))


@pytest.mark.parametrize("restricted", ["film", "section", "section of another language"])
def test_privacy_counts_at_once_for_all_that_follow(film, sea, pages, restricted):
    assert public(pages) == pages
    above = {"film": film, "section": film.get_parent()}.get(restricted, sea.get_parent())
    restriction = PageViewRestriction.objects.create(page=above, restriction_type="login")
    assert public(pages) == (pages - {sea.pk} if "language" in restricted else set())
    restriction.delete()
    assert public(pages) == pages


@pytest.mark.parametrize("moved", ["film", "section"])
def test_a_move_into_a_private_section_and_out_of_it_counts_at_once_for_all_that_follow(film, pages, moved):
    private, free = make_section("Private"), make_section("Free")
    PageViewRestriction.objects.create(page=private, restriction_type="login")
    page = (VideoPage if moved == "film" else VideoIndexPage).objects
    pk = film.pk if moved == "film" else film.get_parent().pk
    page.get(pk=pk).move(VideoIndexPage.objects.get(pk=private.pk), pos="last-child")
    assert public(pages) == set()
    page.get(pk=pk).move(VideoIndexPage.objects.get(pk=free.pk), pos="last-child")
    assert public(pages) == pages
