"""The limits on mail codes: they tell nothing, and nobody keeps others from a code or sends them many mails."""

import datetime as dt
import re

import pytest
from django.core import mail
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext

from tests import factories
from tests.access.invitations.mail_codes import ANN, asked, codes_mailed, link_for, other_than, pressed
from video_pages.access import throttle
from video_pages.access.invitations.by_mail import asking, limits
from video_pages.access.invitations.by_mail.asking import TooSoon, ask_for_code
from video_pages.access.invitations.by_mail.sending import send_codes
from video_pages.access.invitations.renewal import RenewSecretAction
from video_pages.access.request_limit import TooManyRequests
from video_pages.core import clock
from video_pages.models import Guess, Invitation, InvitationRefusal, InvitationViewer, MailCode

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("mail_server")]
MINUTE, DAY = dt.timedelta(minutes=1), dt.timedelta(days=1)


@pytest.fixture
def invitation(video):
    return link_for(video)[0]


def ask(invitation, number, email=ANN, client=None):
    """Ask for a code in browser `number`, at an address of its own."""
    return ask_for_code(invitation, f"{number:064d}", email, client=client or f"192.0.2.{number}")


class TestAsking:
    def test_beyond_the_limit_of_a_client_nothing_is_written(self, invitation, monkeypatch):
        monkeypatch.setattr(limits, "MOST_ASKED", 2)
        for number in range(2):
            ask(invitation, number, f"eve{number}@evil.example", client="192.0.2.1")
        before = list(Guess.objects.order_by("pk").values()), list(MailCode.objects.order_by("pk").values())
        with pytest.raises(TooManyRequests):
            ask(invitation, 2, client="192.0.2.1")
        with pytest.raises(TooSoon):
            ask(invitation, 1, client="192.0.2.2")
        assert before == (
            list(Guess.objects.order_by("pk").values()),
            list(MailCode.objects.order_by("pk").values()),
        )

    def test_the_second_of_two_presses_at_once_counts_nothing(self, invitation, monkeypatch):
        ask(invitation, 1)
        before, look, looks = Guess.objects.count(), asking._refuse_too_soon, []

        def late_look(*args):
            looks.append(args)
            if len(looks) > 1:
                look(*args)

        monkeypatch.setattr(asking, "_refuse_too_soon", late_look)
        with pytest.raises(TooSoon):
            ask(invitation, 1)
        assert len(looks) == 2 and Guess.objects.count() == before

    def test_junk_uses_up_nothing_of_those_who_are_invited(self, invitation, monkeypatch):
        monkeypatch.setattr(limits, "MOST_MAILED", 2)
        for number in range(10):
            ask(invitation, number, f"eve{number}@evil.example")
        assert send_codes() == 0
        ask(invitation, 11)
        assert send_codes() == 1


class TestMailing:
    def test_a_network_uses_up_no_mailbox_and_sees_no_limit(self, video):
        path = link_for(video)[1]
        answers = []
        for _number in range(limits.MOST_ASKED_FOR_MAILBOX + 2):
            client, url = pressed(path)
            answers.append(client.post(url, {"email": ANN}))
        assert {answer.status_code for answer in answers} == {200}
        assert all("a code is on its way" in answer.text for answer in answers)
        assert len(codes_mailed()) == limits.MOST_ASKED_FOR_MAILBOX
        ask(Invitation.objects.get(), 99)  # another network
        assert len(codes_mailed()) == 1

    def test_of_all_networks_one_mailbox_gets_a_few_mails_an_hour_and_nobody_sees_it(self, video):
        first, second = link_for(video, "acme.example")[0], link_for(factories.make_video(), "acme.example")[0]
        most = limits.MOST_MAILED_TO_MAILBOX
        for number in range(most + 4):  # tags and invitations do not help
            ask((first, second)[number % 2], number, f"ann+{number}@acme.example")
        assert send_codes() == most
        Guess.objects.update(made_at=F("made_at") - 61 * MINUTE)
        ask(first, 200)
        assert send_codes() == 1

    def test_an_invitation_sends_no_more_than_its_mails_an_hour(self, video, monkeypatch):
        monkeypatch.setattr(limits, "MOST_MAILED", 2)
        invitation = link_for(video, "acme.example")[0]
        for number in range(4):
            ask(invitation, number, f"ann{number}@acme.example")
        assert send_codes() == 2 and send_codes() == 0
        assert MailCode.objects.exclude(code_digest="").count() == 2
        kept = Guess.objects.filter(guard=limits.MAILED_TO_MAILBOX).count()
        assert kept == 2  # what was not sent is counted for no mailbox


class TestTyping:
    def test_wrong_codes_of_a_day_end_all_codes_until_another_link(self, video, monkeypatch):
        monkeypatch.setattr(limits, "MOST_WRONG", 7)
        invitation, path = link_for(video)
        for _round in range(2):
            client, url, code = asked(path)
            for _try in range(4):
                assert client.post(url, {"code": other_than(code)}).status_code == 403
        assert client.post(url, {"code": code}).status_code == 403 and not InvitationViewer.objects.exists()
        later, later_url = pressed(path)
        assert later.post(later_url, {"email": ANN}).status_code == 200 and codes_mailed() == []
        refusal = InvitationRefusal.objects.get()
        assert (refusal.reason, refusal.get_reason_display(), refusal.times) == ("code", "Wrong mail code", 9)
        Guess.objects.exclude(guard__startswith="day:").delete()
        _invitation, token = RenewSecretAction(invitation).execute(skip_permission_checks=True)
        client, url, code = asked(f"/w/{token}")
        assert client.post(url, {"code": code}).status_code == 303

    def test_they_count_for_a_day_and_are_kept_for_no_more_than_two(self, video, monkeypatch):
        monkeypatch.setattr(limits, "MOST_WRONG", 1)
        client, url, code = asked(link_for(video)[1])
        client.post(url, {"code": other_than(code)})
        wrong = Guess.objects.filter(guard=limits.WRONG)
        throttle.purge(now=clock.now() + DAY - MINUTE)
        assert wrong.count() == 1
        wrong.update(made_at=F("made_at") - (DAY - MINUTE))
        assert client.post(url, {"code": code}).status_code == 403
        wrong.update(made_at=F("made_at") - 2 * MINUTE)
        assert client.post(url, {"code": code}).status_code == 303
        throttle.purge(now=clock.now() + 2 * DAY)
        assert not wrong.exists()

    def test_a_network_is_told_of_its_own_limit_and_a_right_code_is_not_counted(self, video, monkeypatch):
        monkeypatch.setattr(limits, "MOST_WRONG_OF_CLIENT", 2)
        path = link_for(video, "acme.example")[1]
        for number in range(3):
            client, url, code = asked(path, email=f"ann{number}@acme.example")
            assert client.post(url, {"code": code}).status_code == 303
        client, url, code = asked(path, email="bob@acme.example")
        statuses = [client.post(url, {"code": other_than(code)}).status_code for _try in range(2)]
        limited = client.post(url, {"code": code})
        assert (statuses, limited.status_code) == ([403, 403], 429) and int(limited.headers["Retry-After"]) > 80_000

    def test_a_wrong_code_costs_the_same_statements_for_every_address(self, video, monkeypatch):
        monkeypatch.setattr(limits, "MOST_WRONG", 3)
        path = link_for(video)[1]
        statements, statuses = [], []
        for email in (ANN, "eve@evil.example"):
            client, url = pressed(path)
            client.post(url, {"email": email})
            codes_mailed()
            client.post(url, {"code": "x"})
            for _try in range(4):  # the last one is beyond the limit
                with CaptureQueriesContext(connection) as captured:
                    statuses.append(client.post(url, {"code": "000000"}).status_code)
                statements.append([re.sub("_x[0-9]+", "", query["sql"].split(" WHERE ")[0])[:60] for query in captured])
        assert statuses == 8 * [403] and statements[1:4] == statements[5:]
        assert Guess.objects.filter(guard=limits.WRONG).count() == 3
        assert Guess.objects.filter(guard=limits.WRONG_OF_OTHERS).count() == 3

    def test_junk_ends_no_codes(self, video, monkeypatch):
        monkeypatch.setattr(limits, "MOST_WRONG", 2)
        path = link_for(video)[1]
        stranger, own = pressed(path)
        stranger.post(own, {"email": "eve@evil.example"})
        assert codes_mailed() == []
        assert [stranger.post(own, {"code": "000000"}).status_code for _try in range(4)] == 4 * [403]
        client, url, code = asked(path)
        assert client.post(url, {"code": code}).status_code == 303 and mail.outbox == []
