"""Refusals of invitations are counted with their reason, once a minute for each viewer."""

import datetime as dt

import pytest

from tests.access.invitations.links import guest, play, press
from tests.factories import browser
from video_pages.access.access_rows import Invited
from video_pages.access.attempt import reason_of_lock
from video_pages.access.decide import Reason, Verdict
from video_pages.access.invitations import create_invitation, end_invitation
from video_pages.access.invitations.endings import reason_of_locked_page
from video_pages.access.invitations.opening import InvitationClosed
from video_pages.access.refusals import ErrorCode
from video_pages.access.visitor import Visitor
from video_pages.core import clock
from video_pages.models import Invitation, InvitationRefusal

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


def link(page, **limits):
    return create_invitation(page, kind="link", label="Jury", **limits)[0]


def counts():
    return [(row.reason, row.viewer and row.viewer.viewer, row.times) for row in InvitationRefusal.objects.all()]


def a_minute_passes():
    InvitationRefusal.objects.update(last_at=clock.now() - dt.timedelta(seconds=61))


def test_a_used_up_one_refuses_the_page_and_the_film_and_counts_once_a_minute(video):
    invitation = link(video, most_viewers=1)
    first, late = guest(invitation), guest(invitation)
    viewer = invitation.viewers.latest("pk").viewer
    play(first, video), play(late, video), play(late, video), late.get(video.url)
    assert counts() == [("used_up", viewer, 1)]
    a_minute_passes()
    late.get(video.url)
    assert counts() == [("used_up", viewer, 2)]
    a_minute_passes()
    play(late, video), play(first, video), first.get(video.url)
    assert counts() == [("used_up", viewer, 3)]


def test_the_newest_of_too_many_at_once_is_counted_by_its_status_and_its_bytes(video):
    invitation = link(video, at_once=1)
    first, second = guest(invitation), guest(invitation)
    viewer = invitation.viewers.latest("pk").viewer
    play(first, video)
    assert second.get(f"/stream/{video.uuid}/status").status_code == 403
    assert counts() == [("at_once", viewer, 1)]
    a_minute_passes()
    assert play(second, video).status_code == 403
    assert counts() == [("at_once", viewer, 2)]


def test_pressing_the_button_of_an_early_and_of_an_ended_link_is_counted_without_a_viewer(video):
    invitation = link(video, opens_at=clock.now() + DAY)
    for changes in ({"opens_at": None, "ends_at": clock.now() - DAY}, {}):
        with pytest.raises(InvitationClosed):
            press(browser(), invitation)
        Invitation.objects.update(**changes or {"ends_at": None})
    assert counts() == [("not_yet", None, 1), ("ended", None, 1)]
    press(browser(), invitation)
    assert len(counts()) == 2


def test_a_stranger_is_no_refusal(video):
    link(video, most_viewers=1)
    play(browser(), video), browser().get(video.url)
    assert counts() == []


def test_the_page_of_a_link_that_is_over_counts_people_and_no_robots(video):
    invitation, token = create_invitation(video, kind="link", label="Jury")
    end_invitation(invitation)
    robot = browser(HTTP_USER_AGENT="Googlebot/2.1")
    assert robot.get(f"/w/{token}").status_code == browser().head(f"/w/{token}").status_code == 410
    assert counts() == []
    assert browser().get(f"/w/{token}").status_code == 410
    assert counts() == [("revoked", None, 1)]


def test_the_page_of_the_film_counts_a_browser_whose_invitation_has_ended(video):
    invitation = link(video)
    client = guest(invitation)
    end_invitation(invitation)
    client.get(video.url), browser().get(video.url)
    assert counts() == [("revoked", None, 1)]


def test_what_a_page_says_is_counted_for_visitors_and_not_for_an_editor_who_sees_it_so(video):
    invitation, now = link(video, most_viewers=1), clock.now()
    limits = Invited(invitation.pk, None, 1, 1, None, None, None)
    used_up = Verdict(False, Reason.USED_UP, invited=limits)
    told = {"is_expired": False, "now": now, "verdict": used_up}
    assert reason_of_lock(Visitor(), None, **told).code == ErrorCode.USED_UP
    assert reason_of_locked_page(video, Visitor(is_editor=True), None, **told).code == ErrorCode.USED_UP
    assert counts() == []
    assert reason_of_locked_page(video, Visitor(), None, **told).code == ErrorCode.USED_UP
    assert counts() == [("used_up", None, 1)]
