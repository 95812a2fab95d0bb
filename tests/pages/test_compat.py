"""Wagtail's private APIs for slugs that pages use still exist: these tests fail when an update changes one."""

import re

import pytest
from django.core.exceptions import ValidationError
from django.urls import Resolver404, get_resolver, resolve

from site_config.checks.database_checks import no_pages_at_addresses_of_the_site
from tests.factories import get_home, make_section, make_video
from video_pages.models import VideoIndexPage, VideoPage
from video_pages.pages.compat import RESERVED_SLUGS, child_path, is_slug_available

pytestmark = pytest.mark.django_db


def test_a_slug_is_available_once_and_to_the_page_that_has_it():
    section = make_section()
    video = make_video(section=section)
    assert is_slug_available(VideoPage, "another", section)
    assert not is_slug_available(VideoPage, video.slug, section)
    assert is_slug_available(VideoPage, video.slug, section, video)


def test_wagtail_asks_for_each_slug_that_it_makes_or_checks():
    home, section = get_home(), make_section()
    for slug in sorted(RESERVED_SLUGS):
        assert not is_slug_available(VideoIndexPage, slug, home) and is_slug_available(VideoPage, slug, section)
    made = home.add_child(instance=VideoIndexPage(title="Search"))
    assert made.slug == "search-2"
    made.slug = "search"
    with pytest.raises(ValidationError, match="an address of the site itself"):
        made.full_clean()
    with pytest.raises(ValidationError, match="an address of the site itself"):
        made.minimal_clean()


def first_parts(patterns=None):
    """The first parts of all addresses of the site itself, as their patterns begin."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        found = re.match(r"\^?([\w-]+)", str(pattern.pattern))
        if found:
            yield found[1]
        elif not str(pattern.pattern):
            yield from first_parts(getattr(pattern, "url_patterns", ()))


def is_address_of_a_page(first):
    try:
        return resolve(f"/{first}/").url_name == "wagtail_serve"
    except Resolver404:
        return False


def test_no_page_gets_the_address_of_a_view():
    parts = set(first_parts())
    assert {"admin", "stream", "embed", "w", "search", "language"} <= parts
    assert {part for part in parts if not is_address_of_a_page(part)} <= RESERVED_SLUGS


def test_a_check_names_the_pages_that_have_such_an_address_already():
    section = make_section("Language")
    video = make_video("Below", section=section)
    assert no_pages_at_addresses_of_the_site(None, databases=["default"]) == []
    for page in (section, video):
        type(page).objects.filter(pk=page.pk).update(slug="language")
    (warning,) = no_pages_at_addresses_of_the_site(None, databases=["default"])
    assert warning.id == "video_pages.W041" and f"“Language” (/language/, number {section.pk})." in warning.msg
    assert "These pages may not be reached" in warning.msg, "some of them Wagtail serves still"
    assert no_pages_at_addresses_of_the_site(None, databases=None) == []


def test_a_page_with_a_reserved_slug_is_not_moved_to_the_top():
    section = make_section()
    inner = section.add_child(instance=VideoIndexPage(title="Look", slug="look"))
    assert not inner.can_move_to(get_home()) and inner.can_move_to(make_section())


def test_the_path_of_a_child_is_the_one_that_the_tree_gives():
    section = make_section()
    first, second = make_video(section=section), make_video(section=section)
    assert [child_path(section, 1), child_path(section, 2)] == [first.path, second.path]
