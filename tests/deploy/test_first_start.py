"""The first superuser and the demo: once, and the demo only where nobody else can reach it."""

from types import SimpleNamespace

import pytest
from django.contrib.auth import get_user_model
from django.utils import timezone

from deploy.first_start import MARKER, first_start, is_loopback
from home.models import OrdinaryPage
from video_pages.models import VideoPage

pytestmark = pytest.mark.django_db


@pytest.fixture
def values(tmp_path):
    return SimpleNamespace(DATA_DIR=tmp_path, DEMO=False, LISTEN_ADDRESS="127.0.0.1", ADMIN_PASSWORD="")


def admin():
    return get_user_model().objects.get(username="admin")


def test_first_start_makes_the_superuser_with_a_random_password(values):
    password = first_start(values)
    assert len(password) >= 16
    assert admin().is_superuser
    assert admin().check_password(password)


def test_given_password_is_taken(values):
    values.ADMIN_PASSWORD = "a-password-of-mine"
    assert first_start(values) == "a-password-of-mine"
    assert admin().check_password("a-password-of-mine")


def test_second_start_changes_nothing(values):
    password = first_start(values)
    (values.DATA_DIR / MARKER).unlink()
    values.ADMIN_PASSWORD = "another"
    assert first_start(values) == ""
    assert admin().check_password(password)
    assert get_user_model().objects.count() == 1


def test_site_with_a_superuser_of_its_own_gets_no_other_and_no_demo(values, admin_user):
    admin_user.username = "ann"
    admin_user.save()
    values.DEMO = True
    assert first_start(values) == ""
    assert not get_user_model().objects.filter(username="admin").exists()
    assert not VideoPage.objects.exists()


def test_first_start_makes_drafts_of_the_pages_about_the_site_once(values):
    first_start(values)
    assert OrdinaryPage.objects.filter(live=False).count() == 3
    OrdinaryPage.objects.get(title="Privacy").delete()
    first_start(values)
    assert OrdinaryPage.objects.count() == 2


def test_no_demo_where_others_can_reach_the_site(values):
    values.DEMO, values.LISTEN_ADDRESS = True, "0.0.0.0"
    first_start(values)
    assert not VideoPage.objects.exists()


def test_interrupted_first_start_is_taken_up_with_a_password_that_is_shown(values):
    never_shown = first_start(values)
    shown = first_start(values)
    assert shown != never_shown
    assert admin().check_password(shown)


def test_superuser_who_has_logged_in_keeps_the_password(values):
    password = first_start(values)
    get_user_model().objects.update(last_login=timezone.now())
    assert first_start(values) == ""
    assert admin().check_password(password)


def test_marker_stays_until_somebody_has_shown_the_password(values):
    first_start(values)
    assert (values.DATA_DIR / MARKER).exists()


@pytest.mark.parametrize(
    ("address", "expected"),
    [("127.0.0.1", True), ("127.8.0.1", True), ("::1", True), ("0.0.0.0", False), ("::", False)],
)
def test_loopback_addresses_are_known(address, expected):
    assert is_loopback(address) is expected
