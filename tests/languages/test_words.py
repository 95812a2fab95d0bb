"""Words that a language writes its own way: quotation marks, decimals, genders, two senses of one English word."""

import pytest
from django.utils import translation
from django.utils.html import escape

from tests.factories import browser, make_superuser, make_video, make_video_file
from tests.wagtail_admin.invitations import detail
from video_pages.access.invitations import create_invitation
from video_pages.access.requests.models import AccessRequest
from video_pages.core.humanize import quoted
from video_pages.pages.panels.technical_facts import fact_rows, format_bit_rate
from video_pages.transcoding.models import State
from video_pages.transcoding.probe import _message
from video_pages.wagtail_admin.access_requests.messages import link_message
from video_pages.wagtail_admin.invitations.shown_once import message_of

QUOTED = [
    ("en", "“Salt”"),
    ("de", "„Salt“"),
    ("fr", "«\u00a0Salt\u00a0»"),
    ("es", "«Salt»"),
    ("it", "«Salt»"),
    ("pt-br", "“Salt”"),
    ("ja", "「Salt」"),
    ("nl", "“Salt”"),
    ("pl", "„Salt”"),
]


@pytest.mark.parametrize(("code", "expected"), QUOTED, ids=[code for code, _expected in QUOTED])
def test_a_title_stands_between_the_marks_of_the_language(code, expected):
    with translation.override(code):
        assert quoted("Salt") == expected


@pytest.mark.django_db
def test_messages_and_screens_quote_titles_so(settings, client):
    invitation = create_invitation(make_video("Salt <&>"), kind="link", label="Jury")[0]
    settings.LANGUAGE_CODE = "de"
    assert message_of(invitation, "https://x.example/", "").startswith("„Salt <&>“\n")
    with translation.override("de"):
        asked = AccessRequest(name="Ann", video=invitation.video)
        assert "„Salt <&>“" in link_message(asked, invitation, "https://x.example/", answers_to="")
        page = browser(make_superuser()).get(f"{detail(invitation)}record/", HTTP_ACCEPT_LANGUAGE="de")
    text = page.content.decode()
    assert f"<dd>{escape('„Salt <&>“')}</dd>" in text
    assert "“Salt" not in text


@pytest.mark.django_db
def test_an_invitation_opens_from_the_start_and_has_any_number_of_viewers(client):
    invitation = create_invitation(make_video("Salt"), kind="link", label="Jury")[0]
    admin = browser(make_superuser())
    for address in (detail(invitation), f"{detail(invitation)}record/"):
        text = admin.get(address).content.decode()
        assert "<dt>Opens</dt><dd>From the start</dd>" in text
        assert "<dt>At the same time</dt><dd>Any number</dd>" in text


def test_what_is_refused_has_its_gender():
    assert str(AccessRequest.State.REFUSED.label) == str(State.REFUSED.label) == "Refused"
    with translation.override("fr"):
        assert str(AccessRequest.State.REFUSED.label) == "Refusée"
        assert str(State.REFUSED.label) == "Refusé"


def test_decimals_are_those_of_the_language(settings):
    settings.MAX_PIXELS, settings.MAX_DURATION_SECONDS = 8_900_000, 3600 * 2
    for code, rate, pixels in (("en", "5.3 Mbit/s", "8.9"), ("de", "5,3 Mbit/s", "8,9"), ("ja", "5.3 Mbit/s", "8.9")):
        with translation.override(code):
            assert format_bit_rate(5_260_000) == rate
            assert format_bit_rate(96_000) == "96 kbit/s"
            assert pixels in _message("too-many-pixels")


@pytest.mark.django_db
def test_so_are_those_of_frame_rates():
    file = make_video_file()
    file.facts, file.frame_rate = {"width": 640, "height": 360}, 24000 / 1001
    with translation.override("fr"):
        assert "23,976 images par seconde" in fact_rows(file)[0][1]
    file.frame_rate = 25.0
    assert "25 frames a second" in fact_rows(file)[0][1]
