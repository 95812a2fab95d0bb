"""A moment that a form shows and nobody changes stays, to the second, also in the hour that occurs twice."""

import datetime as dt
import re

import pytest
from django.contrib.auth import get_user_model
from wagtail.users.models import UserProfile

from tests.factories import browser, make_section, make_superuser, make_video
from tests.wagtail_admin.access import act, address, fresh
from tests.wagtail_admin.invitations import detail
from video_pages.access.invitations import create_invitation
from video_pages.access.passwords import set_access_until
from video_pages.core import clock
from video_pages.models import Invitation, SectionInvitationRules

pytestmark = pytest.mark.django_db
SECOND = dt.datetime(2027, 10, 31, 1, 30, tzinfo=dt.UTC)
"""02:30 in Berlin, for the second time in that night."""
TEXT = "2027-10-31T02:30"


@pytest.fixture
def editor():
    """An editor in Berlin."""
    user = make_superuser()
    UserProfile.objects.create(user=user, current_time_zone="Europe/Berlin")
    return browser(get_user_model().objects.get(pk=user.pk))


def fields_of(page):
    """The fields of the form of an invitation, as the browser sends them back."""
    form = page.context["form"]
    shown = dict(re.findall(r'name="(invitation-\w+)" value="([^"]*)"', page.text))
    return {name: value for name, value in shown.items() if name.removeprefix("invitation-") in form.fields}


def change(client, invitation, **fields):
    shown = fields_of(client.get(f"{detail(invitation)}change/"))
    sent = shown | {f"invitation-{name}": value for name, value in fields.items()}
    return shown, client.post(f"{detail(invitation)}change/", sent)


def test_the_note_of_an_invitation_that_ends_then_can_be_changed(editor):
    invitation = create_invitation(make_video(), kind="link", label="Jury", ends_at=SECOND)[0]
    shown, answer = change(editor, invitation, note="Called")
    assert shown["invitation-ends_at"] == TEXT
    assert answer.status_code == 302
    invitation.refresh_from_db()
    assert (invitation.note, invitation.ends_at) == ("Called", SECOND)


def test_another_text_of_that_hour_is_refused(editor):
    invitation = create_invitation(make_video(), kind="link", label="Jury", ends_at=SECOND)[0]
    _shown, answer = change(editor, invitation, ends_at="2027-10-31T02:31")
    assert answer.status_code == 200 and "Europe/Berlin" in str(answer.context["form"].errors["ends_at"])


@pytest.mark.parametrize("column", ["ends_at", "opens_at"])
def test_seconds_are_no_change_that_the_rules_judge(editor, column):
    section = make_section()
    moment = clock.now().replace(microsecond=0) + dt.timedelta(days=20, seconds=1)
    moment += dt.timedelta(seconds=17 - moment.second)
    limits = {"ends_at": moment} if column == "ends_at" else {"opens_at": moment}
    invitation = create_invitation(section, kind="link", label="Jury", **limits)[0]
    SectionInvitationRules.objects.create(section=section, longest_days=7)
    _shown, answer = change(editor, invitation, note="Called")
    assert answer.status_code == 302
    invitation.refresh_from_db()
    assert (invitation.note, getattr(invitation, column)) == ("Called", moment)


def test_an_invitation_that_is_over_keeps_its_end(editor):
    invitation = create_invitation(make_video(), kind="link", label="Jury", ends_at=SECOND)[0]
    over = clock.now().replace(microsecond=0) - dt.timedelta(days=3)
    Invitation.objects.filter(pk=invitation.pk).update(ends_at=over)
    _shown, answer = change(editor, invitation, label="Jury A")
    invitation.refresh_from_db()
    assert answer.status_code == 302 and (invitation.label, invitation.ends_at) == ("Jury A", over)


def test_the_end_of_a_password_stays(editor):
    video = make_video()
    set_access_until(video, SECOND)
    assert f'value="{TEXT}"' in editor.get(address(video)).text
    answer = act(editor, video, "set_length", until=TEXT, unit="date", length="")
    assert answer.status_code == 302
    assert fresh(video).access_until == SECOND
