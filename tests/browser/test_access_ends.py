"""Access that ends while the film plays from its buffer: nothing of it is asked for any more, and yet it stops."""

import datetime as dt
import re
import time
from urllib.parse import urlsplit

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from tests import factories
from tests.browser.accessibility import SERIOUS, findings
from tests.browser.player import (
    DOOR,
    START,
    check_access,
    open_video_page,
    play_from_the_buffer,
    ready,
    seconds,
    video_of,
    wait_for_seconds,
)
from video_pages.access import passwords
from video_pages.access.invitations import create_invitation
from video_pages.access.revoke import end_all_access
from video_pages.models import InvitationViewer, VideoPage

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]

FIELD = "#player-password-password"
WITHIN_SECONDS = 15


def end_access(film):
    end_all_access(VideoPage.objects.get(pk=film.pk))
    return time.monotonic()


def test_the_film_pauses_within_15_seconds_and_the_password_goes_on_with_it(film, visit):
    page = open_video_page(visit, film)
    play_from_the_buffer(page)
    ended = end_access(film)
    expect(page.locator(DOOR)).to_be_visible(timeout=WITHIN_SECONDS * 1000)
    assert video_of(page, "video.paused")
    assert time.monotonic() - ended < WITHIN_SECONDS
    expect(page.locator(f"{DOOR} [data-player-password-message]")).to_contain_text("Access was ended before its time.")
    expect(page.locator(f"{DOOR} h2")).to_have_text("This film is locked again")
    stopped = seconds(page)
    for _ in range(4):
        page.fill(FIELD, "not the password")
        page.keyboard.press("Enter")
        expect(page.locator(f"{DOOR} [role=alert]")).not_to_be_empty()
    expect(page.locator(f"{DOOR} [role=alert]")).to_contain_text("One try is left.")
    expect(page.locator(f"{DOOR} [role=alert] time")).to_have_text(re.compile(r"\d:\d\d"))
    page.fill(FIELD, factories.PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator(DOOR)).to_be_hidden()
    wait_for_seconds(page, stopped)
    assert page.complaints == []


def test_where_no_password_helps_any_more_none_is_asked_for(film, visit):
    page = open_video_page(visit, film, has_clock=True)
    page.click(START)
    wait_for_seconds(page, 0.2)
    passwords.set_access_until(VideoPage.objects.get(pk=film.pk), timezone.now() - dt.timedelta(seconds=1))
    check_access(page, page.locator(DOOR).is_visible, "the film goes on")
    expect(page.locator(DOOR)).to_contain_text("This film could be watched until")
    expect(page.locator(DOOR)).to_contain_text("The password opens nothing any more.")
    expect(page.locator(f"{DOOR} h2")).to_have_text("The time for this film is over")
    expect(page.locator(DOOR).get_by_role("button")).to_have_count(0)
    expect(page.locator(FIELD)).to_have_count(0)
    assert video_of(page, "video.paused")
    assert findings(page, impacts=SERIOUS) == []
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="To the home page")).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url(lambda address: urlsplit(address).path == "/")
    assert page.complaints == []


def test_a_film_that_is_no_longer_there_is_said_to_be_gone_and_the_way_on_shown(film, visit):
    page = open_video_page(visit, film, device="phone", has_clock=True)
    page.click(START)
    wait_for_seconds(page, 0.2)
    VideoPage.objects.get(pk=film.pk).unpublish()
    gone = page.get_by_role("dialog", name="This film can’t be watched any more")
    check_access(page, gone.is_visible, "the film goes on")
    expect(gone).to_contain_text("It was taken down or moved.")
    expect(page.locator(DOOR)).to_be_hidden()
    expect(page.locator(".pill--until")).to_be_hidden()
    expect(gone.get_by_role("button")).to_have_count(0)
    assert findings(page, impacts=SERIOUS) == []
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url(lambda address: urlsplit(address).path == "/")


def test_an_open_film_that_is_locked_meanwhile_leads_to_its_form(film, visit):
    passwords.set_open(VideoPage.objects.get(pk=film.pk), True)
    page = ready(visit(film.url, has_clock=True))
    page.click(START)
    wait_for_seconds(page, 0.2)
    passwords.set_open(VideoPage.objects.get(pk=film.pk), False)
    gone = page.get_by_role("dialog", name="This film is locked again")
    check_access(page, gone.is_visible, "the film goes on")
    expect(gone).to_contain_text("Access to it was changed.")
    gone.get_by_role("button", name="Load the page again").click()
    expect(page.locator("[data-password-form] input[name=password]")).to_be_visible()


def test_the_answer_to_the_heartbeat_is_enough(film, visit):
    """The watch is told that all is well; only what follows the heartbeat's refusal reaches the site."""
    page = open_video_page(visit, film, has_clock=True)
    refused = []
    page.on("response", lambda response: note_refusal(response, refused))
    page.route("**/status", lambda route: route.continue_() if refused else route.fulfill(status=200, body="{}"))
    play_from_the_buffer(page)
    end_access(film)
    check_access(page, page.locator(DOOR).is_visible, "the film goes on")
    assert refused and video_of(page, "video.paused")


def test_a_lost_connection_is_not_taken_for_ended_access(film, visit):
    page = open_video_page(visit, film, has_clock=True)
    asked = []
    page.on("requestfailed", lambda request: asked.append(request.url))
    play_from_the_buffer(page)
    page.context.set_offline(True)
    check_access(page, lambda: any(url.endswith("/status") for url in asked), "it does not ask")
    page.wait_for_timeout(500)
    assert not video_of(page, "video.paused")
    expect(page.locator(DOOR)).to_be_hidden()
    page.context.set_offline(False)
    answers = []
    page.route("**/status", lambda route: (answers.append(route), route.fulfill(status=503)))
    check_access(page, lambda: answers, "it does not ask again")
    page.wait_for_timeout(500)
    assert not video_of(page, "video.paused")
    expect(page.locator(DOOR)).to_be_hidden()


def note_refusal(response, refused):
    if response.url.endswith("/watched") and response.status == 403:
        refused.append(response.url)


def test_while_all_places_of_an_invitation_are_taken_a_dialog_waits_for_one(film, visit):
    invitation, token = create_invitation(film, kind="link", label="Jury", at_once=1)
    now = timezone.now()
    other = InvitationViewer.objects.create(invitation=invitation, viewer="x", opened_at=now, first_played_at=now)
    others, mine = (getattr(InvitationViewer.objects, which)(pk=other.pk) for which in ("filter", "exclude"))
    others.update(last_played_at=now + dt.timedelta(minutes=10))
    page = visit(f"/w/{token}", has_clock=True)
    page.get_by_role("button").last.click()
    dialog, again = page.locator("[data-player-seat]"), page.get_by_role("button", name="Try again")
    expect(dialog).to_contain_text("As many people as this invitation allows are watching now.")
    assert findings(page, impacts=SERIOUS) == []
    again.click()
    expect(dialog.get_by_role("status")).to_have_text("All places are still taken.")
    others.update(last_played_at=None)
    again.click()
    expect(dialog).to_be_hidden()
    play_from_the_buffer(ready(page))

    # Another takes the place while this viewer makes a pause; when the place is free, the film goes on where it was.
    page.click(".player__bar [data-player-play]")
    stopped = seconds(page)
    mine.update(last_played_at=None)
    others.update(last_played_at=timezone.now() + dt.timedelta(minutes=10))
    page.click(".player__bar [data-player-play]")
    check_access(page, dialog.is_visible, "the film goes on without a place")
    assert video_of(page, "video.paused")
    others.update(last_played_at=None)
    again.click()
    expect(dialog).to_be_hidden()
    wait_for_seconds(page, stopped)
