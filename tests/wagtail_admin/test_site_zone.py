"""Spreadsheets and rules in days have the time zone of the site, in which messages are written, not of the editor."""

import base64
import csv
import datetime as dt
import io
import re

import pytest
from django.contrib.auth import get_user_model
from django.utils import timezone
from wagtail.users.models import UserProfile

from tests.factories import browser, make_section, make_superuser, make_video
from tests.wagtail_admin.invitations import LIST, MAKE, detail, make
from video_pages.access.invitations import create_invitation
from video_pages.access.invitations.rules import RuleBook
from video_pages.core import site_time
from video_pages.models import Invitation, SectionInvitationRules, VideoPage

pytestmark = pytest.mark.django_db
ENDS = dt.datetime(2031, 6, 1, 21, 59, tzinfo=dt.UTC)  # a minute before midnight in Berlin
IN_BERLIN = "2031-06-01 23:59"


@pytest.fixture(autouse=True)
def site_in_berlin(settings):
    settings.TIME_ZONE = "Europe/Berlin"


def editor_in(zone):
    user = make_superuser(zone.partition("/")[2])
    UserProfile.objects.create(user=user, current_time_zone=zone)
    return browser(get_user_model().objects.get(pk=user.pk))


@pytest.fixture
def editor():
    return editor_in("America/New_York")


def rows_of(answer):
    text = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return list(csv.DictReader(io.StringIO(text.decode("utf-8-sig"))))


def test_of_videos_invitations_and_records(editor):
    video = make_video()
    VideoPage.objects.filter(pk=video.pk).update(expire_at=ENDS)
    invitation = create_invitation(video, kind="link", label="A", ends_at=ENDS)[0]
    (row,) = rows_of(editor.get("/admin/videos/", {"export": "csv"}))
    assert row["Page expires"] == IN_BERLIN
    for address in (LIST, f"{detail(invitation)}record/"):
        text = editor.get(address, {"export": "csv"})
        assert IN_BERLIN in str(rows_of(text)), address


def test_of_links_for_many_the_column_and_the_message_agree(editor):
    made = make(editor, make_video(), "jury", many=True, names="Ann", ends_at="2031-06-01T17:59")
    assert Invitation.objects.get().ends_at == ENDS
    sheet = base64.b64decode(made.context["many"].spreadsheet.partition(",")[2]).decode("utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(sheet))
    assert row["ends"] == IN_BERLIN and "23:59 CEST" in row["message"]


def test_an_invitation_is_within_the_rules_for_every_reader_or_for_none():
    section = make_section()
    SectionInvitationRules.objects.create(section=section, longest_days=7)
    now = timezone.now()
    latest = RuleBook().rules_for(section.path).latest_end(now)
    assert site_time.in_site_zone(latest).time() == dt.time(23, 59)
    legal = create_invitation(section, kind="link", label="Legal", ends_at=latest)[0]
    against = create_invitation(section, kind="link", label="Against", ends_at=latest)[0]
    Invitation.objects.filter(pk=against.pk).update(ends_at=latest + dt.timedelta(minutes=2))
    against.refresh_from_db()
    for zone in ("Asia/Tokyo", "Europe/London", "America/New_York", "Pacific/Kiritimati"):
        with timezone.override(zone):
            assert RuleBook().breaches_of(legal) == [], zone
            assert RuleBook().breaches_of(against) == ["The rules here allow 7 days at most."], zone


@pytest.mark.parametrize("zone", ["America/New_York", "Pacific/Kiritimati", "Europe/Berlin"])
def test_the_end_that_is_offered_keeps_the_rules_wherever_the_editor_is(zone):
    section = make_section()
    SectionInvitationRules.objects.create(section=section, longest_days=3)
    client = editor_in(zone)
    shown = client.get(f"{MAKE}?page={section.pk}&for=client").text
    offered = re.search(r'name="invitation-ends_at" value="([^"]+)"', shown)[1]
    make(client, section, "client", label="A", ends_at=offered)
    ends_at = Invitation.objects.get().ends_at
    days = site_time.day_of(ends_at) - site_time.day_of(timezone.now())
    assert days == dt.timedelta(days=3) and site_time.in_site_zone(ends_at).time() == dt.time(23, 59)
