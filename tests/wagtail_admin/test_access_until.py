"""The choice “until a date” of the access dialog, and the screens that show it."""

import datetime as dt

import pytest
from django.contrib.auth import get_user_model
from django.utils import timezone
from wagtail.users.models import UserProfile

from tests import factories
from tests.wagtail_admin.access import act, address, fresh, open_session
from video_pages.access import passwords
from video_pages.core import humanize
from video_pages.models import VideoAccessSession, VideoPage

pytestmark = pytest.mark.django_db


def typed(moment):
    """Return `moment` as a browser sends it from a datetime-local field."""
    return timezone.localtime(moment).strftime("%Y-%m-%dT%H:%M")


@pytest.mark.parametrize("make", [factories.make_video, lambda: factories.make_section(password=factories.PASSWORD)])
def test_a_date_is_set_shown_and_ends_what_is_open(editor, make):
    page = make()
    until = (timezone.now() + dt.timedelta(days=2)).replace(second=0, microsecond=0)
    open_session(page, "k" * 64, until + dt.timedelta(days=1))
    answer = act(editor, page, "set_length", unit="date", until=typed(until), length="no number", fragment=True)
    html = answer.content.decode()
    assert fresh(page).access_until == until
    assert VideoAccessSession.objects.get().expires_at == until
    assert "Access by the password ends at that moment, for everybody who typed it." in html
    assert f"Access lasts until {humanize.format_moment(until)}" in html
    assert f'value="{typed(until)}"' in editor.get(address(page)).content.decode()
    act(editor, page, "set_length", unit="hours", length="2", until="no date")
    assert (fresh(page).access_until, fresh(page).access_minutes) == (None, 120)


@pytest.mark.parametrize("zone", ["UTC", "Asia/Kathmandu"])
def test_the_field_of_the_date_names_the_time_zone_in_which_it_is_read(editor, zone):
    UserProfile.objects.create(
        user=get_user_model().objects.get(pk=editor.session["_auth_user_id"]), current_time_zone=zone
    )
    assert f"The time zone is {zone}." in editor.get(address(factories.make_video())).content.decode()


@pytest.mark.parametrize(
    ("until", "words"),
    [
        ("", "Choose the day and the time."),
        ("tomorrow", "Enter a valid date/time."),
        ("2001-01-01T10:00", "This moment is over."),
        ("0001-01-01T00:00", "This moment is over."),
        ("9999-12-31T23:59", "At most ten years from now."),
        ("99999-12-31T23:59", "Enter a valid date/time."),
    ],
)
def test_a_date_that_is_not_in_the_future_is_refused_with_the_reason(editor, until, words):
    video = factories.make_video()
    passwords.set_access_minutes(video, 90)
    answer = act(editor, video, "set_length", unit="date", until=until, fragment=True).content.decode()
    assert words in answer
    assert "w-field--error" in answer
    assert (fresh(video).access_minutes, fresh(video).access_until) == (90, None)


def test_editors_read_that_it_is_over(editor):
    video = factories.make_video("Night train")
    VideoPage.objects.filter(pk=video.pk).update(access_until=timezone.now() - dt.timedelta(hours=1))
    assert "Access ended on" in editor.get(address(video)).content.decode()
    text = act(editor, video, "generate", fragment=True).content.decode()
    assert "It opens nothing until you set another length below" in text
    assert "Ended on" in editor.get("/admin/videos/").content.decode()
    passwords.set_access_until(video, timezone.now() + dt.timedelta(days=1))
    assert "Access ended on" not in editor.get(address(video)).content.decode()
    assert "Until" in editor.get("/admin/videos/").content.decode()
