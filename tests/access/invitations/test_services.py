"""Invitations are made, changed and ended by actions that check a right and write one log entry without secrets."""

import datetime as dt
import io
import json

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from wagtail.log_actions import registry
from wagtail.models import PageLogEntry

from tests import factories
from video_pages.access import password_setups, passwords, revoke
from video_pages.access.actions import AccessPermissionError
from video_pages.access.invitations import create_invitation, end_invitation, extend_invitation, services
from video_pages.access.invitations.states import InvitationState, in_state, invitation_state
from video_pages.core import clock
from video_pages.core.log_actions import LogAction
from video_pages.models import Invitation, InvitationViewer, VideoAccessSession, VideoIndexPage, VideoPage

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)


def row_of(invitation, viewer=None, session_key="k", **times):
    """Return an access row that `invitation` has given."""
    now = clock.now()
    times = {"created_at": now, "expires_at": now + HOUR, **times}
    page = {"video": invitation.video, "section": invitation.section}
    return VideoAccessSession.objects.create(
        session_key=session_key, granted_by=invitation, viewer=viewer, **page, **times
    )


def test_a_password_is_made_with_its_limits_and_kept_as_a_hash(video):
    user, ends = factories.make_superuser(), clock.now() + HOUR
    invitation, secret = create_invitation(
        video, kind="password", label=" Class 7b ", user=user, ends_at=ends, most_viewers=30, at_once=3
    )
    invitation = Invitation.objects.get(pk=invitation.pk)
    assert (invitation.label, invitation.page, invitation.created_by) == ("Class 7b", video, user)
    assert (invitation.ends_at, invitation.most_viewers, invitation.at_once) == (ends, 30, 3)
    assert passwords.matches(secret, invitation.password_hash) and invitation.token_digest is None
    assert secret not in str(Invitation.objects.values().get())


def test_a_chosen_password_is_used_and_a_link_takes_none(video):
    invitation, secret = create_invitation(video, kind="password", label="Jury", secret="Rosé & crème")
    assert secret == "Rosé & crème"
    assert passwords.matches("Rosé & crème", invitation.password_hash)
    with pytest.raises(TypeError):
        create_invitation(video, kind="link", label="Jury", secret="a-password")


@pytest.mark.parametrize(
    ("field", "limits"),
    [
        ("label", {"label": "  "}),
        ("label", {"label": "x" * 101}),
        ("most_viewers", {"most_viewers": 0}),
        ("at_once", {"at_once": 0}),
        ("window_hours", {"window_hours": 0}),
        (
            "ends_at",
            {"opens_at": dt.datetime(2030, 2, 1, tzinfo=dt.UTC), "ends_at": dt.datetime(2030, 1, 1, tzinfo=dt.UTC)},
        ),
    ],
)
def test_limits_that_cannot_be_used_are_refused(video, field, limits):
    with pytest.raises(ValidationError) as refused:
        create_invitation(video, **{"kind": "link", "label": "Jury", **limits})
    assert set(refused.value.message_dict) == {field}
    with pytest.raises(TypeError):
        create_invitation(video, kind="link", label="Jury", uses=3)
    assert not Invitation.objects.exists()


def test_passwords_of_a_page_share_its_salt(video):
    hashes = [VideoPage.objects.get(pk=video.pk).password_hash]
    hashes += [create_invitation(video, kind="password", label="A")[0].password_hash for _ in range(2)]
    assert len(set(hashes)) == 3 and len({password_setups.setup_of(each) for each in hashes}) == 1
    other, _ = create_invitation(factories.make_video(), kind="password", label="A")
    assert password_setups.setup_of(other.password_hash) != password_setups.setup_of(hashes[0])


def test_a_page_without_a_password_takes_the_salt_of_the_section_that_guards_it():
    section = factories.make_section(password="of-the-section")
    video = factories.make_video(section=section, password=None)
    invitation, _ = create_invitation(video, kind="password", label="A")
    section_hash = VideoIndexPage.objects.get(pk=section.pk).password_hash
    assert invitation.password_setup == password_setups.setup_of(section_hash)


def test_the_password_of_a_page_set_later_takes_the_salt_of_its_invitations():
    video = factories.make_video(password=None)
    invitation, _ = create_invitation(video, kind="password", label="A")
    passwords.set_password(video, "set-later")
    password_hash = VideoPage.objects.get(pk=video.pk).password_hash
    assert passwords.matches("set-later", password_hash)
    assert password_setups.setup_of(password_hash) == invitation.password_setup


def test_equal_and_common_passwords_are_refused_with_the_same_words(video):
    create_invitation(video, kind="password", label="Acme", secret="for-acme-alone")
    said = set()
    for typed in (factories.PASSWORD, "for-acme-alone", "password1"):
        with pytest.raises(ValidationError) as refused:
            create_invitation(video, kind="password", label="B", secret=typed)
        said.add(str(refused.value.messages))
    assert len(said) == 1 and "Acme" not in said.pop()
    create_invitation(factories.make_video(), kind="password", label="B", secret="for-acme-alone")
    with pytest.raises(ValidationError):
        passwords.set_password(video, "for-acme-alone")


def test_a_password_that_was_ended_may_be_given_again(video):
    invitation, secret = create_invitation(video, kind="password", label="A")
    end_invitation(invitation)
    create_invitation(video, kind="password", label="B", secret=secret)


def test_only_those_who_may_change_the_access_of_the_page_make_change_and_end(video):
    user = factories.make_user("nobody")
    invitation, _ = create_invitation(video, kind="link", label="Jury")
    for action in (
        services.CreateInvitationAction(video, kind="link", label="Jury", user=user),
        services.ExtendInvitationAction(invitation, user=user, label="Mine"),
        services.EndInvitationAction(invitation, user=user),
    ):
        with pytest.raises(AccessPermissionError):
            action.execute()
    assert Invitation.objects.values_list("label", "revoked_at").get() == ("Jury", None)


def test_each_writes_one_entry_that_names_the_label_and_no_secret(video):
    PageLogEntry.objects.all().delete()
    user = factories.make_user("moderator", "Moderators")
    action = services.CreateInvitationAction(video, kind="password", label="Jury", user=user)
    invitation, secret = action.execute()
    services.ExtendInvitationAction(invitation, user=user, most_viewers=3).execute()
    services.EndInvitationAction(invitation, user=user).execute()
    end_invitation(invitation, user=user)  # ended already: nothing is logged
    entries = list(PageLogEntry.objects.order_by("pk"))
    assert [entry.action for entry in entries] == [
        LogAction.INVITED,
        LogAction.INVITATION_CHANGED,
        LogAction.INVITATION_ENDED,
    ]
    assert {(entry.page_id, entry.user) for entry in entries} == {(video.pk, user)}
    assert registry.get_formatter(entries[0]).format_message(entries[0]) == "Invitation made: Jury"
    written = str([entry.data for entry in entries])
    assert secret not in written and invitation.password_hash not in written


def test_an_alias_invites_to_its_source(video):
    alias = video.create_alias(parent=factories.make_section(), update_slug="alias")
    assert create_invitation(alias, kind="link", label="Jury")[0].video_id == video.pk


def test_ending_ends_the_access_that_it_gave_and_no_other(video):
    invitation, _ = create_invitation(video, kind="link", label="Jury")
    other, _ = create_invitation(video, kind="link", label="Press")
    row_of(invitation)
    kept = {row_of(other).pk, row_of_password(video).pk}
    assert end_invitation(invitation) is True and invitation.revoked_at
    assert set(VideoAccessSession.objects.values_list("pk", flat=True)) == kept
    assert end_invitation(invitation) is False


def row_of_password(page):
    now = clock.now()
    return VideoAccessSession.objects.create(session_key="k", video=page, created_at=now, expires_at=now + HOUR)


def test_a_new_password_ends_only_what_the_password_gave(video):
    invitation, _ = create_invitation(video, kind="link", label="Jury")
    by_invitation, now = row_of(invitation), clock.now()
    row_of_password(video)
    passwords.set_password(video, "a-new-password")
    assert list(VideoAccessSession.objects.all()) == [by_invitation]
    passwords.set_access_until(video, now)
    passwords.remove_password(video)
    by_invitation.refresh_from_db()
    assert by_invitation.expires_at > now
    assert revoke.end_all_access(video) == 1


def test_unpublishing_ends_what_invitations_gave(video):
    row_of(create_invitation(video, kind="link", label="Jury")[0])
    video.unpublish()
    assert not VideoAccessSession.objects.exists()


def test_extending_moves_the_end_of_the_access_that_it_gave(video):
    now = clock.now()
    invitation, _ = create_invitation(video, kind="link", label="Jury", ends_at=now + HOUR)
    row = row_of(invitation)
    extend_invitation(invitation, ends_at=now + 3 * HOUR)
    row.refresh_from_db()
    assert row.expires_at == invitation.ends_at == now + 3 * HOUR
    extend_invitation(Invitation.objects.get(pk=invitation.pk), ends_at=now - HOUR)
    row.refresh_from_db()
    assert row.expires_at == now - HOUR


def test_a_later_opening_ends_the_access_that_it_gave_until_then(video):
    invitation, _secret = create_invitation(video, kind="link", label="Jury")
    other = row_of(create_invitation(video, kind="link", label="Press")[0], session_key="other")
    row_of(invitation)
    now = clock.now()
    extend_invitation(invitation, opens_at=now - HOUR)
    assert VideoAccessSession.objects.filter(granted_by=invitation).exists()
    extend_invitation(invitation, opens_at=now + HOUR)
    assert VideoAccessSession.objects.get() == other


def test_a_longer_window_moves_the_end_of_those_who_have_played(video):
    now = clock.now()
    invitation, _ = create_invitation(video, kind="link", label="Jury", window_hours=1, ends_at=now + 48 * HOUR)
    viewer = InvitationViewer.objects.create(
        invitation=invitation, viewer="v", opened_at=now, first_played_at=now, window_ends_at=now + HOUR
    )
    played, unplayed = row_of(invitation, viewer), row_of(invitation, session_key="other")
    extend_invitation(invitation, window_hours=2)
    played.refresh_from_db(), unplayed.refresh_from_db()
    assert (played.expires_at, unplayed.expires_at) == (now + 2 * HOUR, now + 48 * HOUR)
    extend_invitation(invitation, ends_at=now + HOUR)
    played.refresh_from_db()
    assert played.expires_at == now + HOUR
    extend_invitation(invitation, ends_at=now + 48 * HOUR, window_hours=None)
    played.refresh_from_db()
    assert played.expires_at == now + 48 * HOUR


def test_an_invitation_that_was_ended_by_hand_cannot_be_extended(video):
    invitation, _ = create_invitation(video, kind="link", label="Jury")
    end_invitation(invitation)
    with pytest.raises(ValidationError):
        extend_invitation(invitation, ends_at=clock.now() + HOUR)


def test_the_state_follows_from_the_columns():
    now = clock.now()
    states = {
        InvitationState.ACTIVE: {},
        InvitationState.NOT_YET: {"opens_at": now + HOUR, "most_viewers": 1, "uses": 1},
        InvitationState.USED_UP: {"most_viewers": 2, "uses": 2},
        InvitationState.ENDED: {"ends_at": now, "most_viewers": 2, "uses": 2},
        InvitationState.REVOKED: {"revoked_at": now, "ends_at": now},
    }
    video = factories.make_video()
    for state, columns in states.items():
        invitation, _ = create_invitation(video, kind="link", label=state)
        Invitation.objects.filter(pk=invitation.pk).update(**columns)
        assert invitation_state(Invitation.objects.get(pk=invitation.pk), now) == state
    for state in InvitationState:
        assert [each.label for each in Invitation.objects.filter(in_state(state, now))] == [state]


def test_a_dump_holds_no_secret_and_an_invitation_loaded_from_it_opens_nothing(video):
    password, text = create_invitation(video, kind="password", label="A")
    link, token = create_invitation(video, kind="link", label="B")
    out = io.StringIO()
    call_command("dumpdata", "video_pages.invitation", stdout=out)
    for secret in (text, token, password.password_hash, password.password_setup, link.token_digest):
        assert secret not in out.getvalue()
    assert {row["fields"]["label"] for row in json.loads(out.getvalue())} == {"A", "B"}


def test_a_copy_of_a_page_has_no_invitations(video):
    create_invitation(video, kind="link", label="Jury")
    video.copy(update_attrs={"slug": "copy", "title": "Copy"})
    assert Invitation.objects.count() == 1
