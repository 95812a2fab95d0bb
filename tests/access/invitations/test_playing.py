"""Uses, seats and the watch window: counted at the first bytes, and refused beyond the limits, on every way."""

import datetime as dt
import json

import pytest

from tests.access.invitations.links import guest, play, press
from tests.access.threads import at_once
from tests.factories import browser, make_section, make_video
from video_pages.access.access_rows import SEAT
from video_pages.access.invitations import create_invitation, end_invitation, extend_invitation
from video_pages.core import clock
from video_pages.models import Invitation, InvitationViewer, VideoAccessSession, VideoView

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)
MINUTE = dt.timedelta(minutes=1)


def link(page, **limits):
    return create_invitation(page, kind="link", label="Jury", **limits)[0]


def report(client, video):
    """Send a watch report as the player does."""
    body = json.dumps({"ranges": [[0, 1]], "referrer": ""})
    return client.post(f"/stream/{video.uuid}/watched", body, content_type="application/json")


def leave_seats(minutes=1):
    """Have everybody who plays have stopped some time ago."""
    InvitationViewer.objects.update(last_played_at=clock.now() - minutes * MINUTE)


def test_a_use_counts_at_the_first_bytes_of_a_new_browser_and_once(video):
    invitation = link(video, most_viewers=2)
    clients = [guest(invitation) for _number in range(3)]
    assert [play(client, video).status_code for client in clients] == [206, 206, 403]
    assert [play(client, video).status_code for client in clients] == [206, 206, 403]
    invitation.refresh_from_db()
    assert invitation.uses == 2 and invitation.first_played_at and invitation.last_used_at
    assert sorted(InvitationViewer.objects.values_list("number", flat=True), key=str) == [1, 2, None]


@pytest.mark.parametrize(
    ("method", "name"), [("head", "source"), ("get", "status"), ("get", "chapters.vtt"), ("post", "watched")]
)
def test_what_gives_no_bytes_of_the_film_spends_nothing(video, method, name):
    invitation = link(video, most_viewers=1)
    getattr(guest(invitation), method)(f"/stream/{video.uuid}/{name}")
    invitation.refresh_from_db()
    assert invitation.uses == 0


def test_a_robot_that_asks_for_bytes_spends_a_use_like_everybody(video):
    invitation = link(video, most_viewers=1)
    robot, person = guest(invitation), guest(invitation)
    assert play(robot, video, **{"User-Agent": "Googlebot/2.1", "Sec-Purpose": "prefetch"}).status_code == 206
    assert play(person, video).status_code == 403


def test_the_holder_of_a_used_up_invitation_is_told_and_strangers_are_not(video):
    invitation = link(video, most_viewers=1)
    first, late = guest(invitation), guest(invitation)
    play(first, video)
    refused = play(late, video)
    assert (refused.status_code, refused.headers["X-Refusal"]) == (403, "used_up")
    assert "X-Refusal" not in play(browser(), video).headers
    page = late.get(video.url)
    assert page.context["error_code"] == "used_up" and b'id="player"' not in page.content


def test_the_view_names_the_invitation_and_the_viewer(video):
    invitation = link(video)
    play(guest(invitation), video)
    view = VideoView.objects.get()
    assert (view.invitation, view.invitation_viewer) == (invitation, InvitationViewer.objects.get())


def test_only_so_many_play_at_once_and_the_newest_is_refused(video):
    invitation = link(video, at_once=1)
    first, second = guest(invitation), guest(invitation)
    assert play(first, video).status_code == 206
    refused = play(second, video)
    assert (refused.status_code, refused.headers["X-Refusal"]) == (403, "at_once")
    status = second.get(f"/stream/{video.uuid}/status")
    assert (status.status_code, status.headers["X-Refusal"]) == (403, "at_once")
    assert first.get(f"/stream/{video.uuid}/status").status_code == 200
    assert play(first, video).status_code == 206
    invitation.refresh_from_db()
    assert invitation.uses == 1  # a refused play is no use
    leave_seats()
    assert play(second, video).status_code == 206
    assert play(first, video).status_code == 403


@pytest.mark.parametrize("signal", ["report", "status", "bytes"])
def test_a_seat_is_kept_by_reports_by_the_status_and_by_bytes(video, signal):
    invitation = link(video, at_once=1)
    first, second = guest(invitation), guest(invitation)
    play(first, video)
    InvitationViewer.objects.filter(number=1).update(last_played_at=clock.now() - SEAT / 2)
    {
        "report": lambda: report(first, video),
        "status": lambda: first.get(f"/stream/{video.uuid}/status"),
        "bytes": lambda: play(first, video),
    }[signal]()
    assert InvitationViewer.objects.get(number=1).last_played_at > clock.now() - SEAT / 4
    assert play(second, video).status_code == 403


def test_reports_take_no_seat_from_those_who_play(video):
    invitation = link(video, at_once=1)
    first, second = guest(invitation), guest(invitation)
    play(first, video)
    leave_seats()
    play(second, video)
    before = InvitationViewer.objects.get(number=1).last_played_at
    report(first, video)
    assert InvitationViewer.objects.get(number=1).last_played_at == before


def test_the_watch_window_begins_with_the_first_bytes_and_ends_the_access(video):
    now = clock.now()
    invitation = link(video, window_hours=48, ends_at=now + 240 * HOUR)
    client = guest(invitation)
    row = VideoAccessSession.objects.get()
    assert row.expires_at == now.replace(microsecond=now.microsecond) + 240 * HOUR or row.expires_at > now + 239 * HOUR
    play(client, video)
    row.refresh_from_db()
    viewer = InvitationViewer.objects.get()
    assert row.expires_at == viewer.window_ends_at == viewer.first_played_at + 48 * HOUR


def test_a_film_that_plays_at_the_end_of_the_window_may_be_finished_and_no_other_begins_it_anew(video):
    invitation = link(video, window_hours=1)
    client = guest(invitation)
    play(client, video)
    now = clock.now()
    InvitationViewer.objects.update(window_ends_at=now + MINUTE, last_played_at=now - MINUTE)
    report(client, video)
    row, viewer = VideoAccessSession.objects.get(), InvitationViewer.objects.get()
    assert abs(row.expires_at - (now + 15 * MINUTE)) < MINUTE and viewer.finishes_at == row.expires_at
    InvitationViewer.objects.update(window_ends_at=now - MINUTE, last_played_at=now - MINUTE)
    report(client, video)
    assert InvitationViewer.objects.get().finishes_at == viewer.finishes_at


def test_a_film_never_plays_beyond_the_end_of_the_invitation(video):
    now = clock.now()
    invitation = link(video, window_hours=1, ends_at=now + MINUTE)
    play(guest(invitation), video)
    assert VideoAccessSession.objects.get().expires_at == invitation.ends_at


def test_films_of_a_section_that_begin_in_the_window_may_be_finished():
    section = make_section()
    first, second = make_video(section=section, password=None), make_video(section=section, password=None)
    client = guest(link(section, window_hours=1))
    play(client, first)
    now = clock.now()
    InvitationViewer.objects.update(window_ends_at=now + MINUTE, finishes_at=None)
    play(client, second)
    assert InvitationViewer.objects.get().finishes_at > now + 14 * MINUTE


def test_an_error_while_a_use_is_counted_sends_no_bytes(video, monkeypatch):
    from django.db import DatabaseError

    from video_pages.access.invitations import playing

    client = guest(link(video, most_viewers=1))

    def fail(*args, **options):
        raise DatabaseError

    monkeypatch.setattr(playing, "_count_use", fail)
    with pytest.raises(DatabaseError):
        play(client, video)


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    """Many browsers at the same moment, on a database of a file or of a server."""

    @staticmethod
    def run(jobs):
        """Run the functions `jobs` in a thread each, begun together; return their results."""
        return at_once(*jobs)

    @pytest.mark.parametrize("limit", ["most_viewers", "at_once"])
    def test_of_twenty_browsers_exactly_one_plays(self, limit):
        video = make_video()
        invitation = link(video, **{limit: 1})
        clients = [guest(invitation) for _number in range(20)]
        answers = self.run([lambda client=client: play(client, video).status_code for client in clients])
        assert sorted(answers) == [206] + [403] * 19
        assert Invitation.objects.get().uses == 1
        assert InvitationViewer.objects.filter(first_played_at__isnull=False).count() == 1

    def test_two_tabs_of_one_browser_are_one_use(self):
        video = make_video()
        invitation = link(video, most_viewers=1)
        client = guest(invitation)
        tabs = [browser() for _number in range(8)]
        for tab in tabs:
            tab.cookies = client.cookies
        assert set(self.run([lambda tab=tab: play(tab, video).status_code for tab in tabs])) == {206}
        assert Invitation.objects.get().uses == 1

    def test_no_access_survives_an_end_that_races_with_presses_and_plays(self):
        video = make_video()
        invitation = link(video)
        clients = [guest(invitation) for _number in range(4)]
        jobs = [lambda client=client: play(client, video).status_code for client in clients]
        jobs += [lambda: press(browser(), invitation) for _number in range(4)]
        self.run([*jobs, lambda: end_invitation(Invitation.objects.get())])
        assert not VideoAccessSession.objects.exists()
        assert {play(client, video).status_code for client in clients} == {403}

    def test_an_extension_in_the_last_moment_counts(self):
        video, now = make_video(), clock.now()
        invitation = link(video, ends_at=now + HOUR)
        clients = [guest(invitation) for _number in range(6)]
        extend_invitation(invitation, ends_at=clock.now())
        jobs = [lambda client=client: client.get(video.url).status_code for client in clients]
        self.run([*jobs, lambda: extend_invitation(Invitation.objects.get(), ends_at=now + HOUR)])
        left = VideoAccessSession.objects.count()  # a page that came before has removed its expired row
        assert {row.expires_at for row in VideoAccessSession.objects.all()} <= {now + HOUR}
        assert sum(play(client, video).status_code == 206 for client in clients) == left
        for client in clients:
            press(client, invitation)
            assert play(client, video).status_code == 206


def test_the_page_says_that_no_place_is_free_to_those_who_have_none(video):
    invitation = link(video, at_once=1)
    watching, late = guest(invitation), guest(invitation)
    play(watching, video)

    def dialog(client):
        page = client.get(video.url).content.decode()
        return page.partition("data-player-seat ")[2].partition(">")[0]

    assert dialog(watching).endswith("hidden") and not dialog(late).endswith("hidden")
    assert dialog(late) and "data-player-seat " not in browser().get(video.url).content.decode()
    leave_seats()
    assert dialog(late).endswith("hidden")
