"""A mail code in a frame of another site: the same steps without a cookie, bound to the form of the frame."""

import re

import pytest

from tests import factories
from tests.access.invitations.mail_codes import ANN, codes_mailed, other_than
from tests.embeds.frames import embed_url, key_in, post_password, token_in
from video_pages.access.invitations import create_invitation, end_invitation
from video_pages.models import InvitationViewer, MailCode, VideoAccessSession

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("mail_server")]


@pytest.fixture
def address(film):
    """The address of a frame with the token of a link for one mail address."""
    return f"{embed_url(film)}?w={create_invitation(film, kind='link', label='Jury', mail_to=ANN)[1]}"


def send(client, address, page, **fields):
    """Send a form of `page` with `fields`, as the script of the frame does."""
    ticket = re.search(r'name="ticket" value="([^"]+)"', page.content.decode())
    data = {"csrfmiddlewaretoken": token_in(page), **fields}
    if ticket:
        data["ticket"] = ticket[1]
    headers = {"Origin": "http://testserver", "Sec-Fetch-Site": "same-origin"}
    if key_in(page):
        headers["X-Frame-Key"] = key_in(page)
    return client.post(address, data, headers=headers)


def test_from_the_button_by_the_mail_to_the_film(film, address):
    client = factories.browser()
    asks = send(client, address, client.get(address))
    assert asks.status_code == 200 and 'type="email"' in asks.content.decode() and not key_in(asks)
    assert not VideoAccessSession.objects.exists()
    sent = send(client, address, asks, email=ANN)
    assert 'autocomplete="one-time-code"' in sent.content.decode()
    (code,) = codes_mailed()
    wrong = send(client, address, sent, code=other_than(code), email=ANN)
    assert wrong.status_code == 403 and b"4 tries are left" in wrong.content
    opened = send(client, address, wrong, code=code)
    key = key_in(opened)
    assert opened.status_code == 200 and client.get(f"/stream/{film.uuid}/~{key}/source").status_code == 200
    assert InvitationViewer.objects.get().confirmed_at and not MailCode.objects.exists()
    # The same frame opens again for free, as long as it has its key.
    VideoAccessSession.objects.all().delete()
    form = client.get(address, headers={"X-Frame-Key": key})
    again = client.post(
        address,
        {"csrfmiddlewaretoken": token_in(form)},
        headers={"Origin": "http://testserver", "Sec-Fetch-Site": "same-origin", "X-Frame-Key": key},
    )
    assert key_in(again) not in ("", key) and InvitationViewer.objects.count() == 1


def test_a_code_works_in_no_other_frame(film, address):
    client, other = factories.browser(), factories.browser()
    asks = send(client, address, client.get(address))
    sent = send(client, address, asks, email=ANN)
    (code,) = codes_mailed()
    own = send(other, address, other.get(address))
    assert send(other, address, own, code=code).status_code == 403
    stolen = {"ticket": re.search(r'name="ticket" value="([^"]+)"', sent.content.decode())[1], "code": code}
    headers = {"Origin": "http://testserver", "Sec-Fetch-Site": "same-origin"}
    refused = other.post(address, {"csrfmiddlewaretoken": token_in(own), **stolen}, headers=headers)
    assert refused.status_code == 403 and not VideoAccessSession.objects.exists()
    assert key_in(send(client, address, sent, code=code))


def test_a_password_in_a_frame_asks_too(film):
    _invitation, password = create_invitation(film, kind="password", label="Jury", mail_to="acme.example")
    client, url = factories.browser(), embed_url(film)
    asks = post_password(client, film, password)
    assert asks.status_code == 403 and b"data-mail-code-form" in asks.content and not key_in(asks)
    sent = send(client, url, asks, email="bob@acme.example")
    assert key_in(send(client, url, sent, code=codes_mailed()[0]))


def test_the_ticket_of_another_film_or_of_an_ended_invitation_opens_nothing(film, address):
    client = factories.browser()
    asks = send(client, address, client.get(address))
    other = factories.make_video()
    elsewhere = send(client, embed_url(other), client.get(embed_url(other)))
    assert b"data-mail-code-form" not in elsewhere.content
    sent = send(client, address, asks, email=ANN)
    (code,) = codes_mailed()
    end_invitation(InvitationViewer.invitation.field.related_model.objects.get())
    ended = send(client, address, sent, code=code)
    assert ended.status_code == 403 and b"opens nothing any more" in ended.content
    assert not VideoAccessSession.objects.exists()


def test_another_address_can_be_typed_and_without_mail_it_is_said(film, address, settings):
    client = factories.browser()
    sent = send(client, address, send(client, address, client.get(address)), email=ANN)
    assert 'type="email"' in send(client, address, sent, again="1").content.decode()
    settings.DELIVERS_MAIL = False
    refused = send(client, address, sent, code="123456")
    assert refused.status_code == 503 and b"sends no mail at present" in refused.content
