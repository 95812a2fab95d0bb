"""The form of an invitation: ready kinds, limits, rights, and a secret that is shown once."""

import base64
import datetime as dt

import pytest
from django.utils import timezone
from wagtail.models import PageLogEntry

from tests.factories import PASSWORD, browser, make_section
from tests.wagtail_admin.invitations import LIST, MAKE, errors, make, secrets_in
from tests.wagtail_admin.page_screens import make_editor_of
from video_pages.access.invitations.tokens import find_invitation
from video_pages.models import Invitation

pytestmark = pytest.mark.django_db


def test_a_link_for_a_client_needs_a_name_only(editor, video):
    response = make(editor, video, label="Acme, Ms Weber")
    (token,) = secrets_in(response)
    invitation = find_invitation(token)
    assert (invitation.video_id, invitation.label, invitation.kind) == (video.pk, "Acme, Ms Weber", "link")
    assert invitation.created_by.username == "admin"
    end = timezone.localtime(invitation.ends_at)
    assert end.date() == timezone.localdate() + dt.timedelta(days=14)
    assert (end.hour, end.minute) == (23, 59)
    assert "no-store" in response["Cache-Control"]
    assert PageLogEntry.objects.get(action="video_pages.invited").data["invitation"] == "Acme, Ms Weber"


def test_the_answer_has_message_qr_code_and_calendar(editor, video):
    response = make(editor, video, label="Acme")
    shown = response.context["shown"]
    (token,) = secrets_in(response)
    assert shown.address == f"http://testserver/w/{token}"
    assert shown.message.splitlines()[:2] == ["“The harbour”", shown.address]
    assert "You can watch it until" in shown.message and "23:59" in shown.message
    assert shown.qr_code.startswith("data:image/svg+xml")
    calendar = base64.b64decode(shown.calendar.partition(",")[2]).decode()
    assert shown.invitation.ends_at.strftime("DTSTART:%Y%m%dT%H%M%SZ") in calendar
    assert "SUMMARY:Last moment to watch “The harbour”" in calendar


def test_the_message_says_the_limits(editor, video):
    limits = {"most_viewers": "1", "window_hours": "48", "at_once": "1"}
    message = make(editor, video, label="Acme", **limits).context["shown"].message
    assert "From the first playback on, you have 48 hours." in message
    assert message.endswith("It plays in 1 browser: open it where you want to watch.")
    message = make(editor, video, label="Bcme", **{**limits, "most_viewers": "3"}).context["shown"].message
    assert "It plays in 3 browsers" in message and message.endswith("It plays in 1 browser at the same time.")


def test_no_later_page_shows_the_secret(editor, video):
    response = make(editor, video, label="Acme")
    (token,) = secrets_in(response)
    invitation = Invitation.objects.get()
    for address in (LIST, f"{LIST}{invitation.pk}/", f"{LIST}?export=csv", f"/admin/pages/{video.pk}/edit/"):
        assert token not in editor.get(address).getvalue().decode(), address


def test_a_class_gets_a_password_and_has_to_have_an_end(editor, video):
    assert "ends_at" in errors(make(editor, video, "class", label="7b"))
    response = make(editor, video, "class", label="7b", ends_at="2030-07-31T12:00")
    shown = response.context["shown"]
    assert shown.invitation.kind == "password"
    assert f"Password: {shown.password}" in shown.message
    assert shown.address == f"http://testserver{video.url}"


def test_a_typed_password_is_taken_and_an_equal_one_refused_without_telling_whose(editor, video):
    make(editor, video, "class", label="7b", ends_at="2030-07-31T12:00", password="a password of 7b")
    assert Invitation.objects.get().password_hash
    response = make(editor, video, "class", label="7c", ends_at="2030-07-31T12:00", password="a password of 7b")
    (error,) = errors(response)["password"]
    assert error["code"] == "unusable"
    assert make(editor, video, "class", label="7c", ends_at="2030-07-31T12:00", password="short").context["form"].errors
    assert Invitation.objects.count() == 1


def test_a_jury_has_48_hours_each_and_its_label_over_the_picture(editor, video):
    make(editor, video, "jury", label="Jury B", ends_at="2030-07-31T12:00")
    invitation = Invitation.objects.get()
    assert (invitation.window_hours, invitation.shows_label) == (48, True)


def test_other_limits_are_kept_and_impossible_ones_refused(editor, video):
    fields = {
        "most_viewers": 3,
        "at_once": 1,
        "allows_download": "on",
        "note": "By phone",
        "opens_at": "2030-01-01T00:00",
    }
    make(editor, video, "other", label="A", **fields)
    invitation = Invitation.objects.get()
    assert (invitation.most_viewers, invitation.at_once, invitation.allows_download) == (3, 1, True)
    assert invitation.note == "By phone" and invitation.ends_at is None
    assert "ends_at" in errors(make(editor, video, label="B", ends_at="2020-01-01T00:00"))
    late = make(editor, video, label="B", opens_at="2030-01-01T00:00", ends_at="2029-01-01T00:00")
    assert "ends_at" in errors(late)
    assert "label" in errors(make(editor, video, label=" "))
    assert Invitation.objects.count() == 1


def test_a_form_that_is_sent_twice_makes_one(editor, video):
    make(editor, video, label="Acme", mark="once")
    again = make(editor, video, label="Acme", mark="once")
    assert again["Location"] == LIST
    assert Invitation.objects.count() == 1


def test_the_page_is_chosen_in_the_form_if_the_address_names_none(editor, video):
    section = make_section("Members", password=PASSWORD)
    address = f"{MAKE}?for=other"
    assert editor.get(address).status_code == 200
    fields = {"mark": "m", "invitation-label": "A", "invitation-kind": "link", "invitation-page": section.pk}
    assert secrets_in(editor.post(address, fields))
    assert Invitation.objects.get().section_id == section.pk
    refused = editor.post(address, fields | {"mark": "n", "invitation-page": section.get_parent().pk})
    assert "page" in errors(refused)


def test_only_those_who_may_change_the_access_of_a_page_invite_to_it(video):
    theirs = make_section("Theirs")
    client = browser(make_editor_of(theirs, "change", "publish"))
    assert client.get(f"{MAKE}?page={theirs.pk}").status_code == 200
    assert client.get(f"{MAKE}?page={video.pk}").status_code == 302
    fields = {"mark": "m", "invitation-label": "A", "invitation-kind": "link"}
    assert client.post(f"{MAKE}?page={video.pk}&for=other", fields).status_code == 302
    assert "page" in errors(client.post(f"{MAKE}?for=other", fields | {"invitation-page": video.pk}))
    writer = browser(make_editor_of(theirs, "add", name="writer"))
    assert writer.get(MAKE).status_code == 302
    assert LIST not in writer.get("/admin/").content.decode()
    assert client.get(f"{MAKE}?page=x").status_code == 404
    assert not Invitation.objects.exists()


def test_an_alias_stands_for_its_source(editor, video):
    alias = video.create_alias(parent=make_section(), update_slug="alias")
    make(editor, alias, label="A")
    assert Invitation.objects.get().video_id == video.pk


def test_the_form_does_not_tell_the_title_of_a_page_that_its_user_may_not_open():
    section = make_section("A section of others")
    editor = browser(make_editor_of(make_section(), "add", "change", "publish"))
    for page, code in ((section, "right"), (section.get_parent(), "kind")):
        page.draft_title = page.title = "The hidden title"
        page.save()
        data = {"invitation-page": page.pk, "invitation-label": "Acme", "invitation-kind": "link"}
        response = editor.post(f"{MAKE}?for=other", data)
        assert [each["code"] for each in errors(response)["page"]] == [code]
        assert "The hidden title" not in response.content.decode()


def test_a_change_asks_for_the_beginning_before_the_end_and_explains_both(editor, video):
    make(editor, video, label="Acme")
    fields = editor.get(f"{LIST}{Invitation.objects.get().pk}/change/").context["form"].fields
    names = list(fields)
    assert names.index("opens_at") == names.index("ends_at") - 1
    assert "The time zone is UTC." in str(fields["opens_at"].help_text) and "Empty:" in str(
        fields["opens_at"].help_text
    )
