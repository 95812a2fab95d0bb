"""Passwords and links that are set, renewed or deleted while somebody sets an equal one or opens with the former."""

import threading

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from tests import factories
from tests.access.invitations.links import request_of
from tests.access.invitations.mail_codes import ANN, asked, link_for
from tests.access.threads import at_once, wait_until_one_waits, while_it_commits
from tests.factories import browser, make_video, unlock
from video_pages.access.invitations import create_invitation, renewal
from video_pages.access.invitations.opening import InvitationClosed, open_link
from video_pages.access.invitations.renewal import DeleteInvitationAction, RenewSecretAction
from video_pages.access.invitations.secrets import Secret
from video_pages.access.invitations.services import CreateInvitationAction
from video_pages.access.invitations.states import InvitationState
from video_pages.access.password_setups import setup_of
from video_pages.access.passwords import SetPasswordAction, matches, set_password
from video_pages.access.queues import HashingBusy
from video_pages.access.set_listed import SetPasswordAndListedAction
from video_pages.models import Guess, Invitation, InvitationRefusal, VideoAccessSession, VideoPage

pytestmark = pytest.mark.django_db(transaction=True)
needs_row_locks = pytest.mark.skipif(
    connection.vendor != "postgresql", reason="SQLite lets one transaction write at a time"
)


def invite(page, kind="password", **limits):
    return create_invitation(page, kind=kind, label="Class", **limits)


def renew(invitation):
    _invitation, secret = RenewSecretAction(invitation).execute(skip_permission_checks=True)
    return secret


def delete(invitation):
    DeleteInvitationAction(invitation).execute(skip_permission_checks=True)


def hash_together(monkeypatch, *actions):
    """Let two executions of `actions` store nothing before both have hashed once."""
    hashed, begun = threading.Barrier(2), []

    def together(prepare):
        def prepare_and_wait(action):
            prepare(action)
            begun.append(action)
            if len(begun) <= 2:
                hashed.wait(20)

        return prepare_and_wait

    for action in actions:
        monkeypatch.setattr(action, "prepare", together(action.prepare))


@pytest.mark.parametrize("page_password", [None, factories.PASSWORD])
@pytest.mark.parametrize("is_invited", [False, True])
@pytest.mark.parametrize(
    "first",
    [
        lambda video: set_password(video, "for-acme-alone"),
        lambda video: SetPasswordAndListedAction(video, "for-acme-alone", listed="nowhere").execute(True),
        lambda video: invite(video, secret="for-acme-alone"),
    ],
)
def test_of_two_equal_passwords_of_a_page_at_once_one_is_refused(monkeypatch, page_password, is_invited, first):
    video = make_video(password=page_password)
    if is_invited:
        invite(video)
    hash_together(monkeypatch, SetPasswordAction, CreateInvitationAction)
    results = at_once(lambda: first(video), lambda: invite(video, secret="for-acme-alone"))
    (refused,) = [result for result in results if isinstance(result, Exception)]
    assert isinstance(refused, ValidationError) and refused.code == "unusable", refused
    equal = [*VideoPage.objects.filter(pk=video.pk), *Invitation.objects.all()]
    assert [matches("for-acme-alone", each.password_hash) for each in equal].count(True) == 1


def test_different_passwords_of_a_page_at_once_share_a_salt(monkeypatch):
    video = make_video(password=None)
    hash_together(monkeypatch, SetPasswordAction, CreateInvitationAction)
    results = at_once(lambda: set_password(video, "of-the-page"), lambda: invite(video, secret="for-acme-alone"))
    assert not [result for result in results if isinstance(result, Exception)]
    setups = {setup_of(each.password_hash) for each in (VideoPage.objects.get(pk=video.pk), Invitation.objects.get())}
    assert len(setups) == 1


def test_an_equal_password_with_fewer_rounds_is_refused(settings):
    video = make_video(password=None)
    invite(video, secret="for-acme-alone")
    settings.PASSWORD_HASHERS = ["tests.access.hashers.MoreRounds"]
    with pytest.raises(ValidationError):
        set_password(video, "for-acme-alone")


def test_a_password_whose_page_gets_new_ones_all_the_time_is_refused_as_busy(monkeypatch):
    video = make_video(password=None)
    prepare = SetPasswordAction.prepare

    def prepare_too_early(action):
        prepare(action)
        Invitation.objects.all().delete()
        invite(video)

    monkeypatch.setattr(SetPasswordAction, "prepare", prepare_too_early)
    with pytest.raises(HashingBusy):
        set_password(video, "of-the-page")
    assert VideoPage.objects.get(pk=video.pk).password_hash == ""


@needs_row_locks
@pytest.mark.parametrize("change", [renew, delete])
@pytest.mark.parametrize("is_recognised", [False, True])
@pytest.mark.parametrize("is_outdated", [False, True])
def test_the_former_password_opens_nothing_and_is_not_stored_again(settings, change, is_recognised, is_outdated):
    video = make_video()
    invitation, former = invite(video)
    if is_recognised:
        unlock(browser(REMOTE_ADDR="198.51.100.7"), video, former)
    if is_outdated:
        settings.PASSWORD_HASHERS = ["tests.access.hashers.MoreRounds"]
    present, refused = while_it_commits(lambda: change(invitation), lambda: unlock(browser(), video, former))
    assert (refused.status_code, refused.context["error_code"]) == (403, "wrong")
    assert not VideoAccessSession.objects.exists() and Guess.objects.get().is_pending is False
    if change is renew:
        assert Invitation.objects.get().password_hash == invitation.password_hash
        assert unlock(browser(), video, former).status_code == 403
        assert unlock(browser(), video, present).status_code == 303


@needs_row_locks
@pytest.mark.parametrize("change", [renew, delete])
def test_the_former_link_opens_nothing(change):
    invitation, _token = invite(make_video(), "link")
    read = Invitation.objects.get(pk=invitation.pk)
    _present, refused = while_it_commits(lambda: change(invitation), lambda: open_link(request_of(browser()), read))
    assert isinstance(refused, InvitationClosed) and refused.state is InvitationState.REVOKED
    assert not VideoAccessSession.objects.exists() and not InvitationRefusal.objects.exists()


@pytest.mark.parametrize("kind", ["password", "link"])
def test_what_was_read_before_a_renewal_opens_nothing(kind):
    """So a page that asks for a mail code may hold the invitation with its former password."""
    invitation, _secret = invite(make_video(), kind)
    read = Invitation.objects.get(pk=invitation.pk)
    renew(invitation)
    with pytest.raises(InvitationClosed) as refused:
        open_link(request_of(browser()), read)
    assert refused.value.state is InvitationState.REVOKED and not VideoAccessSession.objects.exists()
    open_link(request_of(browser()), invitation)


@needs_row_locks
def test_a_mail_code_and_a_renewal_wait_for_each_other_in_one_order(settings, monkeypatch):
    settings.DELIVERS_MAIL = True
    invitation, path = link_for(make_video(), ANN)
    client, url, code = asked(path)
    store, renewed = Secret.store_fingerprint, threading.Event()

    def store_while_one_waits(secret, invitation_id):
        store(secret, invitation_id)
        renewed.set()  # the invitation is written, its codes are not yet deleted
        wait_until_one_waits()

    monkeypatch.setattr(renewal.Secret, "store_fingerprint", store_while_one_waits)
    token, answer = at_once(
        lambda: renew(invitation), lambda: renewed.wait(20) and client.post(url, {"code": code}).status_code
    )
    assert isinstance(token, str) and answer == 410, (token, answer)
    assert not VideoAccessSession.objects.exists()
