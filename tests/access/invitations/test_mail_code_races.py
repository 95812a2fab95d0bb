"""Mail codes at the same moment in several tabs and workers, and over a real mail server."""

import secrets
import threading

import pytest

from tests import factories
from tests.access.invitations.links import request_of
from tests.access.invitations.mail_codes import ANN, asked, link_for, other_than, pressed
from tests.access.threads import at_once
from tests.mail_server import mail_server
from video_pages.access.invitations.by_mail import limits, proving, sending
from video_pages.access.invitations.by_mail.sending import send_codes
from video_pages.access.invitations.by_mail.tickets import read_ticket
from video_pages.access.invitations.opening import OpenedInvitation
from video_pages.access.visitor import visitor_of
from video_pages.models import InvitationViewer, MailCode, VideoAccessSession
from video_pages.pages.invited import code_steps

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def sends_mail(settings):
    settings.DELIVERS_MAIL = True


def tabs_of(client, number):
    """Return `number` tabs of one browser."""
    tabs = [factories.browser() for _number in range(number)]
    for tab in tabs:
        tab.cookies.update(client.cookies)
    return tabs


def typed(client, url, code):
    return lambda: client.post(url, {"code": code}).status_code


@pytest.mark.parametrize("opens_for_known", [True, False])
def test_of_one_code_in_four_tabs_at_once_one_is_used_and_a_double_press_does_no_harm(monkeypatch, opens_for_known):
    client, url, code = asked(link_for(factories.make_video())[1])
    if not opens_for_known:
        monkeypatch.setattr(code_steps, "_open_for_known", lambda *_args: None)
    answers = at_once(*[typed(tab, url, code) for tab in tabs_of(client, 4)])
    assert sorted(answers) == ([303] * 4 if opens_for_known else [303, 403, 403, 403])
    assert InvitationViewer.objects.get().confirmed_at and not MailCode.objects.exists()


def test_of_two_requests_that_compare_the_right_code_at_once_one_opens(monkeypatch):
    client, url, code = asked(link_for(factories.make_video())[1])
    both = threading.Barrier(2)
    monkeypatch.setattr(proving, "constant_time_compare", lambda *_pair: both.wait(30) >= 0)

    def prove():
        request = request_of(client)
        ticket = read_ticket(url.split("/")[3], visitor_of(request))
        return type(proving.open_with_code(request, ticket, code))

    answers = [type(answer) if isinstance(answer, Exception) else answer for answer in at_once(prove, prove)]
    assert set(answers) == {OpenedInvitation, proving.WrongCode}
    assert InvitationViewer.objects.count() == VideoAccessSession.objects.count() == 1


def test_of_twelve_wrong_codes_at_once_no_more_than_five_are_compared():
    client, url, code = asked(link_for(factories.make_video())[1])
    answers = at_once(*[typed(tab, url, other_than(code)) for tab in tabs_of(client, 12)])
    assert answers == [403] * 12 and MailCode.objects.get().tries == 5
    assert client.post(url, {"code": code}).status_code == 403 and not VideoAccessSession.objects.exists()


def test_of_two_workers_one_sends_a_code_over_smtp(settings, monkeypatch):
    client, url = pressed(link_for(factories.make_video("Salt flats 🎬"))[1])
    client.post(url, {"email": "Ann@ACME.example"})
    with mail_server() as server:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        both, random = threading.Barrier(2), secrets.randbelow
        monkeypatch.setattr(limits, "MOST_MAILED_TO_MAILBOX", 1)  # the other one uses up no mail
        monkeypatch.setattr(sending.secrets, "randbelow", lambda below: both.wait(30) * 0 + random(below))
        assert sorted(at_once(send_codes, send_codes)) == [0, 1]
        ((recipients, message),) = server.wait_for(1)
    assert recipients == [ANN] and message.get_content_type() == "text/plain"
    text = message.get_content()
    (code,) = [line.strip() for line in text.splitlines() if line.strip().isdigit()]
    assert "Salt flats 🎬" in text and code not in str(message["Subject"])
    assert client.post(url, {"code": code}).status_code == 303
