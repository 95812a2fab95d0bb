"""Invitations for a mail address or a domain, for editors and in commands: made, shown, changed, recorded."""

import json

import pytest
from django.core.management import CommandError

from tests.access.invitations.mail_codes import ANN, asked, link_for
from tests.commands.invitations import created, run
from tests.wagtail_admin.invitations import END, LIST, MAKE, detail, errors, make, rows_of
from video_pages.access.invitations import create_invitation
from video_pages.access.invitations.by_mail.bindings import is_invited
from video_pages.models import Invitation

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("mail_server")]


def change(editor, invitation, **fields):
    """Send the form that changes `invitation` as it is shown first, with `fields` typed into it."""
    address = f"{detail(invitation)}change/"
    form = editor.get(address).context["form"]
    data = {field.html_name: field.value() for field in form if field.value() not in (None, False)}
    data |= {f"invitation-{name}": value for name, value in fields.items()}
    return editor.post(address, data)


def test_one_is_made_for_an_address_and_the_message_says_so(editor, video):
    shown = make(editor, video, label="Ann", mail_to="Ann@Acme.example").context["shown"]
    assert is_invited(shown.invitation, ANN) and "you get a code by email" in shown.message
    assert "acme" not in shown.message.lower()
    shown = make(editor, video, label="Acme", mail_to="@büro.example").context["shown"]
    assert shown.invitation.mail_domain == "xn--bro-hoa.example" and "at büro.example" in shown.message


def test_what_is_no_address_is_refused_at_the_field(editor, video):
    for text in ("acme", "ann@", "a b@acme.example"):
        assert errors(make(editor, video, label="Ann", mail_to=text))["mail_to"][0]["code"] == "invalid"
    assert not Invitation.objects.exists()


def test_without_mail_the_field_is_disabled_and_says_which_setting_is_missing(editor, video, settings):
    settings.DELIVERS_MAIL = False
    for address in (f"{MAKE}?page={video.pk}", f"{MAKE}?page={video.pk}&many=1"):
        form = editor.get(address).context["form"]
        assert form.fields["mail_to"].widget.attrs["disabled"] and "EMAIL_URL" in form.fields["mail_to"].help_text
    assert "EMAIL_URL" in errors(make(editor, video, label="Ann", mail_to=ANN))["mail_to"][0]["message"]
    asked_for = make(editor, video, many=True, names="Ann <ann@acme.example>", binds_addresses="on", ends_at=END)
    assert "EMAIL_URL" in str(errors(asked_for)["binds_addresses"])
    assert not Invitation.objects.exists()
    make(editor, video, label="Ann")
    assert Invitation.objects.get().mail_domain == ""


def test_of_many_names_each_is_bound_to_the_address_in_its_line(editor, video):
    names = "Ann <ann@acme.example>\nBob, bob@büro.example"
    made = make(editor, video, many=True, names=names, binds_addresses="on", ends_at=END)
    assert [row["email"] for row in rows_of(made)] == [ANN, "bob@büro.example"]
    assert "you get a code by email" in made.context["many"].merge_text
    ann, bob = Invitation.objects.order_by("pk")
    assert is_invited(ann, ANN) and not is_invited(bob, ANN) and is_invited(bob, "bob@xn--bro-hoa.example")
    make(editor, video, many=True, names="Cleo\nDan", mail_to="acme.example", ends_at=END)
    assert set(Invitation.objects.filter(mail_digest="").values_list("mail_domain", flat=True)) == {"acme.example"}


def test_lines_without_an_address_are_named_and_both_ways_at_once_are_refused(editor, video):
    refused = make(editor, video, many=True, names="Ann <ann@acme.example>\nBob", binds_addresses="on", ends_at=END)
    assert "in these lines: 2" in str(errors(refused)["binds_addresses"])
    both = {"binds_addresses": "on", "mail_to": "acme.example"}
    assert "mail_to" in errors(make(editor, video, many=True, names="Ann <ann@acme.example>", ends_at=END, **both))
    assert not Invitation.objects.exists()


def test_a_change_of_something_else_keeps_it_and_a_new_address_replaces_it(editor, video, settings):
    invitation = link_for(video)[0]
    form = editor.get(f"{detail(invitation)}change/").context["form"]
    assert form["mail_to"].value() == "…@acme.example"
    change(editor, invitation, note="A note.")
    assert is_invited(Invitation.objects.get(note="A note."), ANN)
    settings.DELIVERS_MAIL = False
    change(editor, invitation, note="Another.")
    assert is_invited(Invitation.objects.get(note="Another."), ANN)
    assert "EMAIL_URL" in str(change(editor, invitation, mail_to="bob@acme.example").content)
    settings.DELIVERS_MAIL = True
    change(editor, invitation, mail_to="bob@acme.example")
    assert is_invited(Invitation.objects.get(), "bob@acme.example") and not is_invited(Invitation.objects.get(), ANN)
    change(editor, invitation, mail_to="")
    assert Invitation.objects.get().mail_domain == Invitation.objects.get().mail_digest == ""


def test_lists_the_panel_and_the_screen_say_it_and_none_has_the_address(editor, video, settings):
    invitation = link_for(video)[0]
    for address in (LIST, f"{LIST}?export=csv", f"/admin/pages/{video.pk}/edit/"):
        text = editor.get(address).getvalue().decode()
        assert "Link, by mail code" in text and ANN not in text, address
    text = editor.get(detail(invitation)).content.decode()
    assert "for one address at acme.example" in text and ANN not in text and "EMAIL_URL" not in text
    settings.DELIVERS_MAIL = False
    assert "EMAIL_URL" in editor.get(detail(invitation)).content.decode()


def test_the_screening_record_says_who_was_confirmed_and_not_by_which_address(editor, video):
    invitation, path = link_for(video)
    client, url, code = asked(path)
    client.post(url, {"code": code})
    page = editor.get(f"{detail(invitation)}record/").content.decode()
    assert "Confirmed by mail code" in page and "for one address at acme.example" in page and ANN not in page
    exported = editor.get(f"{detail(invitation)}record/?export=csv").getvalue().decode()
    heading, line = exported.splitlines()[:2]
    assert line.split(",")[heading.split(",").index("Confirmed by mail code")].startswith("20") and ANN not in exported
    without, _token = create_invitation(video, kind="link", label="All")
    assert "Confirmed by mail code" not in editor.get(f"{detail(without)}record/").content.decode()


class TestCommands:
    def test_one_is_made_and_listed_without_the_address(self, video):
        made = created("--for", video.url, "--kind", "link", "--mail-to", ANN)
        assert set(made) == {"id", "secret", "url", "mail_to"} and made["mail_to"] == "…@acme.example"
        assert is_invited(Invitation.objects.get(), ANN)
        assert json.loads(run("invitations", "--json"))["mail_to"] == "…@acme.example"
        assert "by mail code" in run("invitations") and ANN not in run("invitations")
        created("--for", video.url, "--kind", "password", "--mail-to", "acme.example")

    def test_without_mail_and_for_no_address_it_is_refused(self, video, settings):
        with pytest.raises(CommandError, match="neither an email address nor a domain"):
            created("--for", video.url, "--kind", "link", "--mail-to", "ann")
        settings.DELIVERS_MAIL = False
        with pytest.raises(CommandError, match="EMAIL_URL"):
            created("--for", video.url, "--kind", "link", "--mail-to", ANN)
        assert not Invitation.objects.exists()
