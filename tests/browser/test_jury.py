"""A jury: three are invited at once, two watch, one is ended while watching, and the sheet says who has seen what."""

import re

import pytest
from playwright.sync_api import expect

from tests import factories, hls_clips
from tests.browser.player import DOOR, START, check_access, ready, seconds, video_of, wait_for_seconds, wait_until
from video_pages.models import Invitation, VideoAccessSession, VideoView

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]


def play(page):
    """Play, slowly enough for the test."""
    page.click(START)
    wait_for_seconds(page, 0.2)
    page.evaluate("() => { document.getElementById('player').playbackRate = 0.25; }")


def look_away(page):
    """Send what was watched, as the player does when another tab is shown."""
    page.evaluate(
        """() => {
            Object.defineProperty(document, "hidden", { value: true, configurable: true });
            document.dispatchEvent(new Event("visibilitychange"));
            delete document.hidden;
        }"""
    )


def invite_three(admin):
    """Make three links in the editor of a page that `admin` shows; return them, and the names of the films' guests."""
    admin.get_by_role("tab", name="Invitations").click()
    admin.get_by_role("link", name="Invite: Jury").click()
    admin.fill("[name=invitation-names]", "Ann Weber\nBob\nCleo")
    admin.fill("[name=invitation-ends_at]", "2030-01-01T12:00")
    admin.get_by_role("button", name="Make the invitations").click()
    expect(admin.get_by_role("heading", name="3 invitations are made")).to_be_visible()
    return [code.inner_text() for code in admin.locator("code.invitation-made__in-row").all()]


def test_of_three_invited_two_watch_and_one_is_ended_meanwhile(transactional_db, visit, editor):
    factories.make_superuser()
    section = factories.make_section("Competition")
    film = hls_clips.make_packaged_video("Salt flats", section=section, password=None)
    admin = editor(f"/admin/pages/{film.pk}/edit/")
    guests = []
    for link in invite_three(admin)[:2]:
        page = visit(link, has_clock=True)
        page.click("[data-invitation] button")
        page.wait_for_url(f"**{film.url}")
        guests.append(ready(page))
    ann, bob = guests
    for page, name in ((ann, "Ann Weber"), (bob, "Bob")):
        play(page)
        expect(page.locator("[data-player-label]")).to_contain_text(name)
    wait_for_seconds(bob, 1)
    look_away(bob)
    wait_until(bob, VideoView.objects.filter(watched_buckets__gt=0).exists, "no report arrives")

    admin.goto("/admin/invitations/")
    admin.get_by_role("link", name="Bob", exact=True).click()
    admin.get_by_role("link", name="End", exact=True).click()
    admin.get_by_role("button", name="End").click()
    expect(admin.get_by_text("Ended by hand").first).to_be_visible()
    check_access(bob, bob.locator(DOOR).is_visible, "the film goes on")
    expect(bob.locator(f"{DOOR} h2")).to_have_text("Your invitation was ended")
    expect(bob.locator(DOOR)).to_contain_text("Your invitation was ended by the people who gave it to you.")
    assert video_of(bob, "video.paused")
    assert not video_of(ann, "video.paused") and not ann.locator(DOOR).is_visible()
    assert VideoAccessSession.objects.count() == 1

    stopped = round(100 * seconds(bob) / hls_clips.SECONDS)
    ann.evaluate("() => { document.getElementById('player').playbackRate = 2; }")
    wait_until(ann, VideoView.objects.filter(is_completed=True).exists, "the film does not end", attempts=300)
    admin.goto(f"/admin/invitations/sheet/{section.pk}/")
    lines = {name: admin.get_by_role("row", name=re.compile(name)).inner_text() for name in ("Ann", "Bob", "Cleo")}
    percent = {name: re.findall(r"(\d+)%", line) for name, line in lines.items()}
    assert percent["Ann"] == ["100"] and percent["Cleo"] == [], lines
    assert 0 < int(percent["Bob"][0]) <= stopped, (lines, stopped)
    assert "Ended by hand" in lines["Bob"] and "Active" in lines["Ann"] and "Active" in lines["Cleo"], lines
    admin.get_by_role("link", name="Bob", exact=True).click()
    outcome = admin.get_by_role("region", name="Use")
    expect(outcome).to_contain_text("Opened in 1 browser. Played in 1 browser. Watched to the end in 0 browsers.")
    expect(outcome).to_contain_text(f"Salt flats: {percent['Bob'][0]}%")
    expect(outcome).to_contain_text("Ended by hand: 1 time")
    assert list(Invitation.objects.order_by("pk").values_list("uses", flat=True)) == [1, 1, 0]
    assert ann.complaints == bob.complaints == admin.complaints == []
