"""Mail codes: made by the worker, six digits, ten minutes, five tries, one use, one browser; limited and erased."""

import datetime as dt
import smtplib

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.models import PageLogEntry, PageViewRestriction

from tests.access.invitations.mail_codes import ANN, codes_mailed, link_for
from video_pages.access.invitations import end_invitation, extend_invitation
from video_pages.access.invitations.by_mail.asking import TooSoon, ask_for_code, present_code
from video_pages.access.invitations.by_mail.sending import code_digest, erase_codes, send_codes
from video_pages.access.models import Guess
from video_pages.access.site_settings import AccessSettings
from video_pages.core import clock
from video_pages.models import MailCode
from video_pages.worker.loop import Worker

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("mail_server")]
MINUTE = dt.timedelta(minutes=1)
SECOND = dt.timedelta(seconds=1)


@pytest.fixture
def invitation(video):
    return link_for(video)[0]


def ask(invitation, browser="a" * 64, email=ANN, client="192.0.2.1", **options):
    return ask_for_code(invitation, browser, email, client=client, **options)


class TestAsking:
    def test_known_and_unknown_addresses_cost_the_same_statements_and_leave_the_same_row(self, invitation):
        rows, statements = [], []
        for number, email in enumerate((ANN, "eve@evil.example")):
            with CaptureQueriesContext(connection) as captured:
                ask(invitation, browser=str(number) * 64, email=email)
            statements.append([query["sql"].split()[0] for query in captured])
            rows.append(MailCode.objects.values("code_digest", "tries", "language").get(email=email))
        assert statements[0] == statements[1] and rows[0] == rows[1]
        assert mail.outbox == []  # the request sends nothing: its time tells nothing

    def test_a_browser_asks_once_a_minute_and_the_new_code_replaces_the_old(self, invitation):
        now = clock.now()
        ask(invitation, now=now)
        codes_mailed()
        with pytest.raises(TooSoon) as early:
            ask(invitation, now=now + 59 * SECOND)
        assert early.value.retry_after == 1
        ask(invitation, now=now + MINUTE)
        row = MailCode.objects.get()
        assert (row.asked_at, row.code_digest, row.email) == (now + MINUTE, "", ANN)

    def test_no_stored_text_of_a_limit_has_the_address(self, invitation):
        ask(invitation)
        assert not any("acme" in f"{row.guard} {row.client} {row.browser}" for row in Guess.objects.all())


class TestSending:
    def test_a_code_is_mailed_once_as_plain_text_and_only_its_digest_stays(self, video, invitation):
        ask(invitation, language="en")
        assert send_codes() == 1 and send_codes() == 0
        (message,) = mail.outbox
        (code,) = codes_mailed()
        row = MailCode.objects.get()
        assert (row.email, row.code_digest) == ("", code_digest(invitation.pk, row.browser, code))
        assert message.to == [ANN] and message.content_subtype == "plain" and not message.attachments
        assert "Salt flats" in message.body and "10 minutes" in message.body
        assert "http" not in message.body and "/w/" not in message.body and code not in message.subject
        assert message.extra_headers == {"Auto-Submitted": "auto-generated"}

    def test_the_code_goes_to_the_one_spelling_of_the_address(self, video):
        from_domain = link_for(video, "büro.example")[0]
        ask(from_domain, email="ann@xn--bro-hoa.example")
        assert send_codes() == 1 and mail.outbox[0].to == ["ann@xn--bro-hoa.example"]

    def test_an_address_that_is_not_invited_gets_nothing_and_is_erased(self, invitation):
        ask(invitation, email="bob@acme.example")
        assert send_codes() == 0 and mail.outbox == []
        row = MailCode.objects.get()
        assert (row.email, row.code_digest) == ("", "")

    def test_an_invitation_that_ended_meanwhile_sends_nothing(self, invitation):
        ask(invitation)
        end_invitation(invitation)
        assert send_codes() == 0 and mail.outbox == []

    def test_the_mail_keeps_the_title_to_itself_where_the_link_does(self, video, invitation):
        AccessSettings.objects.update_or_create(site=video.get_site(), defaults={"link_shows_title": False})
        ask(invitation)
        send_codes()
        AccessSettings.objects.update(link_shows_title=True)
        PageViewRestriction.objects.create(page=video.get_parent(), restriction_type=PageViewRestriction.LOGIN)
        ask(invitation, browser="b" * 64)
        send_codes()
        assert [("Salt" in sent.body, "Your code to watch" in sent.body) for sent in mail.outbox] == 2 * [(False, True)]

    def test_no_header_of_the_mail_takes_a_line_of_a_title(self, video, invitation):
        type(video).objects.filter(pk=video.pk).update(title="Salt\r\nBcc: eve@evil.example")
        site = video.get_site()
        site.site_name = "Cinema\nBcc: eve@evil.example"
        site.save()
        ask(invitation)
        send_codes()
        (message,) = mail.outbox
        assert message.subject == "Your code for Cinema Bcc: eve@evil.example"
        assert "Bcc" not in message.message() and message.recipients() == [ANN]

    def test_it_is_written_in_the_language_of_the_page(self, invitation):
        ask(invitation, language="xx-nowhere")
        assert send_codes() == 1  # in that of the site

    def test_while_the_server_is_away_it_waits_and_the_worker_says_so_once(
        self, invitation, settings, caplog, monkeypatch
    ):
        ask(invitation)
        settings.EMAIL_BACKEND = f"{__name__}.Away"
        with pytest.raises(smtplib.SMTPServerDisconnected):
            send_codes()
        row = MailCode.objects.get()
        assert (row.email, row.code_digest) == (ANN, "")
        worker, pauses = Worker(), []
        monkeypatch.setattr(worker, "_pause", pauses.append)
        worker._send_codes()
        assert len(pauses) == 1 and "SMTPServerDisconnected" in caplog.text and "@" not in caplog.text
        settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
        worker._send_codes()
        assert len(mail.outbox) == 1

    def test_a_refused_mail_is_given_up_and_keeps_back_no_other(self, invitation, settings, caplog):
        ask(invitation)
        ask(link_for(invitation.page, "bob@acme.example")[0], email="bob@acme.example")
        settings.EMAIL_BACKEND = f"{__name__}.RefusingAnn"
        assert send_codes() == 1 and [sent.to for sent in mail.outbox] == [["bob@acme.example"]]
        assert "was refused" in caplog.text and "@" not in caplog.text and send_codes() == 0

    def test_without_a_mail_server_nothing_is_made(self, invitation, settings):
        ask(invitation)
        settings.DELIVERS_MAIL = False
        assert send_codes() == 0 and MailCode.objects.get().code_digest == ""


class Away(EmailBackend):
    """A mail server that can't be reached."""

    def send_messages(self, messages):
        raise smtplib.SMTPServerDisconnected("try another day")


class RefusingAnn(EmailBackend):
    """A mail server that refuses one recipient."""

    def send_messages(self, messages):
        if messages[0].to == [ANN]:
            raise smtplib.SMTPRecipientsRefused({ANN: (550, b"no such user " + ANN.encode())})
        return super().send_messages(messages)


class TestErasing:
    def test_the_address_of_a_mail_that_was_never_sent_goes_after_ten_minutes_and_the_row_after_an_hour(
        self, invitation
    ):
        now = clock.now()
        ask(invitation, now=now)
        assert erase_codes(now + 9 * MINUTE) == 0 and MailCode.objects.get().email == ANN
        assert present_code(invitation, "a" * 64, now + 9 * MINUTE)
        assert erase_codes(now + 10 * MINUTE) == 1 and MailCode.objects.get().email == ""
        assert not present_code(invitation, "a" * 64, now + 10 * MINUTE)
        assert erase_codes(now + 61 * MINUTE) == 1 and not MailCode.objects.exists()

    def test_another_address_forgets_codes_and_confirmations(self, invitation):
        ask(invitation)
        invitation.viewers.create(viewer="c" * 64, opened_at=clock.now(), confirmed_at=clock.now())
        extend_invitation(invitation, note="A note.")
        assert MailCode.objects.exists() and invitation.viewers.get().confirmed_at
        extend_invitation(invitation, mail_to="bob@acme.example")
        assert not MailCode.objects.exists() and invitation.viewers.get().confirmed_at is None


def test_the_history_says_that_a_code_is_needed_and_not_for_whom(invitation):
    entry = PageLogEntry.objects.get(action="video_pages.invited")
    assert entry.data == {"invitation": "Jury", "by_mail_code": "yes", "invitation_id": str(invitation.pk)}
    assert entry.message == "Invitation made: Jury (by mail code)"
