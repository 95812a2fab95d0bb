"""Guesses at an editor's password are counted by name and client address, and end in a pause."""

import datetime as dt

import pytest
from axes.models import AccessAttempt
from django.conf import settings
from django.db.models import F
from django.test import RequestFactory
from django.urls import reverse
from django.utils import timezone

from site_config.login_guard import NO_ADDRESS, login_address

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor(django_user_model):
    return django_user_model.objects.create_superuser("ann", "", "the-right-password")


def log_in(client, password, **extra):
    return client.post(reverse("wagtailadmin_login"), {"username": "ann", "password": password}, **extra)


def test_right_password_is_refused_after_too_many_wrong_ones(client, editor):
    for _ in range(settings.AXES_FAILURE_LIMIT):
        log_in(client, "a-wrong-password")
    response = log_in(client, "the-right-password")
    assert response.status_code == 429
    assert "Too many tries" in response.content.decode()
    assert "_auth_user_id" not in client.session


def test_other_address_is_not_held_back(client, editor):
    for _ in range(settings.AXES_FAILURE_LIMIT):
        log_in(client, "a-wrong-password")
    assert log_in(client, "the-right-password", REMOTE_ADDR="192.0.2.7").status_code == 302


def test_forged_forwarding_header_gives_no_fresh_tries(client, editor):
    for number in range(settings.AXES_FAILURE_LIMIT):
        log_in(client, "a-wrong-password", headers={"x-forwarded-for": f"198.51.100.{number}"})
    response = log_in(client, "the-right-password", headers={"x-forwarded-for": "198.51.100.99"})
    assert response.status_code == 429


def test_right_password_wipes_the_slate(client, editor):
    for _ in range(settings.AXES_FAILURE_LIMIT - 1):
        log_in(client, "a-wrong-password")
    assert log_in(client, "the-right-password").status_code == 302
    client.logout()
    for _ in range(settings.AXES_FAILURE_LIMIT - 1):
        log_in(client, "a-wrong-password")
    assert log_in(client, "the-right-password").status_code == 302


@pytest.mark.parametrize(
    ("connection", "counted"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3::9", "2001:db8:1:2::"),
        ("", NO_ADDRESS),
        ("@", NO_ADDRESS),
    ],
)
def test_address_is_one_that_the_database_can_keep(connection, counted):
    assert login_address(RequestFactory(REMOTE_ADDR=connection).get("/")) == counted


def test_pause_ends_after_a_quarter_of_an_hour_although_guessing_went_on(client, editor):
    for _ in range(settings.AXES_FAILURE_LIMIT):
        log_in(client, "a-wrong-password")
    AccessAttempt.objects.update(attempt_time=timezone.now() - dt.timedelta(minutes=14))
    log_in(client, "a-wrong-password")
    AccessAttempt.objects.update(attempt_time=F("attempt_time") - dt.timedelta(minutes=2))
    assert log_in(client, "the-right-password").status_code == 302
