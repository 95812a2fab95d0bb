"""A frame opened by the link of an invitation: before the opening, without a connection, after the end of access."""

import datetime as dt

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from tests import hls_clips
from tests.browser.accessibility import SERIOUS, findings
from tests.browser.player import check_access, ready, wait_for_seconds
from tests.embeds.frames import SITE, allow, embed_url
from video_pages.access.invitations import create_invitation
from video_pages.access.revoke import end_all_access
from video_pages.access.set_window import set_window
from video_pages.models import VideoAccessSession, VideoPage

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]

BUTTON = "[data-frame-link] [type=submit]"
UNREACHABLE = "The site could not be reached. Try again in a moment."
GONE = "[data-player-unavailable]"


@pytest.fixture
def film(transactional_db):
    allow(SITE)
    return hls_clips.make_packaged_video()


def test_the_link_opens_the_frame_again_after_all_access_was_ended(film, visit):
    _invitation, token = create_invitation(film, kind="link", label="Jury")
    set_window(film, opens_at=timezone.now() + dt.timedelta(days=2), closes_at=None)
    page = visit(f"{embed_url(film)}?w={token}", has_clock=True)
    expect(page.locator("main")).to_contain_text("This film can be watched from")
    expect(page.locator("[data-opening-left]")).to_be_visible()
    assert page.locator(BUTTON).count() == 0
    set_window(film, opens_at=None, closes_at=None)
    page.reload()

    page.context.set_offline(True)
    page.click(BUTTON)
    expect(page.get_by_role("alert")).to_have_text(UNREACHABLE)
    assert findings(page, impacts=SERIOUS) == []
    page.context.set_offline(False)
    page.click(BUTTON)
    ready(page)
    page.click(".player__start")
    wait_for_seconds(page, 0.2)

    end_all_access(VideoPage.objects.get(pk=film.pk))
    check_access(page, page.locator(GONE).is_visible, "the film goes on")
    expect(page.locator(f"{GONE} h2")).to_have_text("This film is locked again")
    expect(page.locator(GONE)).to_contain_text("Load the page again to see what it needs now.")
    page.click("[data-player-unavailable-reload]")
    page.click(BUTTON)
    ready(page)
    assert VideoAccessSession.objects.count() == 1
    assert [words for words in page.complaints if "ERR_INTERNET_DISCONNECTED" not in words] == []
