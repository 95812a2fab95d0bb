"""Mails of codes leave at fixed times and side by side, and are tried again if the mail server puts them off."""

import datetime as dt
import smtplib
import threading

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend

from tests import factories
from tests.access.invitations.mail_codes import ANN, codes_mailed, link_for, pressed
from video_pages.access.invitations.by_mail import sending
from video_pages.access.invitations.by_mail.asking import ask_for_code
from video_pages.access.invitations.by_mail.sending import seconds_to_slot, send_codes
from video_pages.core import clock
from video_pages.models import Guess, MailCode
from video_pages.worker.loop import Worker

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("mail_server")]
BOB, BACKEND = "bob@acme.example", "django.core.mail.backends.locmem.EmailBackend"
SECOND, MINUTE = dt.timedelta(seconds=1), dt.timedelta(minutes=1)
REFUSALS = {
    "421 at DATA": smtplib.SMTPDataError(421, b"too busy"),
    "451 at DATA": smtplib.SMTPDataError(451, b"try again"),
    "450 at RCPT": smtplib.SMTPRecipientsRefused({ANN: (450, b"greylisted")}),
    "550 at RCPT": smtplib.SMTPRecipientsRefused({ANN: (550, b"no such user " + ANN.encode())}),
    "554 at DATA": smtplib.SMTPDataError(554, b"spam"),
}


@pytest.fixture
def invitation():
    return link_for(factories.make_video("Salt flats"))[0]


def ask(invitation, email=ANN, **options):
    browser = f"{MailCode.objects.count():064d}"
    return ask_for_code(invitation, browser, email, client="192.0.2.1", **options)


class RefusingAnn(EmailBackend):
    """A mail server that refuses mails to Ann with `error`."""

    error = None

    def send_messages(self, messages):
        if messages[0].to == [ANN]:
            raise self.error
        return super().send_messages(messages)


class BothAtOnce(EmailBackend):
    """A mail server at which a mail goes through when two are on their way."""

    both = threading.Barrier(2)

    def send_messages(self, messages):
        self.both.wait(20)
        return super().send_messages(messages)


class TestOrder:
    def test_no_mail_waits_for_one_that_was_asked_for_before(self, invitation, settings):
        ask(invitation)
        ask(link_for(invitation.page, BOB)[0], email=BOB)
        settings.EMAIL_BACKEND = f"{__name__}.BothAtOnce"
        assert send_codes() == 2
        assert sorted(message.to for message in mail.outbox) == [[ANN], [BOB]]

    def test_mails_leave_at_fixed_times_whatever_came_before(self, monkeypatch):
        noon = dt.datetime(2026, 11, 30, 12, tzinfo=dt.UTC)
        for passed, left in ((0, 5), (0.5, 4.5), (4.75, 0.25), (7, 3)):
            assert seconds_to_slot(noon + passed * SECOND) == left
        worker, done = Worker(), []
        monkeypatch.setattr(clock, "now", lambda: noon + 3 * SECOND)
        monkeypatch.setattr(worker, "_pause", lambda seconds: done.append(seconds))
        monkeypatch.setattr(worker, "_send_codes", lambda: done.append("sent"))
        worker._send_codes_in_slots()
        assert done == [2, "sent"]
        worker.stop()
        worker._send_codes_in_slots()
        assert done == [2, "sent", 2]  # a worker that ends sends nothing more

    def test_a_pause_ends_when_it_is_over_and_not_a_step_later(self, monkeypatch):
        slept, elapsed = [], [100.0]

        class Time:
            monotonic = staticmethod(lambda: elapsed[0])

            @staticmethod
            def sleep(seconds):
                slept.append(seconds)
                elapsed[0] += seconds

        monkeypatch.setattr("video_pages.worker.loop.time", Time)
        Worker()._pause(0.5)
        assert sum(slept) == pytest.approx(0.5) and len(slept) == 3


class TestRefusedMails:
    @pytest.mark.parametrize("reply", ["421 at DATA", "451 at DATA", "450 at RCPT"])
    def test_one_that_is_put_off_is_tried_again_while_its_code_is_valid(
        self, invitation, settings, caplog, monkeypatch, reply
    ):
        monkeypatch.setattr(RefusingAnn, "error", REFUSALS[reply])
        now = clock.now()
        ask(invitation, now=now)
        ask(link_for(invitation.page, BOB)[0], email=BOB, now=now)
        settings.EMAIL_BACKEND = f"{__name__}.RefusingAnn"
        assert send_codes(now) == 1 and [sent.to for sent in mail.outbox] == [[BOB]]
        row = MailCode.objects.get(email=ANN)
        assert row.code_digest == "" and row.retry_at == now + sending.RETRY
        assert "puts off" in caplog.text and "@" not in caplog.text
        kept = Guess.objects.filter(guard="mail-code-mailbox").count()
        assert kept == 1  # Bob's: one that did not leave counts for nobody
        settings.EMAIL_BACKEND = BACKEND
        assert send_codes(now + sending.RETRY - SECOND) == 0
        assert send_codes(now + sending.RETRY) == 1 and mail.outbox[-1].to == [ANN]
        assert not MailCode.objects.exclude(email="").exists()

    def test_a_code_that_was_put_off_opens(self, settings, monkeypatch):
        monkeypatch.setattr(RefusingAnn, "error", REFUSALS["450 at RCPT"])
        client, url = pressed(link_for(factories.make_video())[1])
        client.post(url, {"email": ANN})
        settings.EMAIL_BACKEND = f"{__name__}.RefusingAnn"
        assert send_codes() == 0
        settings.EMAIL_BACKEND = BACKEND
        MailCode.objects.update(retry_at=clock.now())
        (code,) = codes_mailed()
        assert client.post(url, {"code": code}).status_code == 303

    def test_after_ten_minutes_it_is_given_up(self, invitation, settings, monkeypatch):
        monkeypatch.setattr(RefusingAnn, "error", REFUSALS["450 at RCPT"])
        now = clock.now()
        ask(invitation, now=now)
        settings.EMAIL_BACKEND = f"{__name__}.RefusingAnn"
        assert send_codes(now) == 0
        settings.EMAIL_BACKEND = BACKEND
        assert send_codes(now + 10 * MINUTE) == 0
        sending.erase_codes(now + 10 * MINUTE)
        assert MailCode.objects.get().email == ""

    @pytest.mark.parametrize("reply", ["550 at RCPT", "554 at DATA"])
    def test_one_that_is_refused_for_good_is_given_up_and_a_new_one_can_be_asked_for(
        self, invitation, settings, caplog, monkeypatch, reply
    ):
        monkeypatch.setattr(RefusingAnn, "error", REFUSALS[reply])
        now = clock.now()
        ask(invitation, now=now)
        settings.EMAIL_BACKEND = f"{__name__}.RefusingAnn"
        assert send_codes(now) == 0 and "was refused" in caplog.text and "@" not in caplog.text
        settings.EMAIL_BACKEND = BACKEND
        assert send_codes(now + MINUTE) == 0 and MailCode.objects.get().email == ""
        ask_for_code(invitation, f"{0:064d}", ANN, client="192.0.2.1", now=now + 2 * MINUTE)
        assert send_codes(now + 2 * MINUTE) == 1
