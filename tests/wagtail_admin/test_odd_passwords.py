"""Passwords with characters that HTML, addresses and calendars treat specially: what is shown is what must be typed."""

import html
import re

import pytest

from tests.embeds.frames import SITE, allow, post_password
from tests.factories import browser, unlock
from tests.wagtail_admin.access import act
from tests.wagtail_admin.invitations import make
from video_pages.models import VideoPage
from video_pages.wagtail_admin.invitations.shown_once import data_uri

pytestmark = pytest.mark.django_db

ODD = [
    "@!&#+ '\"<>%20 ?=/",
    "two  blanks &amp; <i>",
    "film 🎬👩‍🚀 père",
    r"back\slash;semi,colon\n",
    "={{name}}+%s{0}",
]
END = "2030-07-31T12:00"


def text_of(page, element):
    """Return the text that `page` shows in the first element whose start tag contains `element`."""
    return html.unescape(re.search(rf"<\w+[^>]*{element}[^>]*>([^<]*)<", page)[1])


@pytest.mark.parametrize("password", ODD)
def test_in_the_access_dialog(editor, video, password):
    page = act(editor, video, "set_password", password=password).text
    shown, message = text_of(page, "data-access-password"), text_of(page, "data-access-message")
    assert shown == password
    assert message.splitlines()[-1] == f"Password: {password}"
    assert unlock(browser(), video, shown).status_code == 303
    allow(SITE)
    assert 'id="player"' in post_password(browser(), video, shown).text


@pytest.mark.parametrize("password", ODD)
def test_on_the_screen_of_an_invitation(editor, video, password):
    response = make(editor, video, "class", label="7b", password=password, ends_at=END)
    shown = response.context["shown"]
    assert text_of(response.text, 'id="invitation-secret"') == password
    assert text_of(response.text, 'id="invitation-message"') == shown.message
    assert f"\nPassword: {password}\n" in shown.message
    assert shown.address.endswith(video.url)  # what the QR code says; no password
    assert html.escape(shown.calendar) in response.text and shown.calendar == data_uri(
        "text/calendar", shown.calendar_text
    )
    assert description_of(shown.calendar_text) == shown.message
    assert unlock(browser(), video, password).status_code == 303
    assert VideoPage.objects.get().check_password(password) is False  # it is that of the invitation


def description_of(calendar):
    """Return the text that a calendar program reads: folded lines are joined, escaped characters are read."""
    (line,) = re.findall(r"^DESCRIPTION:(.*)\r$", calendar.replace("\r\n ", ""), re.M)[:1]
    return re.sub(r"\\(.)", lambda found: "\n" if found[1] in "nN" else found[1], line)
