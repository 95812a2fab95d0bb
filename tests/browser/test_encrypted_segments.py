"""DELIVERY=cdn in Chromium: a film plays from real nginx as the CDN (deploy/nginx/cdn.conf) until a key is refused."""

import contextlib
import re
import time
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from tests import hls_clips
from tests.browser.player import DOOR, START, choose, open_video_page, seconds, video_of, wait_for_seconds, wait_until
from tests.browser.restarts import RestartedSite
from tests.conftest import environment_of_children
from tests.delivery import nginx_server
from tests.delivery.encrypted_videos import SHORT_KEYS
from tests.delivery.raw_http import Address
from tests.engines import free_port
from video_pages.access.revoke import end_all_access
from video_pages.models import VideoPage, VideoView

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]

WITHIN_SECONDS = 15


class Traffic:
    """The requests of a page: (rendition, number, request) of each segment, (rendition, period) of each key."""

    def __init__(self, page, cdn_port):
        self.segments, self.keys, self.others = [], [], []
        self._cdn_port = cdn_port
        page.on("request", self.note)

    def note(self, request):
        parts = urlsplit(request.url)
        if parts.port == self._cdn_port and parts.path.startswith("/cdn/"):
            rendition, name = parts.path.split("/")[-2:]
            self.segments.append((rendition, int(name.partition("-")[0]), request))
        elif parts.path.endswith(".key"):
            rendition, period, _mark, _key = parts.path.rpartition("/")[2].split(".")
            self.keys.append((rendition, int(period)))
        elif parts.path.startswith("/stream/") and parts.path.endswith((".mp4", "/source")):
            self.others.append((parts.path.rpartition("/")[2], request.headers.get("range", "")))


@pytest.fixture(scope="module")
def site_with_cdn(django_db_setup, bundled, require, tmp_path_factory):
    """A function: the site with this DELIVERY and the port of its CDN; one of each for all tests."""
    sites = {}
    with contextlib.ExitStack() as running:

        def start(delivery):
            if delivery not in sites:
                folder, port = tmp_path_factory.mktemp("cdn"), free_port()
                environment = {**environment_of_children(), "DELIVERY": delivery, "CDN_URL": f"http://localhost:{port}"}
                site = running.enter_context(RestartedSite(environment, folder / "gunicorn.log"))
                running.enter_context(nginx_server.cdn(require("nginx"), folder, site.port, port))
                sites[delivery] = site, port
            return sites[delivery]

        yield start


@pytest.fixture
def play(transactional_db, visit, site_with_cdn):
    """A function: `play(film, delivery)` opens `film` on a site with a CDN, and returns its page and its Traffic."""

    def play(film, delivery=SHORT_KEYS, *, script=""):
        site, port = site_with_cdn(delivery)
        traffics = []

        def open_page(path, **options):
            page = visit("about:blank", **options)
            traffics.append(Traffic(page, port))
            page.add_init_script(script)
            page.goto(site.address + path)
            return page

        page = open_video_page(open_page, film)
        page.site = site
        return page, traffics[0]

    return play


def end_access(film):
    end_all_access(VideoPage.objects.get(pk=film.pk))
    return time.monotonic()


def wait_for_refusal(page, film):
    """Wait until the site refuses this browser: a verdict in its memory is used for two seconds."""
    cookie = "; ".join(f"{each['name']}={each['value']}" for each in page.context.cookies(page.site.address))
    status = lambda: Address(page.site.port).ask(f"/stream/{film.uuid}/hls/master.m3u8", cookie=cookie).status  # noqa: E731
    wait_until(page, lambda: status() == 403, "access does not end")


def block_reports(page):
    """Tell the player that all is well, until the site refuses it a file; return the addresses that it has refused."""
    refused = []
    page.on("response", lambda response: response.status == 403 and refused.append(response.url))
    for name in ("status", "watched"):
        page.route(f"**/{name}", lambda route: route.continue_() if refused else route.fulfill(status=200, body="{}"))
    return refused


def test_a_film_plays_from_the_cdn_to_its_end_with_a_seek_and_another_quality(play):
    film = hls_clips.make_packaged_video()
    page, traffic = play(film)
    page.click(START)
    wait_for_seconds(page, 0.5)
    assert traffic.segments and not [
        number for _name, number, request in traffic.segments if "cookie" in request.all_headers()
    ]
    before = traffic.segments[-1][0]
    quality = "180p" if before == "360p" else "360p"
    choose(page, "quality", quality)
    height = int(quality.removesuffix("p"))
    wait_until(page, lambda: video_of(page, "video.videoHeight") == height, "the other quality is not shown")
    video_of(page, "video.currentTime = 9")
    wait_for_seconds(page, 9.3)
    video_of(page, "video.currentTime = 1")
    wait_until(page, lambda: 1.3 < seconds(page) < 6, "the seek back does not play")
    video_of(page, "video.currentTime = 10")
    wait_until(page, lambda: video_of(page, "video.ended"), "the film does not end", attempts=200)

    assert {(name, number) for name, number, _request in traffic.segments if name == quality} >= {(quality, 2)}
    assert {(name, number) for name, number, _request in traffic.segments} == set(traffic.keys)  # four seconds each
    assert len(traffic.keys) == len(set(traffic.keys))
    # The site has sent the header of each size, and no other byte of the film.
    assert {name for name, _range in traffic.others} <= {"360p.mp4", "180p.mp4"}
    assert all(int(asked.removeprefix("bytes=0-")) < 4096 for _name, asked in traffic.others)
    assert VideoView.objects.count() == 1
    assert page.complaints == []


def test_when_access_ends_the_film_stops_though_the_cdn_has_all_of_it(play):
    film = hls_clips.make_packaged_video()
    page, traffic = play(film)
    page.click(START)
    wait_for_seconds(page, 0.2)
    page.evaluate("() => { document.getElementById('player').playbackRate = 0.25; }")
    ended = end_access(film)
    expect(page.locator(DOOR)).to_be_visible(timeout=WITHIN_SECONDS * 1000)
    assert video_of(page, "video.paused && !video.ended")
    assert time.monotonic() - ended < WITHIN_SECONDS


def test_a_refused_key_alone_ends_the_film(play):
    film = hls_clips.make_packaged_video()
    page, traffic = play(film)
    refused = block_reports(page)
    held = []
    page.route(re.compile(r"p\.[1-9]\.[0-9a-f]+\.key$"), lambda route: held.append(route))
    page.click(START)
    wait_until(page, lambda: held, "the second key is not asked for")
    end_access(film)
    wait_for_refusal(page, film)
    for route in held:
        route.continue_()
    expect(page.locator(DOOR)).to_be_visible()
    assert video_of(page, "video.paused") and seconds(page) < 4.5
    assert refused[0].endswith(".key")
    assert {period for _name, period in traffic.keys} <= {0, 1}


def test_without_media_source_another_engine_plays_the_film(play):
    film = hls_clips.make_packaged_video()
    script = "delete window.MediaSource; delete window.ManagedMediaSource; delete window.WebKitMediaSource;"
    script += "HTMLMediaElement.prototype.canPlayType = () => '';"
    page, traffic = play(film, script=script)
    page.click(START)
    wait_for_seconds(page, 0.5)
    assert {name for name, _range in traffic.others} == {"source"}
    assert traffic.segments == [] and traffic.keys == []
    assert page.complaints == []


@pytest.mark.soak
def test_keys_of_60_seconds_end_a_film_within_a_minute_where_nothing_else_does(play, record_property):
    film = hls_clips.make_packaged_video(seconds=300)
    page, traffic = play(film, "cdn")
    refused = block_reports(page)
    page.click(START)
    wait_for_seconds(page, 5)
    ahead = "video.buffered.end(video.buffered.length - 1) - video.currentTime"
    wait_until(page, lambda: video_of(page, ahead) > 55, "the buffer is not full", attempts=300)
    assert video_of(page, ahead) < 70
    ended = end_access(film)
    expect(page.locator(DOOR)).to_be_visible(timeout=75_000)
    assert video_of(page, "video.paused && !video.ended") and refused[0].endswith(".key")
    record_property("seconds until the film stopped", round(time.monotonic() - ended))
    assert time.monotonic() - ended < 70
