"""Codes that open nothing: wrong, late, used, replaced, of another browser; changes of the invitation in between."""

import datetime as dt

import pytest

from tests import factories
from tests.access.invitations.mail_codes import ANN, asked, codes_mailed, later, link_for, opens, other_than, pressed
from video_pages.access.invitations import create_invitation, end_invitation, extend_invitation
from video_pages.access.invitations.by_mail import limits
from video_pages.access.invitations.renewal import RenewSecretAction
from video_pages.core import clock
from video_pages.models import Invitation, InvitationRefusal, InvitationViewer, MailCode, VideoAccessSession

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("mail_server")]
MINUTE = dt.timedelta(minutes=1)


class TestRefusals:
    def test_five_wrong_tries_end_a_code(self, video):
        client, url, code = asked(link_for(video)[1])
        said = [client.post(url, {"code": other_than(code)}) for _try in range(5)]
        assert [answer.status_code for answer in said] == 5 * [403]
        assert (
            "4 tries are left" in said[0].text and "1 try is left" in said[3].text and "no try is left" in said[4].text
        )
        assert 'role="alert"' in said[0].text and 'aria-invalid="true"' in said[0].text
        assert client.post(url, {"code": code}).status_code == 403 and not opens(client, video)
        later(MINUTE)
        client.post(url, {"email": ANN})
        (fresh,) = codes_mailed()
        assert client.post(url, {"code": fresh}).status_code == 303

    @pytest.mark.parametrize("typed", ["", "12345", "1234567", "abcdef", "１２３ ４５"])
    def test_what_is_not_six_digits_counts_as_no_try(self, video, typed):
        client, url, code = asked(link_for(video)[1])
        refused = client.post(url, {"code": typed})
        assert refused.status_code == 400 and "six digits" in refused.text and MailCode.objects.get().tries == 0

    def test_after_ten_minutes_a_code_opens_nothing(self, video):
        client, url, code = asked(link_for(video)[1])
        later(10 * MINUTE)
        assert client.post(url, {"code": code}).status_code == 403 and not opens(client, video)
        assert 'type="email"' in client.get(url).text
        client, url, code = asked(link_for(video)[1])
        later(10 * MINUTE - dt.timedelta(seconds=5))
        assert client.post(url, {"code": code}).status_code == 303

    def test_a_code_is_used_once(self, video):
        client, url, code = asked(link_for(video)[1])
        client.post(url, {"code": code})
        VideoAccessSession.objects.all().delete()
        InvitationViewer.objects.all().delete()
        assert client.post(url, {"code": code}).status_code == 403 and not opens(client, video)

    def test_a_new_code_replaces_the_old_one(self, video):
        client, url, code = asked(link_for(video)[1])
        early = client.post(url, {"email": ANN})
        assert early.status_code == 429 and 55 <= int(early.headers["Retry-After"]) <= 60
        assert "A new code can be sent in" in early.text and 'data-wait-seconds="' in early.text
        later(MINUTE)
        client.post(url, {"email": ANN})
        assert client.post(url, {"code": code}).status_code == 403
        (fresh,) = codes_mailed()
        assert client.post(url, {"code": fresh}).status_code == 303

    def test_a_code_works_in_no_other_browser(self, video):
        _invitation, path = link_for(video)
        client, url, code = asked(path)
        stranger = factories.browser()
        lost = stranger.post(url, {"code": code})
        assert lost.status_code == 404 and "belongs to another browser" in lost.text
        stranger, own_url = pressed(path, stranger)
        assert stranger.post(own_url, {"code": code}).status_code == 403
        stranger.post(own_url, {"email": "eve@evil.example"})
        codes_mailed()
        assert stranger.post(own_url, {"code": code}).status_code == 403
        assert not opens(stranger, video) and client.post(url, {"code": code}).status_code == 303

    def test_codes_that_one_client_types_are_limited(self, video, monkeypatch):
        monkeypatch.setattr(limits, "MOST_TRIED", 2)
        client, url, code = asked(link_for(video)[1])
        statuses = [client.post(url, {"code": other_than(code)}).status_code for _try in range(2)]
        limited = client.post(url, {"code": code})
        assert (statuses, limited.status_code) == ([403, 403], 429) and "Retry-After" in limited.headers

    def test_too_many_codes_are_429(self, video, monkeypatch):
        monkeypatch.setattr(limits, "MOST_ASKED", 1)
        asked(link_for(video)[1])
        client, url = pressed(link_for(video)[1])
        limited = client.post(url, {"email": ANN})
        assert limited.status_code == 429 and "Too many codes" in limited.text and codes_mailed() == []

    @pytest.mark.parametrize("email", ["", "ann", "ann@acme.example\r\nBcc: eve@evil.example", "<script>@x"])
    def test_what_is_no_address_is_said(self, video, email):
        client, url = pressed(link_for(video)[1])
        refused = client.post(url, {"email": email})
        assert refused.status_code == 400 and 'role="alert"' in refused.text and "<script>@x" not in refused.text
        assert not MailCode.objects.exists()


class TestChangesInBetween:
    def test_an_end_closes_the_page_and_the_code_opens_nothing(self, video):
        invitation, path = link_for(video)
        client, url, code = asked(path)
        end_invitation(invitation)
        closed = client.post(url, {"code": code})
        assert closed.status_code == 410 and "was ended by" in closed.text and not opens(client, video)
        assert client.get(url).status_code == client.post(url, {"email": ANN}).status_code == 410
        assert InvitationRefusal.objects.get().reason == "revoked"

    def test_the_state_is_judged_at_the_code(self, video, monkeypatch):
        invitation, path = link_for(video)
        client, url, code = asked(path)
        Invitation.objects.update(ends_at=clock.now())
        assert client.post(url, {"code": code}).status_code == 410
        extend_invitation(invitation, ends_at=clock.now() + MINUTE)
        assert client.post(url, {"code": code}).status_code == 303
        assert VideoAccessSession.objects.get().expires_at <= clock.now() + MINUTE

    def test_a_used_up_one_opens_nothing_more(self, video):
        _invitation, path = link_for(video, most_viewers=1)
        client, url, code = asked(path)
        Invitation.objects.update(uses=1)
        assert client.post(url, {"code": code}).status_code == 410

    def test_another_link_ends_the_page_of_the_former(self, video):
        invitation, path = link_for(video)
        client, url, code = asked(path)
        RenewSecretAction(invitation).execute(skip_permission_checks=True)
        assert client.post(url, {"code": code}).status_code == 404 and not MailCode.objects.exists()

    def test_another_address_ends_access_and_asks_again(self, video):
        invitation, path = link_for(video)
        client, url, code = asked(path)
        client.post(url, {"code": code})
        extend_invitation(invitation, mail_to="bob@acme.example")
        assert not opens(client, video)
        client, url = pressed(path, client)
        client.post(url, {"email": ANN})
        assert codes_mailed() == []
        later(MINUTE)
        client.post(url, {"email": "bob@acme.example"})
        assert client.post(url, {"code": codes_mailed()[0]}).status_code == 303

    def test_a_page_that_was_open_before_no_code_was_needed_opens_at_the_next_press(self, video):
        invitation, path = link_for(video)
        client, url = pressed(path)
        extend_invitation(invitation, mail_to="")
        assert client.post(url, {"email": ANN}).headers["Location"] == video.url and opens(client, video)
        assert not MailCode.objects.exists()

    def test_a_binding_that_is_set_later_ends_what_was_opened_without_it(self, video):
        invitation, token = create_invitation(video, kind="link", label="Jury")
        client = factories.browser()
        client.post(f"/w/{token}")
        assert opens(client, video)
        extend_invitation(invitation, mail_to=ANN)
        assert not opens(client, video)
        pressed(f"/w/{token}", client)
        extend_invitation(invitation, mail_to="")
        assert client.post(f"/w/{token}").headers["Location"] == video.url

    def test_without_a_mail_server_the_page_says_so(self, video, settings):
        client, url = pressed(link_for(video)[1])
        settings.DELIVERS_MAIL = False
        for answer in (client.get(url), client.post(url, {"email": ANN})):
            assert answer.status_code == 503 and "sends no mail at present" in answer.text
        assert not MailCode.objects.exists()
