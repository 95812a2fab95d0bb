"""A link is opened by a press: any number of browsers may open it, each is found again, and nothing is spent."""

import datetime as dt

import pytest

from tests.access.invitations.links import guest, play, press
from tests.factories import browser, make_section, make_video, unlock
from video_pages.access.invitations import create_invitation, end_invitation, extend_invitation
from video_pages.access.invitations.opening import InvitationClosed
from video_pages.access.invitations.renewal import RenewSecretAction
from video_pages.access.invitations.states import InvitationState
from video_pages.core import clock
from video_pages.models import Invitation, InvitationViewer, VideoAccessSession

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)


def link(page, **limits):
    return create_invitation(page, kind="link", label="Jury", **limits)[0]


def row_of(client, invitation):
    return VideoAccessSession.objects.filter(granted_by=invitation).order_by("-pk").first()


def test_a_press_opens_the_page_and_renews_the_session(video):
    client = browser()
    unlock(client, make_video())
    old_key = client.cookies["sessionid"].value
    opened = press(client, link(video))
    assert client.cookies["sessionid"].value != old_key
    assert b'id="player"' in client.get(video.url).content
    assert VideoAccessSession.objects.exclude(session_key=opened.row.session_key).count() == 0  # the other row moved
    twin = browser()
    twin.cookies["sessionid"] = old_key
    assert b'id="player"' not in twin.get(video.url).content


def test_opening_spends_nothing_and_any_number_may_open(video):
    invitation = link(video, most_viewers=1)
    for _number in range(3):
        guest(invitation)
    invitation.refresh_from_db()
    assert (invitation.uses, invitation.first_played_at) == (0, None)
    assert InvitationViewer.objects.filter(number=None, first_played_at=None).count() == 3


def test_a_row_ends_with_its_invitation_and_without_an_end_after_thirty_days(video):
    now = clock.now()
    for limits, expected in (({"ends_at": now + 3 * HOUR}, 3 * HOUR), ({}, dt.timedelta(days=30))):
        opened = press(browser(), link(video, **limits), now=now)
        assert opened.row.expires_at - now == expected


def test_the_same_browser_is_the_same_viewer_with_its_session_and_without(video):
    invitation = link(video, most_viewers=1)
    client = guest(invitation)
    assert play(client, video).status_code == 206
    viewer = InvitationViewer.objects.get()
    assert press(client, invitation).viewer == viewer
    del client.cookies["sessionid"]
    assert press(client, invitation).viewer == viewer
    assert play(client, video).status_code == 206
    assert InvitationViewer.objects.count() == 1
    assert Invitation.objects.get().uses == 1
    del client.cookies["known_browser"]
    assert press(client, invitation).viewer == viewer  # by its row


def test_only_an_active_invitation_opens(video):
    now = clock.now()
    closed = {
        InvitationState.NOT_YET: link(video, opens_at=now + HOUR),
        InvitationState.ENDED: link(video, ends_at=now),
        InvitationState.REVOKED: link(video),
        InvitationState.USED_UP: link(video, most_viewers=1),
    }
    end_invitation(closed[InvitationState.REVOKED])
    play(guest(closed[InvitationState.USED_UP]), video)
    for state, invitation in closed.items():
        with pytest.raises(InvitationClosed) as refused:
            press(browser(), invitation)
        assert refused.value.state == state
    assert VideoAccessSession.objects.count() == 1


def test_one_that_was_deleted_meanwhile_opens_nothing(video):
    invitation = link(video)
    Invitation.objects.all().delete()
    with pytest.raises(InvitationClosed):
        press(browser(), invitation)


def test_who_has_played_opens_a_used_up_invitation_again(video):
    invitation = link(video, most_viewers=1)
    client = guest(invitation)
    play(client, video)
    VideoAccessSession.objects.all().delete()
    assert press(client, invitation).viewer.number == 1


def test_after_the_watch_window_a_viewer_opens_nothing_and_another_does(video):
    now = clock.now()
    invitation = link(video, window_hours=1)
    client = guest(invitation)
    play(client, video)
    InvitationViewer.objects.update(window_ends_at=now - HOUR, finishes_at=now)
    with pytest.raises(InvitationClosed) as refused:
        press(client, invitation)
    assert refused.value.state == InvitationState.ENDED
    guest(invitation)


def test_an_extended_invitation_opens_again_for_those_who_had_opened_it(video):
    now = clock.now()
    invitation = link(video, ends_at=now + HOUR)
    client = guest(invitation)
    extend_invitation(invitation, ends_at=now - HOUR)
    assert play(client, video).status_code == 403
    extend_invitation(invitation, ends_at=now + HOUR)
    assert play(client, video).status_code == 206


def test_the_link_of_a_section_opens_its_videos():
    section = make_section()
    video = make_video(section=section, password=None)
    client = guest(link(section))
    assert b'id="player"' in client.get(video.url).content
    assert play(client, video).status_code == 206


def test_a_link_that_was_replaced_since_it_was_looked_up_opens_nothing(video):
    invitation = link(video)
    looked_up = Invitation.objects.get(pk=invitation.pk)
    RenewSecretAction(invitation).execute(skip_permission_checks=True)
    with pytest.raises(InvitationClosed):
        press(browser(), looked_up)
    assert not VideoAccessSession.objects.exists()
    press(browser(), invitation)
