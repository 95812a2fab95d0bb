"""The length of access on the whole site: set in minutes, hours or days, as for one video."""

import re

import pytest
from django.urls import reverse
from wagtail.models import Site

from tests.factories import browser, make_superuser
from video_pages.models import AccessSettings

pytestmark = pytest.mark.django_db


@pytest.fixture
def address():
    return reverse("wagtailsettings:edit", args=("video_pages", "accesssettings", Site.objects.get().pk))


@pytest.fixture
def client():
    return browser(make_superuser())


def post(client, address, length, unit):
    data = {"access_minutes_length": length, "access_minutes_unit": unit, "locked_cards": "still"}
    return client.post(address, data)


def minutes():
    return AccessSettings.objects.get().access_minutes


@pytest.mark.parametrize(
    ("length", "unit", "kept"), [(90, "minutes", 90), (2, "hours", 120), (3, "days", 4320), (30, "days", 43_200)]
)
def test_a_length_in_any_unit_is_shown_in_the_largest_that_fits(client, address, length, unit, kept):
    assert post(client, address, length, unit).status_code == 302
    assert minutes() == kept
    page = client.get(address).content.decode()
    assert re.search(rf'name="access_minutes_length" value="{length}"', page)
    assert re.search(rf'<option value="{unit}" selected', page)


@pytest.mark.parametrize(
    ("length", "unit", "message"),
    [
        (31, "days", "Choose 1 to 30 days."),
        ("", "days", "This field is required."),
        (0, "hours", "Choose 1 to 720 hours."),
        ("1.5", "hours", "Enter a whole number."),
        (1, "years", "Select a valid choice"),
    ],
)
def test_a_wrong_length_is_refused_with_a_message(client, address, length, unit, message):
    AccessSettings.objects.create(site=Site.objects.get(), access_minutes=20)
    response = post(client, address, length, unit)
    assert response.status_code == 200
    assert message in response.content.decode()
    assert minutes() == 20
