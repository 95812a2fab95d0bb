"""The parts that viewers watched are kept when the views that say so are removed, and erased with the statistics."""

import datetime as dt

import pytest

from tests.factories import make_video
from video_pages.access.invitations import create_invitation
from video_pages.analytics.erasing import erase_statistics
from video_pages.analytics.invitations import watched_videos
from video_pages.analytics.rollup import remove_old_rows
from video_pages.analytics.watch_reports import to_hex
from video_pages.core import clock
from video_pages.models import InvitationWatch, VideoView

pytestmark = pytest.mark.django_db
FIRST, SECOND = (1 << 100) - (1 << 50), (1 << 50) - 1  # the halves of a film


@pytest.fixture
def viewer():
    invitation, _secret = create_invitation(make_video(), kind="link", label="Jury")
    return invitation.viewers.create(viewer="a", opened_at=clock.now(), number=1)


def view(viewer, days_ago, bits=None, *, version="1.1"):
    moment = clock.now() - dt.timedelta(days=days_ago)
    return VideoView.objects.create(
        video=viewer.invitation.video, access_ref=f"session:{days_ago}", started_at=moment, version=version,
        invitation=viewer.invitation, invitation_viewer=viewer,
        watched=to_hex(bits or 0), last_report_at=moment if bits is not None else None,
    )  # fmt: skip


def found(viewer):
    return [(each.version, each.percent, each.is_completed) for each in watched_videos([viewer.invitation_id])]


def test_the_views_of_one_film_add_up_and_versions_do_not(viewer):
    view(viewer, 3, FIRST), view(viewer, 2, SECOND), view(viewer, 1, SECOND, version="1.2")
    assert found(viewer) == [("1.1", 100, True), ("1.2", 50, True)]


def test_it_is_kept_when_old_views_are_removed_one_after_the_other(viewer):
    first, second = view(viewer, 201, FIRST), view(viewer, 200, SECOND)
    before = watched_videos([viewer.invitation_id])
    remove_old_rows()
    assert not VideoView.objects.exists()
    assert watched_videos([viewer.invitation_id]) == before
    assert found(viewer) == [("1.1", 100, True)]
    assert (before[0].first_at, before[0].last_at) == (first.started_at, second.started_at)
    view(viewer, 0, FIRST)
    assert found(viewer) == [("1.1", 100, True)]


def test_a_view_without_a_report_stays_one_without(viewer):
    view(viewer, 200)
    assert found(viewer) == [("1.1", None, False)]
    remove_old_rows()
    assert found(viewer) == [("1.1", None, False)]


def test_views_without_an_invitation_are_not_kept(viewer):
    view(viewer, 200, FIRST)
    VideoView.objects.update(invitation=None, invitation_viewer=None)
    remove_old_rows()
    assert not InvitationWatch.objects.exists()


def test_it_is_erased_with_the_statistics_and_with_the_invitation(viewer):
    other = make_video()
    video = viewer.invitation.video
    view(viewer, 200, FIRST)
    remove_old_rows()
    erase_statistics(video=other)
    erase_statistics(video=video, before=clock.now().date() - dt.timedelta(days=300))
    assert found(viewer) == [("1.1", 50, False)]
    erase_statistics(video=video)
    assert found(viewer) == []
    view(viewer, 200, FIRST)
    remove_old_rows()
    viewer.invitation.delete()
    assert not InvitationWatch.objects.exists()
