"""Guesses at an editor's password are counted by name and client address, and end in a pause."""

import contextlib
import datetime as dt
import threading

import pytest
from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.conf import settings
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.db import connection
from django.db.models import F
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from site_config.security import login_guard
from site_config.security.login_guard import NO_ADDRESS, login_address
from video_pages.access import queues
from video_pages.worker import periodic

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor(django_user_model):
    return django_user_model.objects.create_superuser("ann", "", "the-right-password")


def log_in(client, password, name="ann", **extra):
    return client.post(reverse("wagtailadmin_login"), {"username": name, "password": password}, **extra)


@pytest.fixture
def hashed(monkeypatch):
    """A list that grows by one with each password that is hashed."""
    calls, encode = [], PBKDF2PasswordHasher.encode

    def count(self, *args, **kwargs):
        calls.append(self.algorithm)
        return encode(self, *args, **kwargs)

    monkeypatch.setattr(PBKDF2PasswordHasher, "encode", count)
    return calls


def test_right_password_is_refused_after_too_many_wrong_ones(client, editor):
    for _ in range(settings.AXES_FAILURE_LIMIT):
        log_in(client, "a-wrong-password")
    response = log_in(client, "the-right-password")
    assert response.status_code == 429
    assert "Too many tries" in response.content.decode()
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("headers", [{}, {"x-requested-with": "XMLHttpRequest"}])
def test_refused_login_says_when_to_come_back(client, editor, headers):
    for _ in range(settings.AXES_FAILURE_LIMIT):
        log_in(client, "a-wrong-password")
    AccessAttempt.objects.update(attempt_time=timezone.now() - dt.timedelta(minutes=5))
    response = log_in(client, "the-right-password", headers=headers)
    assert response.status_code == 429
    assert 595 <= int(response.headers["Retry-After"]) <= 600
    assert "Wait 10 minutes" in response.content.decode()
    assert "no-store" in response.headers["Cache-Control"]


def test_sign_in_for_private_pages_ends_at_an_address_that_there_is(client, editor):
    form = {"username": "ann", "password": "the-right-password"}
    response = client.post(reverse("wagtailcore_login"), form)
    assert response.status_code == 302
    assert client.get(response.headers["Location"]).status_code == 200


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


@pytest.mark.parametrize("page", ["wagtailadmin_login", "wagtailcore_login"])
def test_invented_names_from_one_address_are_hashed_a_limited_number_of_times(client, editor, hashed, settings, page):
    limit = settings.LOGIN_FAILURES_PER_ADDRESS = 10
    for number in range(limit + 5):
        response = client.post(reverse(page), {"username": f"name-{number}", "password": "a-wrong-password"})
    assert response.status_code == 429
    assert len(hashed) == limit == AccessAttempt.objects.count()
    assert log_in(client, "the-right-password").status_code == 429
    assert len(hashed) == limit
    assert log_in(client, "the-right-password", REMOTE_ADDR="192.0.2.7").status_code == 302


def test_other_network_of_the_same_machine_gets_no_fresh_tries(client, editor, settings):
    settings.LOGIN_FAILURES_PER_ADDRESS = 3
    for number in range(3):
        log_in(client, "a-wrong-password", f"name-{number}", REMOTE_ADDR=f"2001:db8:1:2::{number}")
    assert log_in(client, "the-right-password", REMOTE_ADDR="2001:db8:1:2:ffff::9").status_code == 429
    assert log_in(client, "the-right-password", REMOTE_ADDR="2001:db8:1:3::9").status_code == 302


def test_own_account_buys_no_fresh_tries_at_those_of_others(client, editor, settings, django_user_model):
    django_user_model.objects.create_superuser("eve", "", "the-password-of-eve")
    settings.LOGIN_FAILURES_PER_ADDRESS = 6
    for number in range(6):
        log_in(client, "a-wrong-password", f"name-{number}")
        log_in(client, "the-password-of-eve", "eve")
        client.logout()
    assert log_in(client, "the-right-password").status_code == 429


def test_pause_of_an_address_ends_after_a_quarter_of_an_hour(client, editor, settings):
    settings.LOGIN_FAILURES_PER_ADDRESS = 3
    for number in range(3):
        log_in(client, "a-wrong-password", f"name-{number}")
    assert log_in(client, "the-right-password").status_code == 429
    AccessAttempt.objects.update(attempt_time=F("attempt_time") - dt.timedelta(minutes=16))
    assert log_in(client, "the-right-password").status_code == 302


def test_refused_login_writes_nothing(client, editor):
    for _ in range(settings.AXES_FAILURE_LIMIT):
        log_in(client, "a-wrong-password")
    AccessAttempt.objects.create(ip_address="192.0.2.9", attempt_time=timezone.now(), failures_since_start=1)
    AccessAttempt.objects.filter(ip_address="192.0.2.9").update(attempt_time=F("attempt_time") - dt.timedelta(days=1))
    with CaptureQueriesContext(connection) as queries:
        assert log_in(client, "a-wrong-password").status_code == 429
    assert not [
        query["sql"]
        for query in queries
        if query["sql"].lstrip("(").split()[0] not in ("SELECT", "SAVEPOINT", "RELEASE")
    ]


def test_old_attempts_are_removed_by_the_worker_and_no_log_of_logins_is_kept(client, editor):
    log_in(client, "a-wrong-password")
    log_in(client, "the-right-password", REMOTE_ADDR="192.0.2.7")
    now = timezone.now()
    periodic.purge_login_attempts(now + dt.timedelta(minutes=14))
    assert AccessAttempt.objects.count() == 1
    periodic.purge_login_attempts(now + dt.timedelta(minutes=16))
    assert not AccessAttempt.objects.exists()
    assert not AccessLog.objects.exists() and not AccessFailureLog.objects.exists()
    assert periodic.purge_login_attempts in [task.work for task in periodic.PERIODIC_TASKS]


@pytest.mark.parametrize("page", ["wagtailadmin_login", "wagtailcore_login"])
def test_login_waits_with_all_other_passwords_and_says_so_when_too_many_wait(client, editor, hashed, monkeypatch, page):
    full = threading.BoundedSemaphore(1)
    full.acquire()
    monkeypatch.setattr(queues, "_hashes_waiting", full)
    hashed.clear()
    typed = {"username": "ann", "password": "the-right-password"}
    response = client.post(reverse(page), typed)
    assert response.status_code == 503
    assert response.headers["Retry-After"] == "5"
    assert response.headers["Cache-Control"] == "private, no-store"
    assert "the-right-password" not in response.content.decode()
    assert not hashed and not AccessAttempt.objects.exists()
    full.release()
    assert client.post(reverse(page), typed).status_code == 302


def test_tries_that_others_used_up_while_this_one_waited_are_gone(client, editor, hashed, monkeypatch):
    @contextlib.contextmanager
    def long_wait():
        AccessAttempt.objects.create(
            username="ann",
            ip_address="127.0.0.1",
            attempt_time=timezone.now(),
            failures_since_start=settings.AXES_FAILURE_LIMIT,
        )
        yield

    monkeypatch.setattr(login_guard, "hashing_turn", long_wait)
    hashed.clear()
    assert log_in(client, "the-right-password").status_code == 429
    assert not hashed
