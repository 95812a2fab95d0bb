"""The end of an access as pages and the status show it: none if it is no end, and another once a film plays."""

import datetime as dt

import pytest

from tests import factories
from tests.access.invitations.links import guest, play
from video_pages.access.invitations import create_invitation
from video_pages.access.set_window import set_window
from video_pages.core import clock
from video_pages.core.humanize import local_time
from video_pages.models import InvitationViewer, VideoAccessSession

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.fixture
def film():
    section = factories.make_section("Competition", password=factories.PASSWORD)
    return factories.make_video("Salt flats", section=section, password=None)


def holder(page, **limits):
    invitation, _token = create_invitation(page, kind="link", label="Jury", **limits)
    return guest(invitation)


def status(client, film):
    return client.get(f"/stream/{film.uuid}/status").json()


def test_an_invitation_without_an_end_shows_none(film):
    section = film.get_parent().specific
    client = holder(section)
    for address in (film.url, section.url, "/"):
        page = client.get(address).text
        assert "Yours until" not in page and "Unlocked ·" not in page, address
    assert "<span>Unlocked</span>" in client.get(section.url).text
    assert status(client, film)["until"] is None
    assert status(client, film)["closes_in"] > 86400  # the row still ends, and the player checks it then


def test_the_closing_of_the_page_is_shown_all_the_same(film):
    client, closes_at = holder(film), clock.now() + 3 * DAY
    set_window(film, opens_at=None, closes_at=closes_at)
    assert f"Yours until {local_time(closes_at)}" in client.get(film.url).text


def test_an_invitation_with_an_end_shows_it(film):
    ends_at = clock.now() + 20 * DAY
    section = film.get_parent().specific
    client = holder(section, ends_at=ends_at)
    assert f"Yours until {local_time(ends_at)}" in client.get(film.url).text
    assert "Unlocked · until" in client.get(section.url).text


@pytest.mark.parametrize("ends_in", [20 * DAY, None])
def test_before_playback_a_watch_window_is_told_and_then_its_end(film, ends_in):
    ends_at = clock.now() + ends_in if ends_in else None
    client = holder(film, window_hours=48, ends_at=ends_at)
    before = f", until {local_time(ends_at)} at the latest" if ends_at else ""
    page = client.get(film.url).text
    assert f"<span>48 hours from the first playback{before}</span>" in page
    assert 'class="pill pill--until" hidden data-player-until' in page
    play(client, film)
    end = InvitationViewer.objects.get().window_ends_at
    assert VideoAccessSession.objects.get().expires_at == end
    payload = status(client, film)
    assert payload["until"] == end.astimezone(dt.UTC).isoformat(timespec="seconds")
    assert 47 * 3600 < payload["closes_in"] <= 48 * 3600
    page = client.get(film.url).text
    assert "from the first playback" not in page and f"Yours until {local_time(end)}" in page
