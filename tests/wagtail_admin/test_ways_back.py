"""Screens with a form or a question have a button that leads back, and name the film or the person they are about."""

import re
from html import unescape

import pytest
from django.urls import reverse

from tests import factories
from video_pages.access.requests.asking import ask
from video_pages.access.requests.places import RequestPlace

pytestmark = pytest.mark.django_db


@pytest.fixture
def client():
    return factories.browser(factories.make_superuser())


def way_back(response):
    return unescape(re.search(r'<a href="([^"]+)" class="button button-secondary">Back</a>', response.text)[1])


def test_they_lead_back_where_the_breadcrumbs_of_a_wide_screen_do(client):
    film = factories.make_video("Salt flats", section=factories.make_section())
    editor = reverse("wagtailadmin_pages:edit", args=(film.pk,))
    make = reverse("invitations:make")
    listed = reverse("wagtailadmin_explore", args=(film.get_parent().pk,))
    for address, back in {
        make: reverse("invitations:index"),
        f"{make}?page={film.pk}": editor,
        f"{make}?page={film.pk}&for=jury&many=1": editor,
        reverse("page_place", args=(film.pk,)): f"{listed}?ordering=ord",
        reverse("video_see_as", args=(film.pk,)): editor,
    }.items():
        assert way_back(client.get(address)) == back, address


def test_the_screens_of_a_track_name_the_film(client):
    film = factories.make_video("Salt flats")
    track = factories.make_track(film)
    for name, ids in (("add", ()), ("change", (track.pk,)), ("edit", (track.pk,)), ("delete", (track.pk,))):
        page = client.get(reverse(f"video_captions_{name}", args=(film.pk, *ids)))
        assert page.context["page_subtitle"] == "Salt flats", name
    assert "<strong>Salt flats</strong>" in page.text  # a question shows its subtitle in the tab of the browser alone


def test_the_question_whether_to_delete_a_request_names_the_person(client):
    place = RequestPlace(factories.make_video(), None)
    request = ask(place, client="192.0.2.1", name="Ms Weber", email="weber@example.org", reason="")
    page = client.get(f"/admin/access-requests/{request.pk}/delete/")
    assert page.context["page_subtitle"] == "Ms Weber" and "<strong>Ms Weber</strong>" in page.text
