"""Requests are limited, deaf to blocked addresses, answered by those who may, mailed when there is mail, and erased."""

import datetime as dt
import smtplib

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.core.mail.backends.locmem import EmailBackend
from wagtail.models import PageLogEntry
from wagtail.users.models import UserProfile

from tests import factories
from video_pages.access.actions import AccessPermissionError
from video_pages.access.invitations import create_invitation, end_invitation, extend_invitation
from video_pages.access.invitations.renewal import DeleteInvitationAction, RenewSecretAction
from video_pages.access.invitations.tokens import find_invitation
from video_pages.access.models import Guess
from video_pages.access.request_limit import TooManyRequests
from video_pages.access.requests import notices
from video_pages.access.requests.answers import (
    BlockRequestAction,
    GiveMoreTimeAction,
    GrantRequestAction,
    RefuseRequestAction,
)
from video_pages.access.requests.asking import BY_CLIENT, BY_PAGE, LIMITS, ask
from video_pages.access.requests.erasing import erase_old_requests
from video_pages.access.requests.places import RequestPlace, read_place, signed_place
from video_pages.access.site_settings import AccessSettings
from video_pages.core import clock
from video_pages.core.site_names import name_of
from video_pages.models import AccessRequest, Invitation

pytestmark = pytest.mark.django_db
State = AccessRequest.State
DAY = dt.timedelta(days=1)


@pytest.fixture
def owner():
    return factories.make_superuser("owner")


def send(page, email="weber@example.org", client="192.0.2.1", **changed):
    return ask(
        RequestPlace(page), client=client, **{"name": "Ms Weber", "email": email, "reason": "For the jury", **changed}
    )


class TestPlaces:
    def test_a_signed_place_is_read_again_and_no_other(self, video):
        section = video.get_parent().specific
        invitation, _token = create_invitation(video, kind="link", label="Jury")
        for place in (RequestPlace(video), RequestPlace(section), RequestPlace(video, invitation)):
            text = signed_place(*place)
            assert read_place(text) == place
            assert read_place(text[:-1]) is None and read_place(text.replace("-", "-1", 1)) is None
        for text in ("", "video-1-0", f"video-{video.pk}-0.x", "\0", "é" * 5000):
            assert read_place(text) is None

    def test_of_a_deleted_invitation_the_page_is_left_and_of_a_deleted_page_nothing(self, video):
        invitation, _token = create_invitation(video, kind="link", label="Jury")
        text = signed_place(video, invitation)
        invitation.delete()
        assert read_place(text) == RequestPlace(video)
        video.delete()
        assert read_place(text) is None


class TestAsking:
    def test_a_request_is_stored_once_while_it_waits(self, video):
        first = send(video)
        assert send(video, email="Weber@Example.org ", reason="again") is None
        assert AccessRequest.objects.get() == first
        assert (first.state, first.page, first.reason) == (State.NEW, video, "For the jury")
        RefuseRequestAction(first).execute(skip_permission_checks=True)
        assert send(video) is not None  # after an answer somebody may ask again

    def test_name_and_reason_are_each_one_line(self, video):
        request = send(video, name="Ms\r\nWeber\u2028 ", reason="Jury\r\n\r\nAnswer: https://evil.example")
        request.refresh_from_db()
        assert (request.name, request.reason) == ("Ms Weber", "Jury Answer: https://evil.example")

    def test_of_a_client_and_for_a_page_they_are_limited(self, video):
        for number in range(LIMITS[BY_CLIENT]):
            send(video, email=f"{number}@example.org")
        with pytest.raises(TooManyRequests) as limited:
            send(video, email="late@example.org")
        assert 3500 < limited.value.retry_after <= 3600
        assert AccessRequest.objects.count() == LIMITS[BY_CLIENT]
        for number in range(LIMITS[BY_CLIENT], LIMITS[BY_PAGE]):
            send(video, email=f"{number}@example.org", client=f"192.0.2.{number}")
        with pytest.raises(TooManyRequests):
            send(video, email="new@example.org", client="198.51.100.1")
        send(factories.make_video(), client="198.51.100.2")
        assert not Guess.objects.filter(client__contains="192.0.2").exists()  # no address is kept

    def test_a_block_at_a_video_holds_in_its_section_and_one_at_a_section_below_it(self, video):
        section, elsewhere = video.get_parent().specific, factories.make_video()
        beside = factories.make_video(section=section)
        BlockRequestAction(send(video)).execute(skip_permission_checks=True)
        assert send(video) is None and send(beside, email="WEBER@example.org") is None
        assert send(elsewhere) is not None and send(beside, email="other@example.org") is not None
        below = factories.make_video(section=factories.make_section(parent=section))
        assert send(below, client="192.0.2.2") is None
        BlockRequestAction(send(section, email="third@example.org", client="192.0.2.2")).execute(
            skip_permission_checks=True
        )
        assert send(below, email="third@example.org", client="192.0.2.3") is None

    def test_a_block_holds_when_the_secret_key_changes(self, video, settings):
        BlockRequestAction(send(video)).execute(skip_permission_checks=True)
        settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "another key of the site"
        assert send(video) is None


class TestAnswers:
    def test_granted_it_is_a_link_of_that_name(self, video, owner):
        request = send(video)
        invitation, token = GrantRequestAction(
            request, user=owner, ends_at=clock.now() + DAY, shows_label=True
        ).execute()
        request.refresh_from_db()
        assert (request.state, request.granted, request.decided_by) == (State.GRANTED, invitation, owner)
        assert (find_invitation(token), invitation.label, invitation.page) == (invitation, "Ms Weber", video)
        assert invitation.shows_label and token not in str(PageLogEntry.objects.values_list("data", flat=True))

    def test_of_two_answers_the_second_is_refused_and_makes_nothing(self, video, owner):
        request = send(video)
        same = AccessRequest.objects.get()
        GrantRequestAction(request, user=owner, ends_at=clock.now() + DAY).execute()
        for answer in (
            lambda: GrantRequestAction(same, user=owner, ends_at=clock.now() + DAY).execute(),
            lambda: RefuseRequestAction(same, user=owner).execute(),
            lambda: BlockRequestAction(same, user=owner).execute(),
        ):
            with pytest.raises(ValidationError):
                answer()
        assert video.invitations.count() == 1

    def test_more_time_opens_the_same_link_again(self, video, owner):
        invitation, token = create_invitation(video, kind="link", label="Jury", ends_at=clock.now() - DAY)
        request = ask(RequestPlace(video, invitation), client="192.0.2.1", name="Jury", email="jury@example.org")
        later = clock.now() + DAY
        GiveMoreTimeAction(request, user=owner, ends_at=later).execute()
        assert find_invitation(token).ends_at == later
        assert AccessRequest.objects.get().state == State.GRANTED

    @pytest.mark.parametrize(("days", "code"), [(9, "not_later"), (1, "not_later"), (None, "no_end")])
    def test_more_time_shortens_no_invitation(self, video, owner, days, code):
        now = clock.now()
        ends_at = now + days * DAY if days else None
        invitation, _token = create_invitation(video, kind="link", label="Jury", ends_at=ends_at)
        request = ask(RequestPlace(video, invitation), client="192.0.2.1", name="Jury", email="jury@example.org")
        with pytest.raises(ValidationError) as error:
            GiveMoreTimeAction(request, user=owner, ends_at=now + DAY).execute()
        assert error.value.code == code
        invitation.refresh_from_db()
        assert invitation.ends_at == ends_at and AccessRequest.objects.get().state == State.NEW

    def test_more_time_does_not_shorten_what_a_colleague_extended_meanwhile(self, video, owner):
        invitation, _token = create_invitation(video, kind="link", label="Jury", ends_at=clock.now() - DAY)
        request = ask(RequestPlace(video, invitation), client="192.0.2.1", name="Jury", email="jury@example.org")
        assert request.invitation.ends_at < clock.now()  # read
        extended = clock.now() + 9 * DAY
        Invitation.objects.filter(pk=invitation.pk).update(ends_at=extended)
        with pytest.raises(ValidationError) as error:
            GiveMoreTimeAction(request, user=owner, ends_at=clock.now() + DAY).execute()
        assert error.value.code == "not_later"
        invitation.refresh_from_db()
        assert invitation.ends_at == extended and AccessRequest.objects.get().state == State.NEW

    def test_more_time_is_refused_for_one_that_a_person_ended_and_the_request_stays_open(self, video, owner):
        invitation, _token = create_invitation(video, kind="link", label="Jury")
        end_invitation(invitation)
        request = ask(RequestPlace(video, invitation), client="192.0.2.1", name="Jury", email="jury@example.org")
        with pytest.raises(ValidationError):
            GiveMoreTimeAction(request, user=owner, ends_at=clock.now() + DAY).execute()
        assert AccessRequest.objects.get().state == State.NEW

    def test_only_those_answer_who_may_change_the_access(self, video):
        request, stranger = send(video), factories.make_user("stranger")
        for answer in (
            lambda: GrantRequestAction(request, user=stranger, ends_at=clock.now() + DAY).execute(),
            lambda: RefuseRequestAction(request, user=stranger).execute(),
            lambda: BlockRequestAction(request, user=stranger).execute(),
        ):
            with pytest.raises(AccessPermissionError):
                answer()
        assert AccessRequest.objects.get().state == State.NEW and not video.invitations.exists()

    def test_the_log_of_the_page_names_no_person(self, video, owner):
        RefuseRequestAction(send(video), user=owner).execute()
        BlockRequestAction(send(video), user=owner).execute()
        entries = PageLogEntry.objects.filter(page=video.pk).exclude(action="video_pages.access_changed")
        assert set(entries.values_list("action", flat=True)) == {
            "video_pages.request_refused",
            "video_pages.request_blocked",
        }
        assert "eber" not in str(list(entries.values("data", "label")))

    def test_nor_does_it_when_a_request_is_granted_and_later(self, video, owner):
        invitation, _token = GrantRequestAction(send(video), user=owner).execute()
        RenewSecretAction(invitation, user=owner).execute()
        later = Invitation.objects.get()
        extend_invitation(later, user=owner, note="By phone")
        end_invitation(later, user=owner)
        DeleteInvitationAction(later, user=owner).execute()
        entries = PageLogEntry.objects.filter(data__invitation_id=str(invitation.pk))
        assert entries.count() == 5
        logged = PageLogEntry.objects.filter(page=video.pk)
        assert "eber" not in str(list(logged.values("data", "label"))) + str([str(entry.message) for entry in logged])


class TestErasing:
    def test_old_ones_are_erased_and_a_block_holds(self, video, settings):
        settings.KEEP_REQUESTS_DAYS = 30
        old, blocked = send(video), send(video, email="pest@example.org")
        BlockRequestAction(blocked).execute(skip_permission_checks=True)
        young = send(video, email="young@example.org")
        AccessRequest.objects.exclude(pk=young.pk).update(created_at=clock.now() - 31 * DAY)
        assert erase_old_requests(clock.now()) == 2
        assert not AccessRequest.objects.filter(pk=old.pk).exists()
        left = AccessRequest.objects.values().get(pk=blocked.pk)
        assert (left["name"], left["email"], left["reason"]) == ("", "", "")
        assert AccessRequest.objects.get(pk=young.pk).email == "young@example.org"
        assert send(video, email="pest@example.org") is None
        assert erase_old_requests(clock.now()) == 0


class TestNotices:
    @pytest.fixture(autouse=True)
    def mail_server(self, settings):
        settings.DELIVERS_MAIL = True

    def test_the_user_who_made_the_page_is_told_once_with_a_reply_address(self, video, owner):
        type(video).objects.filter(pk=video.pk).update(owner=owner, title="Salt\nflats")
        request = send(video)
        assert notices.mail_new_requests() == 1
        assert notices.mail_new_requests() == 0
        (message,) = mail.outbox
        assert (message.to, message.reply_to) == (["owner@example.org"], ["weber@example.org"])
        assert message.subject == f"Request for “Salt flats” · {name_of(video.get_site())}"
        assert "Ms Weber (weber@example.org)" in message.body and "For the jury" in message.body
        assert f"/admin/access-requests/{request.pk}/" in message.body
        assert message.content_subtype == "plain"

    def test_an_editor_is_told_in_their_language_and_an_address_in_the_site_s(self, video, owner):
        type(video).objects.filter(pk=video.pk).update(owner=owner, title="Salt")
        UserProfile.objects.create(user=owner, preferred_language="de")
        send(video)
        notices.mail_new_requests()
        AccessSettings.objects.update_or_create(site=video.get_site(), defaults={"requests_to": "desk@example.org"})
        send(video, email="late@example.org")
        notices.mail_new_requests()
        assert [message.subject for message in mail.outbox] == [
            f"{subject} · {name_of(video.get_site())}" for subject in ("Anfrage zu „Salt“", "Request for “Salt”")
        ]

    def test_the_address_of_the_site_comes_first_and_an_owner_without_the_right_is_not_told(self, video):
        stranger = factories.make_user("stranger")
        type(video).objects.filter(pk=video.pk).update(owner=stranger)
        video.refresh_from_db()
        assert notices.recipient_of(video) == ""
        AccessSettings.objects.update_or_create(site=video.get_site(), defaults={"requests_to": "desk@example.org"})
        assert notices.recipient_of(video) == "desk@example.org"

    def test_without_a_mail_server_nothing_is_sent_and_later_no_old_news(self, video, owner, settings):
        type(video).objects.filter(pk=video.pk).update(owner=owner)
        settings.DELIVERS_MAIL = False
        send(video)
        assert notices.mail_new_requests() == 0
        settings.DELIVERS_MAIL = True
        assert notices.mail_new_requests(clock.now() + 2 * DAY) == 0
        assert mail.outbox == []

    def test_while_the_mail_server_refuses_it_is_tried_again(self, video, owner, settings):
        type(video).objects.filter(pk=video.pk).update(owner=owner)
        send(video)
        settings.EMAIL_BACKEND = f"{__name__}.Refusing"
        with pytest.raises(smtplib.SMTPServerDisconnected):
            notices.mail_new_requests()
        settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
        assert notices.mail_new_requests() == 1

    def test_what_two_workers_have_read_is_mailed_once(self, video, owner, monkeypatch):
        type(video).objects.filter(pk=video.pk).update(owner=owner)
        send(video)
        send_first, others = notices._send, []

        def send_while_another_works(*args, **options):
            others.append(notices.mail_new_requests() if not others else "again")
            send_first(*args, **options)

        monkeypatch.setattr(notices, "_send", send_while_another_works)
        assert (notices.mail_new_requests(), others, len(mail.outbox)) == (1, [0], 1)

    @pytest.mark.parametrize("code", ["550", "data", "utf8"])
    def test_a_mail_that_is_refused_keeps_back_no_other(self, video, owner, settings, monkeypatch, caplog, code):
        type(video).objects.filter(pk=video.pk).update(owner=owner)
        other = factories.make_video(owner=factories.make_superuser("other"))
        refused = send(video, email=f"{code}@example.org")
        send(other, email="good@example.org")
        settings.EMAIL_BACKEND = f"{__name__}.RefusingOwner"
        monkeypatch.setattr(RefusingOwner, "error", RefusingOwner.ERRORS[code])
        assert notices.mail_new_requests() == 1
        assert [message.to for message in mail.outbox] == [["other@example.org"]]
        assert notices.mail_new_requests() == 0
        assert f"request {refused.pk} was refused" in caplog.text and "@" not in caplog.text


class RefusingOwner(EmailBackend):
    """A mail server that refuses one recipient."""

    ERRORS = {
        "550": smtplib.SMTPRecipientsRefused({"owner@example.org": (550, b"no such user owner@example.org")}),
        "data": smtplib.SMTPDataError(554, b"spam"),
        "utf8": smtplib.SMTPNotSupportedError("SMTPUTF8"),
    }
    error = ERRORS["550"]

    def send_messages(self, messages):
        if messages[0].to == ["owner@example.org"]:
            raise self.error
        return super().send_messages(messages)


class Refusing(EmailBackend):
    """A mail server that refuses."""

    def send_messages(self, messages):
        raise smtplib.SMTPServerDisconnected("try another day")
