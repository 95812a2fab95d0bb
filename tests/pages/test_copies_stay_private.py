"""A copy of a page is private to those to whom its original is, also when it is copied with the section around it."""

import pytest
from django.contrib.auth.models import Group
from wagtail.models import PageViewRestriction

from tests.factories import browser, make_section, make_superuser, make_video
from tests.wagtail_admin.access import fresh
from tests.wagtail_admin.page_screens import screen
from video_pages.pages.converting import restrictions_below

pytestmark = pytest.mark.django_db


@pytest.fixture
def group():
    return Group.objects.create(name="The jury")


@pytest.fixture
def public():
    return make_section("Public", password="the-section-s-own")


def restrict(page, group):
    PageViewRestriction.objects.create(page=page, restriction_type="groups").groups.add(group)


def by_screen(page, parent):
    form = {"new_title": "Copy", "new_slug": "copy", "new_parent_page": parent.pk, "copy_subpages": "on"}
    return browser(make_superuser()).post(screen(page, "copy/"), {**form, "publish_copies": "on"})


def by_api(page, parent):
    body = {"destination_page_id": parent.pk, "slug": "copy", "recursive": True, "keep_live": True}
    address = f"/admin/api/main/pages/{page.pk}/action/copy/"
    return browser(make_superuser()).post(address, body, content_type="application/json")


WAYS = pytest.mark.parametrize("copy", [by_screen, by_api])


def copy_below(parent):
    return fresh(parent).get_children().get(slug="copy").specific


def groups_of(page):
    return [list(each.groups.all()) for each in fresh(page).get_view_restrictions()]


@WAYS
def test_a_private_film_copied_with_its_section(copy, group, public):
    section = make_section("Festival")
    make_video("First", section=section)
    restrict(make_video("Hidden", section=section), group)
    make_video("Last", section=section)
    assert copy(section, public).status_code in (201, 302)
    films = {film.title: film for film in copy_below(public).get_children().specific()}
    assert groups_of(films["Hidden"]) == [[group]]
    assert groups_of(films["First"]) == groups_of(films["Last"]) == groups_of(copy_below(public)) == []


@WAYS
@pytest.mark.parametrize("restricted", ["source", "section of the source"])
def test_an_alias_of_a_private_film(copy, restricted, group, public):
    section = make_section("Jury")
    film = make_video("Hidden", section=section)
    alias = film.create_alias(parent=make_section("Shown"), update_slug="alias")
    restrict(film if restricted == "source" else section, group)
    assert copy(alias, public).status_code in (201, 302)
    assert groups_of(copy_below(public)) == [[group]]


@WAYS
def test_a_film_of_a_private_section_copied_to_a_public_one(copy, group, public):
    section = make_section("Jury")
    restrict(section, group)
    assert copy(make_video("Hidden", section=section), public).status_code in (201, 302)
    assert groups_of(copy_below(public)) == [[group]]


@WAYS
def test_a_restriction_that_holds_at_the_new_place_is_not_repeated(copy, group, public):
    film = make_video("Hidden")
    restrict(film, group)
    restrict(public, group)
    assert copy(film, public).status_code in (201, 302)
    assert not copy_below(public).view_restrictions.exists()


@WAYS
def test_a_public_film_stays_public(copy, group, public):
    restrict(make_video("Another"), group)
    assert copy(make_video("Open"), public).status_code in (201, 302)
    assert groups_of(copy_below(public)) == []


def test_an_alias_made_by_the_screen_asks_its_source(group, public):
    film = make_video("Hidden")
    restrict(film, group)
    form = {"new_title": "Copy", "new_slug": "copy", "new_parent_page": public.pk, "alias": "on"}
    assert browser(make_superuser()).post(screen(film, "copy/"), form).status_code == 302
    assert copy_below(public).alias_of_id == film.pk and groups_of(copy_below(public)) == [[group]]


@WAYS
def test_a_restriction_of_the_section_around_it_is_given_once_to_a_copied_section(copy, group, public):
    outer = make_section("Jury")
    restrict(outer, group)
    inner = make_section("Inner", parent=outer)
    make_video("Hidden", section=inner)
    assert copy(inner, public).status_code in (201, 302)
    assert PageViewRestriction.objects.exclude(page=outer).count() == 1
    (film,) = copy_below(public).get_children().specific()
    assert groups_of(film) == [[group]]


def test_the_queries_for_restrictions_do_not_grow_with_the_section(group, django_assert_num_queries):
    section = make_section("Festival")
    films = [make_video(f"Film {number}", section=section) for number in range(8)]
    for film in films[:4]:
        restrict(film, group)
    films[0].create_alias(parent=fresh(section), update_slug="alias")
    section = fresh(section)
    with django_assert_num_queries(4):
        found = restrictions_below(section)
    assert [place for place, restrictions in found.items() if restrictions] == [
        *(f"/{film.slug}" for film in films[:4]),
        "/alias",
    ]
