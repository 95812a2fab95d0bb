"""Addresses and domains: read in one spelling, kept as a digest, matched exactly, refused where they are odd."""

import pytest
from django.core.exceptions import ValidationError

from tests import factories
from tests.access.invitations.mail_codes import ANN
from video_pages.access.invitations import create_invitation, extend_invitation
from video_pages.access.invitations.by_mail.bindings import (
    NO_MAIL,
    Binding,
    describe_binding,
    describe_kind,
    is_invited,
    mailbox_of,
    read_address,
    read_binding,
    shown_binding,
)
from video_pages.models import Invitation


@pytest.fixture(autouse=True)
def mail_server(settings):
    settings.DELIVERS_MAIL = True


def bound(text):
    return Invitation(kind="link", **read_binding(text)._asdict())


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        (" Ann@ACME.example \r\n", "ann@acme.example"),
        ("ann@acme.example.", "ann@acme.example"),
        ("Ann+Film@acme.example", "ann+film@acme.example"),
        ("o'neil.a_b@acme.example", "o'neil.a_b@acme.example"),
        ("ann-b.-c@acme.example", "ann-b.-c@acme.example"),
        ("ann@büro.example", "ann@xn--bro-hoa.example"),
        ("ann@BÜRO.example", "ann@xn--bro-hoa.example"),
        ("ann@straße.example", "ann@xn--strae-oqa.example"),  # IDNA 2008: not strasse.example
        ("ann@xn--bro-hoa.example", "ann@xn--bro-hoa.example"),
        ("ann@acme。example", "ann@acme.example"),
    ],
)
def test_an_address_has_one_spelling(typed, read):
    assert read_address(typed) == read


@pytest.mark.parametrize(
    "typed",
    [
        *("", "ann", "@acme.example", "ann@", "ann@acme", "ann@localhost", "ann@127.0.0.1", "ann@[127.0.0.1]"),
        *("ann@acme.example\r\nBcc: eve@evil.example", "ann\n@acme.example", "ann@acme.example, eve@evil.example"),
        *("ann@acme.example\0", '"ann b"@acme.example', "ann b@acme.example", "a@b@acme.example", "<ann@acme.example>"),
        *("änn@acme.example", "ıann@acme.example", "ann.@acme.example", ".ann@acme.example", "ann@acme..example"),
        *(
            "mallory%evil.example@acme.example",
            "evil.example!mallory@acme.example",
            "-ann@acme.example",
            "-@acme.example",
        ),
        *("ann@-acme.example", "ann@acme_x.example", "ann@acme.example/x", f"{'a' * 65}@acme.example", "ann@acme.123"),
        *(f"ann@{'a' * 64}.example", f"ann@{'a.' * 200}example", "ann@xn--zzzzzz.example", "ann@acme.example\u2028x"),
    ],
)
def test_what_is_no_address_is_refused(typed):
    with pytest.raises(ValidationError):
        read_address(typed)


def test_all_tags_of_an_address_are_one_mailbox():
    for email, mailbox in ((ANN, ANN), ("ann+a+b@acme.example", ANN), ("+a@acme.example", "+a@acme.example")):
        assert mailbox_of(email) == mailbox


def test_a_domain_is_written_with_and_without_an_at_sign():
    for text in ("acme.example", "@acme.example", " @ACME.example. ", "acme.EXAMPLE"):
        assert read_binding(text) == Binding("acme.example", "")
    assert read_binding("  ") == Binding()
    for text in (
        "@",
        "acme",
        "@@acme.example",
        "acme example",
        "*.acme.example",
        "http://acme.example",
        "acme.example\nx",
    ):
        with pytest.raises(ValidationError):
            read_binding(text)


def test_an_address_is_kept_as_a_digest_and_matches_itself_alone():
    invitation = bound("Ann@Acme.example")
    assert (invitation.mail_domain, len(invitation.mail_digest)) == ("acme.example", 64)
    assert is_invited(invitation, ANN)
    for other in (
        "ann+film@acme.example",
        "bob@acme.example",
        "ann@mail.acme.example",
        "ann@acme.example.evil.example",
    ):
        assert not is_invited(invitation, read_address(other)), other


def test_a_domain_matches_its_addresses_and_no_subdomain_or_longer_domain():
    invitation = bound("@büro.example")
    for email in ("ann@büro.example", "ANN+x@xn--bro-hoa.example", "bob@BÜRO.example."):
        assert is_invited(invitation, read_address(email)), email
    for email in ("ann@mail.büro.example", "ann@notbüro.example", "ann@example.com", "ann@buro.example"):
        assert not is_invited(invitation, read_address(email)), email
    assert not is_invited(Invitation(kind="link"), ANN)


def test_a_new_secret_key_keeps_those_of_a_fallback(settings):
    invitation, old = bound(ANN), settings.SECRET_KEY
    settings.SECRET_KEY = "another key of the site"
    assert not is_invited(invitation, ANN)
    settings.SECRET_KEY_FALLBACKS = [old]
    assert is_invited(invitation, ANN)


def test_editors_see_the_domain_and_not_the_address():
    assert shown_binding(bound(ANN)) == "…@acme.example"
    assert describe_binding(bound(ANN)) == "one address at acme.example"
    assert shown_binding(bound("büro.example")) == "@büro.example"
    assert describe_kind(bound(ANN)) == "Link, by mail code"
    none = Invitation(kind="link")
    assert (shown_binding(none), describe_binding(none), describe_kind(none)) == ("", "", "Link")


@pytest.mark.django_db
def test_without_mail_it_is_refused_with_the_setting_and_can_be_removed(settings):
    video = factories.make_video()
    invitation, _token = create_invitation(video, kind="link", label="Jury", mail_to=ANN)
    settings.DELIVERS_MAIL = False
    with pytest.raises(ValidationError, match="EMAIL_URL"):
        create_invitation(video, kind="link", label="Jury", mail_to=ANN)
    with pytest.raises(ValidationError, match="EMAIL_URL"):
        extend_invitation(invitation, mail_to="acme.example")
    assert "EMAIL_URL" in str(NO_MAIL) and Invitation.objects.count() == 1
    extend_invitation(invitation, mail_to="")
    assert Invitation.objects.get().mail_domain == Invitation.objects.get().mail_digest == ""
