"""Rules for invitations in the admin: the section's screen, the form, the list of what breaks them, usual dates."""

import datetime as dt

import pytest
from django.contrib.auth.models import Group, Permission
from django.utils import timezone
from wagtail.models import PageLogEntry, Site

from tests.access.invitations import ruled_pages
from tests.factories import browser, make_section, make_video
from tests.wagtail_admin.invitations import LIST, MAKE, bulk, errors, make
from tests.wagtail_admin.page_screens import make_editor_of
from video_pages.access.invitations import create_invitation
from video_pages.models import Invitation, InvitationSettings, SectionInvitationRules

pytestmark = pytest.mark.django_db
section, video = ruled_pages.section, ruled_pages.video
DAY = dt.timedelta(days=1)


def address(section):
    return f"{LIST}rules/{section.pk}/"


def set_rules(client, section, **rules):
    return client.post(address(section), {"rules-override": "nobody", **{f"rules-{k}": v for k, v in rules.items()}})


def test_the_rules_of_a_section_are_set_and_recorded(editor, section):
    assert editor.get(address(section)).status_code == 200
    set_rules(editor, section, longest_days=14, no_downloads="on")
    row = SectionInvitationRules.objects.get(section=section)
    assert (row.longest_days, row.no_downloads, row.override) == (14, True, "nobody")
    words = editor.get(address(section)).content.decode()
    assert "It lasts at most 14 days." in words and "It allows no downloads." in words
    assert address(section) in editor.get(f"/admin/pages/{section.pk}/edit/").content.decode()
    assert PageLogEntry.objects.filter(page=section.pk, action="video_pages.invitation_rules").count() == 1


def test_only_those_with_the_permission_set_them(section, video):
    person = make_editor_of(section, "change", "publish")
    client = browser(person)
    assert client.get(address(section)).status_code == 302
    assert address(section) not in client.get(f"/admin/pages/{section.pk}/edit/").content.decode()
    set_rules(client, section, must_end="on")
    assert not SectionInvitationRules.objects.exists()
    Group.objects.get(name=person.username).permissions.add(
        Permission.objects.get(codename="change_sectioninvitationrules")
    )
    client = browser(person)
    assert client.get(address(section)).status_code == 200
    assert client.get(address(make_section("Other"))).status_code == 302
    assert client.get(address(video)).status_code == 404


def test_the_form_says_the_rules_and_refuses_what_breaks_them(editor, section, video):
    set_rules(editor, section, longest_days=10, override="administrators")
    asked = editor.get(f"{MAKE}?page={video.pk}&for=client")
    assert "It lasts at most 10 days." in asked.content.decode()
    assert asked.context["form"]["ends_at"].value().date() == timezone.localdate() + 10 * DAY
    late = (timezone.now() + 20 * DAY).strftime("%Y-%m-%dT%H:%M")
    assert "ends_at" in errors(make(editor, video, label="A", ends_at=late))
    assert not Invitation.objects.exists()
    make(editor, video, label="A", ends_at=late, overrides_rules="on")
    many = make(editor, video, "jury", many=True, names="B\nC", ends_at=late)
    assert "ends_at" in errors(many)
    assert [each.label for each in Invitation.objects.all()] == ["A"]


def test_who_may_not_go_against_the_rules_is_not_asked(section, video):
    SectionInvitationRules.objects.create(section=section, must_end=True, override="administrators")
    client = browser(make_editor_of(section, "change", "publish"))
    asked = client.get(f"{MAKE}?page={video.pk}&for=other")
    assert "overrides_rules" not in asked.context["form"].fields
    assert "ends_at" in errors(make(client, video, "other", label="A", overrides_rules="on"))


def test_the_list_finds_those_that_break_the_rules_of_today(editor, section, video):
    create_invitation(video, kind="link", label="Endless")
    create_invitation(video, kind="link", label="Short", ends_at=timezone.now() + DAY)
    create_invitation(make_video(), kind="link", label="Elsewhere")
    ended = create_invitation(video, kind="link", label="Ended")[0]
    Invitation.objects.filter(pk=ended.pk).update(revoked_at=timezone.now())
    set_rules(editor, section, longest_days=3)
    found = editor.get(LIST, {"rules": "broken"})
    assert [row.label for row in found.context["object_list"]] == ["Endless"]
    assert "The rules here want an end." in found.content.decode()
    assert "The rules here want an end." in editor.get(LIST, {"export": "csv"}).getvalue().decode()
    done = editor.post(bulk("extend"), {"ids": str(Invitation.objects.get(label="Short").pk), "days": 9}, follow=True)
    assert "“Short”: The rules here allow 3 days at most." in done.content.decode()


def test_the_dates_of_the_site_are_those_of_the_ready_kinds(editor, video):
    today = timezone.localdate()
    begin, end = timezone.now() + 5 * DAY, timezone.now() + 9 * DAY
    InvitationSettings.objects.create(
        site=Site.objects.get(), festival_opens=begin, festival_ends=end, term_ends=today + 40 * DAY
    )
    jury = editor.get(f"{MAKE}?page={video.pk}&for=jury&many=1").context["form"]
    assert (jury["opens_at"].value(), jury["ends_at"].value()) == (
        begin.replace(microsecond=0, tzinfo=None),
        end.replace(microsecond=0, tzinfo=None),
    )
    of_class = editor.get(f"{MAKE}?page={video.pk}&for=class").context["form"]
    assert of_class["ends_at"].value().date() == today + 40 * DAY
    InvitationSettings.objects.update(festival_ends=timezone.now() - DAY, term_ends=today - DAY)
    for ready in ("jury", "class"):
        assert editor.get(f"{MAKE}?page={video.pk}&for={ready}").context["form"]["ends_at"].value() is None
    assert editor.get("/admin/settings/video_pages/invitationsettings/", follow=True).status_code == 200
