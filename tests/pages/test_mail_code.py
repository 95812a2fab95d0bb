"""The page that asks for a mail code: the same answer to everybody, a code that opens, and all that opens nothing."""

import datetime as dt
import logging
import re

import pytest
from django.test import Client

from site_config.monitoring import logs
from tests import factories
from tests.access.invitations.links import play
from tests.access.invitations.mail_codes import ANN, asked, codes_mailed, link_for, opens, pressed
from video_pages.access.invitations import create_invitation
from video_pages.models import Guess, Invitation, InvitationViewer, MailCode, VideoAccessSession

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("mail_server")]
MINUTE = dt.timedelta(minutes=1)


class TestTheWay:
    def test_from_the_press_by_the_mail_to_the_film(self, video):
        invitation, path = link_for(video, most_viewers=1)
        assert "you get a code by email" in factories.browser().get(path).text
        client, url = pressed(path)
        assert not VideoAccessSession.objects.exists() and not InvitationViewer.objects.exists()
        shown = client.get(url)
        assert 'type="email"' in shown.text and 'autocomplete="email"' in shown.text
        client, url, code = asked(path, client)
        shown = client.get(url)
        for words in (
            'inputmode="numeric"',
            'autocomplete="one-time-code"',
            "If this address is invited",
            'role="status"',
        ):
            assert words in shown.text, words
        key = client.cookies["known_browser"].value
        opened = client.post(url, {"code": code})
        assert (opened.status_code, opened.headers["Location"]) == (303, video.url)
        assert opens(client, video) and Invitation.objects.get().uses == 0
        assert play(client, video).status_code == 206 and Invitation.objects.get().uses == 1
        viewer = InvitationViewer.objects.get()
        assert viewer.confirmed_at and client.cookies["known_browser"].value != key
        assert not MailCode.objects.exists()
        assert client.get(url).headers["Location"] == video.url  # the page in the history leads on

    def test_digits_of_other_languages_are_digits(self, video):
        client, url, code = asked(link_for(video)[1])
        arabic = code.translate({ord("0") + digit: 0x660 + digit for digit in range(10)})
        assert client.post(url, {"code": arabic}).status_code == 303

    @pytest.mark.parametrize("typed", ["{0}-{1}", " {0} {1}\n", "{0}\u2013{1}", "{0}\u00a0{1}"])
    def test_blanks_and_hyphens_in_the_code_do_no_harm(self, video, typed):
        client, url, code = asked(link_for(video)[1])
        assert client.post(url, {"code": typed.format(code[:3], code[3:])}).status_code == 303

    def test_a_browser_that_was_confirmed_opens_again_for_free_and_another_does_not(self, video):
        _invitation, path = link_for(video)
        client, url, code = asked(path)
        client.post(url, {"code": code})
        VideoAccessSession.objects.all().delete()
        del client.cookies["sessionid"]
        assert client.post(path).headers["Location"] == video.url and opens(client, video)
        assert InvitationViewer.objects.count() == 1
        pressed(path)

    def test_a_password_asks_for_the_code_too_and_leads_back(self, video):
        invitation, password = create_invitation(video, kind="password", label="Jury", mail_to="acme.example")
        client = factories.browser()
        shown = client.post(f"{video.url}?t=30", {"password": password})
        assert shown.status_code == 403 and "data-mail-code-form" in shown.text and not Guess.objects.exists()
        url = shown.context["code_url"]
        assert client.post(url, {"email": "Bob@Acme.example"}).status_code == 200
        (code,) = codes_mailed()
        assert client.post(url, {"code": code}).headers["Location"] == f"{video.url}?t=30"
        row = VideoAccessSession.objects.get()
        assert row.granted_by == invitation and row.expires_at - row.created_at < dt.timedelta(days=2)
        VideoAccessSession.objects.all().delete()
        assert client.post(video.url, {"password": password}).status_code == 303
        assert client.post(video.url, {"password": "not-the-password"}).status_code == 403

    def test_a_section_leads_to_its_list(self, video):
        section = factories.make_section(password=factories.PASSWORD)
        client, url, code = asked(link_for(section, "@acme.example")[1])
        assert client.post(url, {"code": code}).headers["Location"] == section.url


class TestTheSameAnswer:
    def test_an_address_that_is_not_invited_gets_the_same_at_every_step(self, video):
        _invitation, path = link_for(video)
        answers = []
        for email in (ANN, "eve@evil.example"):
            client, url = pressed(path)
            pages = [client.post(url, {"email": email})]
            codes_mailed()
            pages += [client.post(url, {"email": email})]  # too soon
            pages += [client.post(url, {"code": "000000", "email": email}) for _try in range(6)]
            pages += [client.get(url), client.get(f"{url}?again")]
            token, ticket = client.cookies["csrftoken"].value, url.split("/")[3]
            texts = [page.text.replace(email, "EMAIL").replace(ticket, "TICKET") for page in pages]
            # A test may cross a second.
            texts = [re.sub(r'sent in [0-9]+ sec|wait-seconds="[0-9]+"', "WAIT", text) for text in texts]
            texts = ["".join(line for line in text.splitlines(True) if "csrf" not in line) for text in texts]
            answers.append([(page.status_code, text) for page, text in zip(pages, texts, strict=True)])
            assert token
        assert [status for status, _text in answers[0]] == [200, 429, *6 * [403], 200, 200]
        assert answers[0] == answers[1]


class TestSecrets:
    def test_nothing_is_stored_in_caches_indexed_or_named_to_others(self, video):
        client, url, code = asked(link_for(video)[1])
        shown = client.get(url)
        assert shown.headers["Cache-Control"] == "private, no-store"
        assert shown.headers["Referrer-Policy"] == "strict-origin" and 'content="noindex"' in shown.text
        assert "<title>Invitation" in " ".join(shown.text.split())

    def test_no_log_has_the_ticket_the_address_or_the_code(self, video, caplog):
        caplog.set_level(logging.DEBUG)
        client, url, code = asked(link_for(video)[1])
        client.post(url, {"code": code, "email": ANN})
        Client(enforce_csrf_checks=True).post(url, {"email": ANN})
        log_text = " ".join(logs.JSONFormatter().format(record) for record in caplog.records)
        sql_free = " ".join(
            logs.JSONFormatter().format(record) for record in caplog.records if record.name != "django.db.backends"
        )
        assert "/w/***" in log_text and ANN not in sql_free and code not in sql_free
        assert url.split("/")[3][:30] not in log_text

    @pytest.mark.parametrize("ticket", ["x", "é", "a:b:c", "%00", "x" * 5000])
    def test_what_nobody_has_signed_is_404(self, ticket):
        assert Client().get(f"/w/code/{ticket}/").status_code == 404

    def test_the_form_needs_its_token(self, video):
        client, url = pressed(link_for(video)[1])
        client.handler.enforce_csrf_checks = True
        assert client.post(url, {"email": ANN}).status_code == 403 and not MailCode.objects.exists()


def test_the_page_of_the_link_goes_on_to_the_code_and_says_so(client, video):
    _invitation, path = link_for(video)
    page = client.get(path).text
    assert "<span>Continue</span>" in page and "you get a code by email" in page
    assert "Open the film" not in page
