"""Viewers who have never played are forgotten some time after they opened, or after the end; all others stay."""

import datetime as dt

import pytest

from tests.access.invitations.links import guest, play, press
from tests.factories import make_video
from video_pages.access.invitations import create_invitation, end_invitation
from video_pages.access.invitations.forgetting import forget_unplayed_viewers
from video_pages.core import clock
from video_pages.models import Invitation, InvitationViewer, VideoAccessSession

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.mark.parametrize("by_hand", [True, False])
def test_who_never_played_is_forgotten_30_days_after_the_end(by_hand):
    video, now = make_video(), clock.now()
    over, other = (create_invitation(video, kind="link", label=label)[0] for label in ("Over", "Not over"))
    for client in (guest(over), guest(over), guest(other)):
        assert client.get(f"/stream/{video.uuid}/status").status_code == 200
    play(guest(over), video)
    if by_hand:
        end_invitation(over)
    InvitationViewer.objects.update(opened_at=now + DAY)
    VideoAccessSession.objects.update(created_at=now + DAY)
    Invitation.objects.filter(pk=over.pk).update(**{"revoked_at" if by_hand else "ends_at": now})
    assert forget_unplayed_viewers(now + 30 * DAY) == 0
    assert forget_unplayed_viewers(now + 31 * DAY, batch_size=1) == 2
    kept = InvitationViewer.objects.order_by("invitation").values_list("invitation", "number")
    assert list(kept) == [(over.pk, 1), (other.pk, None)]


def test_of_a_link_without_an_end_too_unless_they_have_opened_lately():
    video, now = make_video(), clock.now()
    invitation, _token = create_invitation(video, kind="link", label="Without an end")
    gone, returning = guest(invitation, now=now), guest(invitation, now=now)
    play(guest(invitation, now=now), video)
    press(returning, invitation, now=now + 20 * DAY)
    assert forget_unplayed_viewers(now + 30 * DAY) == 0
    assert forget_unplayed_viewers(now + 31 * DAY) == 1
    assert InvitationViewer.objects.filter(first_played_at=None).count() == VideoAccessSession.objects.count() - 1 == 1
    press(gone, invitation)  # the link opens again
    assert InvitationViewer.objects.count() == 3
