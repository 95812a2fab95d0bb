"""Browsers that are asked for a mail code, and the mails that the worker sends."""

import re

from django.core import mail
from django.db.models import F

from tests import factories
from video_pages.access.invitations import create_invitation
from video_pages.access.invitations.by_mail.sending import send_codes
from video_pages.core import clock
from video_pages.models import Guess, MailCode

ANN = "ann@acme.example"


def link_for(page, mail_to=ANN, **limits):
    """Return (invitation, path) of a new link for `page` and `mail_to`."""
    invitation, token = create_invitation(page, kind="link", label="Jury", mail_to=mail_to, **limits)
    return invitation, f"/w/{token}"


def pressed(path, client=None):
    """Return (client, address of the page that asks for the code) of a browser that has pressed the button."""
    client = client or factories.browser()
    response = client.post(path)
    assert response.status_code == 303 and response.headers["Location"].startswith("/w/code/"), response
    return client, response.headers["Location"]


def codes_mailed():
    """Let the worker send what waits; return the codes in the mails since the last call, the oldest first."""
    send_codes(clock.now())
    found = [re.search(r"^ +([0-9]{6})$", message.body, re.MULTILINE)[1] for message in mail.outbox]
    mail.outbox.clear()
    return found


def asked(path, client=None, email=ANN):
    """Return (client, address, code) of a browser that has asked for a code, which was mailed to `email`."""
    client, url = pressed(path, client)
    assert client.post(url, {"email": email}).status_code == 200
    (code,) = codes_mailed()
    return client, url, code


def other_than(code):
    """Return six digits that are not `code`."""
    return f"{(int(code) + 1) % 1_000_000:06d}"


def later(by):
    """Let the time `by` pass for the codes that were asked for."""
    MailCode.objects.update(asked_at=F("asked_at") - by)
    Guess.objects.update(made_at=F("made_at") - by)


def opens(client, video):
    """Return whether `client` sees the player of `video`."""
    return 'id="player"' in client.get(video.url).text
