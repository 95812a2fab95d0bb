"""An alias that becomes a page of its own stays private to those to whom the page that it followed was private."""

import pytest
from django.contrib.auth.models import Group
from wagtail.models import Locale, PageViewRestriction

from tests.factories import browser, make_section, make_superuser, make_user, make_video, unlock
from tests.wagtail_admin.access import fresh
from tests.wagtail_admin.page_screens import screen
from video_pages.models import VideoIndexPage

pytestmark = pytest.mark.django_db
PASSWORD = "the-section-s-own"


@pytest.fixture
def group():
    return Group.objects.create(name="The jury")


@pytest.fixture
def public():
    """A section with a password, which anybody may have."""
    return make_section("Public", password=PASSWORD)


def restrict(page, group):
    restriction = PageViewRestriction.objects.create(page=page, restriction_type="groups")
    restriction.groups.add(group)


def by_screen(page):
    return browser(make_superuser()).post(screen(page, "convert_alias/"))


def by_api(page):
    return browser(make_superuser()).post(f"/admin/api/main/pages/{page.pk}/action/convert_alias/")


WAYS = pytest.mark.parametrize("convert", [by_screen, by_api])


@WAYS
@pytest.mark.parametrize("restricted", ["film", "section of the film", "before the alias", "both"])
def test_a_converted_alias_stays_private(convert, restricted, group, public):
    section = make_section("Jury")
    film = make_video("Hidden", section=section)
    if restricted == "before the alias":
        restrict(film, group)
    alias = film.create_alias(parent=public, update_slug="alias")
    if restricted in ("film", "both"):
        restrict(film, group)
    if restricted in ("section of the film", "both"):
        restrict(section, Group.objects.create(name="Others") if restricted == "both" else group)
    assert convert(alias).status_code in (200, 302)
    page = fresh(alias)
    assert page.alias_of_id is None
    visitor = browser(make_user())
    unlock(visitor, page, PASSWORD)
    answer = visitor.get(page.get_url())
    assert answer.status_code in (302, 403) and b'id="player"' not in answer.content
    assert b"Hidden" not in browser().get(public.get_url()).content
    assert page.view_restrictions.count() == (2 if restricted == "both" else 1)


@WAYS
def test_a_member_of_the_group_watches_the_converted_page(convert, group, public):
    film = make_video("Hidden")
    alias = film.create_alias(parent=public, update_slug="alias")
    restrict(film, group)
    convert(alias)
    member = make_user("juror")
    member.groups.add(group)
    client = browser(member)
    assert unlock(client, fresh(alias), PASSWORD).status_code == 303
    assert b'id="player"' in client.get(alias.get_url()).content


@WAYS
def test_a_converted_translation_stays_private(convert, group, settings):
    settings.WAGTAIL_I18N_ENABLED = True
    settings.WAGTAIL_CONTENT_LANGUAGES = [("en", "English"), ("fr", "French")]
    film = make_video("Hidden", section=make_section("Festival"))
    page = film.copy_for_translation(Locale.objects.create(language_code="fr"), copy_parents=True, alias=True)
    restrict(film, group)
    convert(page)
    assert [list(each.groups.all()) for each in fresh(page).get_view_restrictions()] == [[group]]


@WAYS
def test_what_lies_below_a_converted_section_stays_private(convert, group, public):
    section = make_section("Hidden section")
    make_video("Hidden", section=section)
    alias = VideoIndexPage.objects.get(pk=section.pk).create_alias(parent=public, update_slug="alias", recursive=True)
    restrict(section, group)
    convert(alias)
    below = alias.get_children().get().specific
    assert below.get_url() and browser(make_user()).get(below.get_url()).status_code in (302, 403)


@WAYS
def test_a_restriction_that_holds_there_already_is_not_repeated(convert, group, public):
    film = make_video("Hidden")
    restrict(film, group)
    restrict(public, group)
    alias = film.create_alias(parent=public, update_slug="alias")
    convert(alias)
    page = fresh(alias)
    assert not page.view_restrictions.exists() and page.get_view_restrictions().count() == 1


@WAYS
def test_an_alias_of_a_public_film_becomes_a_public_page(convert, public):
    alias = make_video("Open").create_alias(parent=public, update_slug="alias")
    convert(alias)
    assert not fresh(alias).get_view_restrictions().exists()
