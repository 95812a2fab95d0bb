"""A link in a guest's browser: pressed, played with the label over the picture, and ended while it plays."""

import datetime as dt

import pytest
from playwright.sync_api import expect

from tests import hls_clips
from tests.browser.accessibility import SERIOUS, findings
from tests.browser.player import DOOR, check_access, play_from_the_buffer, seconds
from video_pages.access.invitations import create_invitation, end_invitation
from video_pages.access.site_settings import AccessSettings
from video_pages.core import clock
from video_pages.models import Invitation, InvitationViewer

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]


def test_a_guest_opens_a_link_watches_and_is_told_when_it_is_ended(transactional_db, visit):
    film = hls_clips.make_packaged_video()
    AccessSettings.objects.update_or_create(site=film.get_site(), defaults={"takes_requests": True})
    invitation, token = create_invitation(
        film, kind="link", label="Jury & <b>Co</b> 🎬", most_viewers=1, shows_label=True
    )
    page = visit("/", has_clock=True)
    page.goto(f"/w/{token}")
    assert findings(page, impacts=SERIOUS) == []
    entries = page.evaluate("history.length")
    page.click("[data-invitation] button")
    page.wait_for_url(f"**{film.url}")
    # The film has taken the place of the link, and no entry of the history has the token.
    assert page.evaluate("history.length") == entries
    assert token not in page.evaluate("document.referrer") + page.title()
    expect(page.locator("[data-player-label]")).to_contain_text("Jury & <b>Co</b> 🎬")
    play_from_the_buffer(page)
    assert Invitation.objects.get().uses == 1
    end_invitation(invitation)
    check_access(page, page.locator(DOOR).is_visible, "the film goes on")
    expect(page.locator(DOOR)).to_contain_text("Your invitation was ended by the people who gave it to you.")
    expect(page.locator(f"{DOOR} h2")).to_have_text("Your invitation was ended")
    assert seconds(page) > 0
    # A guest has no password: the field is on the page, folded, and not in front of the film.
    expect(page.locator(f"{DOOR} input")).to_have_count(0)
    expect(page.locator(DOOR)).to_contain_text("I have a password")
    page.click(f"{DOOR} [data-ask]")
    page.wait_for_url("**/w/ask/**")
    page.fill("[name=name]", "Zoë")
    page.fill("[name=email]", "zoe@example.org")
    page.click("text=Send the request")
    expect(page.locator("h1")).to_have_text("Your request has arrived")
    assert page.complaints == []


def test_the_end_that_the_first_playback_moves_is_shown_without_a_reload(transactional_db, visit):
    film = hls_clips.make_packaged_video()
    _invitation, token = create_invitation(
        film, kind="link", label="Jury", window_hours=48, ends_at=clock.now() + dt.timedelta(days=20)
    )
    page = visit("/")
    page.goto(f"/w/{token}")
    page.click("[data-invitation] button")
    page.wait_for_url(f"**{film.url}")
    expect(page.locator("[data-player-window]")).to_contain_text("48 hours from the first playback, until ")
    expect(page.locator("[data-player-until]")).to_be_hidden()
    play_from_the_buffer(page)
    until = InvitationViewer.objects.get().window_ends_at.astimezone(dt.UTC).isoformat(timespec="seconds")
    expect(page.locator("[data-player-until] time")).to_have_attribute("datetime", until)
    expect(page.locator("[data-player-until]")).to_be_visible()
    expect(page.locator("[data-player-until]")).to_contain_text("Yours until ")
    expect(page.locator("[data-player-window]")).to_have_count(0)
    assert page.complaints == []
