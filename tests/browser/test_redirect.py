"""A film plays from the bucket by signed addresses: after a pause, a seek and another quality, and until access ends.

The S3 server is the gateway of JuiceFS (MinIO's server), which checks signatures and their time. The addresses of the
quick tests live two seconds; the long one, marked `soak`, has the real minute and a pause of three.
"""

import contextlib
import time
import urllib.error
import urllib.request
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import expect

from tests import factories, hls_clips
from tests.browser.player import (
    DOOR,
    START,
    check_access,
    choose,
    open_video_page,
    seconds,
    video_of,
    wait_for_seconds,
    wait_until,
)
from tests.browser.restarts import RestartedSite
from tests.conftest import environment_of_children
from tests.delivery.short_addresses import DOTTED_PATH
from tests.s3_servers import library_in
from video_pages.access.revoke import end_all_access
from video_pages.library.storage import protected_storage
from video_pages.models import VideoPage, VideoView

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]


class Bucket:
    """The answers of the bucket that a page has got: (address, status, headers of the request)."""

    def __init__(self, page, origin):
        self.answers = []
        page.on("response", lambda response: response.url.startswith(origin) and self.note(response))

    def note(self, response):
        self.answers.append((response.url, response.status, response.request.headers))

    def names(self):
        """The last parts of the paths of media that came from the bucket."""
        return {urlsplit(address).path.rpartition("/")[2] for address, status, _sent in self.answers if status == 206}


def status_now(address):
    """Return the status with which the bucket answers `address` now."""
    try:
        with urllib.request.urlopen(address, timeout=10) as answer:  # noqa: S310  http on loopback
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code


@pytest.fixture(scope="module")
def address_of(django_db_setup, bundled, gateway_bucket, tmp_path_factory):
    """A function: the address of a site with this DELIVERY, whose library is in the bucket; one for all tests."""
    log, addresses = tmp_path_factory.mktemp("sites") / "gunicorn.log", {}
    with contextlib.ExitStack() as running:

        def start(delivery):
            if delivery not in addresses:
                environment = {**environment_of_children(), **gateway_bucket, "DELIVERY": delivery}
                addresses[delivery] = running.enter_context(RestartedSite(environment, log)).address
            return addresses[delivery]

        yield start


@pytest.fixture
def site_of(transactional_db, settings, gateway_bucket, address_of):
    """A function: `site_of(delivery)` returns the address of a site whose library is in the bucket."""
    with library_in(settings, gateway_bucket):
        yield address_of


def opened(film, visit, address, origin, **options):
    """Open `film` on the site at `address`; return its page and the Bucket of what it gets."""
    buckets = []

    def open_page(path, **options):
        page = visit("about:blank", **options)
        buckets.append(Bucket(page, origin))
        page.goto(address + path)
        return page

    return open_video_page(open_page, film, **options), buckets[0]


def test_a_film_plays_from_the_bucket_after_a_pause_a_seek_and_another_quality_until_access_ends(
    site_of, visit, gateway
):
    address = site_of(DOTTED_PATH)
    film = hls_clips.make_packaged_video()
    page, bucket = opened(film, visit, address, gateway.url, has_clock=True)
    page.click(START)
    wait_for_seconds(page, 0.5)
    assert VideoView.objects.count() == 1
    first = bucket.answers[0]
    assert bucket.names() <= {"360p.mp4", "180p.mp4"} and first[1] == 206
    assert not first[2].get("cookie") and not first[2].get("referer")
    assert parse_qs(urlsplit(first[0]).query)["X-Amz-Expires"] == ["2"]

    video_of(page, "video.pause()")
    page.wait_for_timeout(3500)
    assert status_now(first[0]) == 403  # the address has ended, and the film goes on by others
    quality = "180p" if "360p.mp4" in bucket.names() else "360p"
    choose(page, "quality", quality)
    video_of(page, "void video.play()")
    wait_until(page, lambda: f"{quality}.mp4" in bucket.names(), "the other quality is not loaded")
    video_of(page, "video.currentTime = 9")
    wait_for_seconds(page, 9.3)
    video_of(page, "video.currentTime = 1")
    wait_until(page, lambda: 1.3 < seconds(page) < 6, "the seek back does not play")

    end_all_access(VideoPage.objects.get(pk=film.pk))
    ended = time.monotonic()
    check_access(page, page.locator(DOOR).is_visible, "the film goes on")
    assert video_of(page, "video.paused")
    page.wait_for_timeout(max(0.0, 4.2 - (time.monotonic() - ended)) * 1000)
    assert {status_now(found) for found, _status, _sent in bucket.answers} == {403}
    assert page.complaints == []


def test_a_bucket_that_refuses_an_address_is_not_taken_for_the_end_of_access(site_of, visit, gateway):
    """The film is loaded again and plays: a clock may be wrong for a moment, or a key is being replaced."""
    address = site_of("redirect")
    film = hls_clips.make_packaged_video()
    page, bucket = opened(film, visit, address, gateway.url)

    refused = {"Location": protected_storage().signed_url("film.mp4", seconds=60) + "0"}
    page.route("**/*.mp4", lambda route: route.fulfill(status=302, headers=refused), times=1)
    page.click(START)
    wait_for_seconds(page, 0.5)
    assert [status for _address, status, _sent in bucket.answers][0] == 403
    expect(page.locator(DOOR)).to_be_hidden()


def test_poster_and_storyboard_come_from_the_bucket_and_captions_from_the_site(site_of, visit, gateway):
    address = site_of("redirect")
    film = hls_clips.make_packaged_video()
    page, bucket = opened(film, visit, address, gateway.url)
    page.click(START)
    wait_for_seconds(page, 0.5)
    page.mouse.move(300, 300)
    bar = page.locator("media-time-range").bounding_box()
    page.mouse.move(bar["x"] + bar["width"] * 0.6, bar["y"] + bar["height"] / 2)
    jpeg = lambda: any(".jpg" in found and status == 200 for found, status, _sent in bucket.answers)  # noqa: E731
    wait_until(page, jpeg, "no picture of the storyboard")
    choose(page, "captions", "Deutsch")
    german = "[...video.textTracks].find(track => track.language === 'de')"
    wait_until(page, lambda: video_of(page, f"{german}.activeCues?.length"), "no caption is shown")
    assert not [found for found, _status, _sent in bucket.answers if ".vtt" in found or ".m3u8" in found]
    assert page.complaints == []


def test_the_browser_s_own_controls_play_the_file_longer_than_an_address_lives(site_of, visit, gateway):
    """Without scripts. Chromium asks for later ranges where the first redirect led, so there must be none."""
    address = site_of(DOTTED_PATH)
    film = hls_clips.make_packaged_video()
    page = visit("about:blank")
    page.route("**/*.js", lambda route: route.abort())
    bucket = Bucket(page, gateway.url)
    page.goto(address + film.url)
    page.fill("input[name=password]", factories.PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector("#player", state="attached")
    video_of(page, "void (video.muted = true, video.play())")
    wait_until(page, lambda: seconds(page) > 0.3, "the file does not play")
    video_of(page, "video.pause()")
    page.wait_for_timeout(3000)
    video_of(page, "void (video.currentTime = 10, video.play())")
    wait_until(page, lambda: seconds(page) > 10.2, "the file does not go on")
    assert not bucket.names()


@pytest.mark.soak
def test_a_film_of_five_minutes_with_a_pause_of_three_plays_by_addresses_of_a_minute(site_of, visit, gateway):
    address = site_of("redirect")
    film = hls_clips.make_packaged_video(seconds=300)
    page, bucket = opened(film, visit, address, gateway.url)
    page.click(START)
    wait_for_seconds(page, 5)
    video_of(page, "video.pause()")
    first = bucket.answers[0][0]
    page.wait_for_timeout(180_000)
    assert status_now(first) == 403
    video_of(page, "void video.play()")
    wait_for_seconds(page, 8)
    video_of(page, "video.currentTime = 200")
    wait_for_seconds(page, 203)
    video_of(page, "video.currentTime = 2")
    wait_until(page, lambda: 4 < seconds(page) < 20, "the seek back does not play")
    choose(page, "quality", "180p")
    wait_until(page, lambda: video_of(page, "video.videoHeight") == 180, "180p is not shown", attempts=400)
    video_of(page, "video.currentTime = 250")
    wait_for_seconds(page, 252)

    end_all_access(VideoPage.objects.get(pk=film.pk))
    ended = time.monotonic()
    expect(page.locator(DOOR)).to_be_visible(timeout=15_000)
    page.wait_for_timeout(max(0.0, 62 - (time.monotonic() - ended)) * 1000)
    assert {status_now(found) for found, _status, _sent in bucket.answers} == {403}
    assert page.complaints == []
