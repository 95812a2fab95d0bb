"""A film in frames of another site, in a browser that blocks third-party cookies: behind a real nginx with HTTPS.

The page around the frames is on another host (`localhost`; the site is on 127.0.0.1), so the frames are third parties.
"""

import contextlib
import http.server
import threading
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from tests import factories, hls_clips
from tests.browser.player import START
from tests.browser.restarts import RestartedSite
from tests.browser.visits import WAIT_MS
from tests.conftest import environment_of_children
from tests.delivery.nginx_server import SECRET, nginx
from tests.embeds.frames import allow, embed_url
from video_pages.access.revoke import end_all_access
from video_pages.models import VideoAccessSession, VideoPage, VideoView

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]

NO_COOKIES_OF_OTHERS = "--test-third-party-cookie-phaseout"
# The stored data of the document of a frame; this Chromium refuses it every store.
STORED = "() => { try { return JSON.stringify([localStorage, sessionStorage]); } catch { return ''; } }"


@contextlib.contextmanager
def another_site(*addresses):
    """Serve a page with a frame for each of `addresses`; yield its port. Any host name of this machine reaches it."""
    frame = '<iframe src="{}" width="640" height="360" allow="fullscreen; autoplay; picture-in-picture"></iframe>'
    body = "<!doctype html><title>School</title>" + "".join(frame.format(address) for address in addresses)

    class Page(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *_arguments):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Page) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_port
        server.shutdown()


@pytest.fixture(scope="module")
def secure_address(django_db_setup, bundled, require, tmp_path_factory):
    """The address (https) of a site behind nginx, which sends the files itself."""
    environment = environment_of_children() | {"DELIVERY": "nginx", "GATE_SECRET": SECRET}
    environment |= {"TRUSTED_PROXIES": "1", "SECURE_PROXY": "1"}
    folder = tmp_path_factory.mktemp("secure")
    with RestartedSite(environment, folder / "gunicorn.log") as site:
        (folder / "nginx").mkdir()
        with nginx(require("nginx"), folder / "nginx", site.port) as front:
            yield f"https://127.0.0.1:{front.port}"


@pytest.fixture
def secure_site(transactional_db, secure_address):
    """`secure_address` on the test's own rows."""
    return secure_address


@pytest.fixture(scope="module")
def strict_chromium(chromium, require):
    """A Chromium that blocks cookies of other sites."""
    arguments = ["--no-sandbox", "--disable-gpu", NO_COOKIES_OF_OTHERS]
    browser = chromium.browser_type.launch(executable_path=require("chromium"), args=arguments)
    yield browser
    browser.close()


@pytest.fixture
def strict(strict_chromium):
    """A new context of `strict_chromium`."""
    context = strict_chromium.new_context(ignore_https_errors=True)
    context.set_default_timeout(WAIT_MS)
    yield context
    context.close()


def open_frame(frame, password=factories.PASSWORD):
    frame.locator("input[name=password]").fill(password)
    frame.locator("button[type=submit]").click()


def play(frame):
    expect(frame.locator("[data-player][data-ready]")).to_be_attached()
    frame.locator("#player").evaluate("video => { video.muted = true; }")
    frame.locator(START).click()
    wait_for_seconds(frame, 0.5)


def play_slowly(frame):
    """Play the film from its first second, slowly: one that has ended meanwhile checks its access no more."""
    frame.locator("#player").evaluate(
        "video => { video.currentTime = 1; video.playbackRate = 0.25; return video.play(); }"
    )


def wait_for_seconds(frame, seconds):
    video = frame.locator("#player")
    for _attempt in range(150):
        if video.evaluate("video => video.currentTime") >= seconds:
            return
        video.page.wait_for_timeout(100)
    raise AssertionError(video.evaluate("video => [video.currentTime, video.error?.message]"))


def test_two_films_in_frames_of_another_site(secure_site, strict):
    film, other = hls_clips.make_packaged_video(), hls_clips.make_packaged_video(password="the second password")
    addresses = [secure_site + embed_url(each) for each in (film, other, film)]
    with another_site(*addresses) as port:
        allow(f"http://localhost:{port}")
        page = strict.new_page()
        requests = []
        page.on("request", lambda request: requests.append(request))
        page.goto(f"http://localhost:{port}/")
        first, second, third = (page.frame_locator("iframe").nth(number) for number in range(3))
        open_frame(second, "another password")
        expect(second.get_by_role("alert")).to_contain_text("not the password")
        open_frame(first)
        play(first)
        open_frame(second, "the second password")
        play(second)
        expect(third.locator("input[name=password]")).to_be_visible()

        # Two frames of one film have keys of their own; without any cookie both play on.
        open_frame(third)
        play(third)
        strict.clear_cookies()
        assert VideoAccessSession.objects.count() == VideoView.objects.count() == 3
        wait_for_seconds(first, 1.5)
        files = [request for request in requests if "/stream/" in request.url]
        keys = {urlsplit(request.url).path.split("/")[3] for request in files}
        assert len(keys) == 3 and all(key.startswith("~") for key in keys)
        assert not any("cookie" in request.headers for request in files)

        # An end of access reaches one film alone; its frame asks again, and goes on where it stopped.
        play_slowly(first)
        end_all_access(film)
        expect(first.get_by_role("dialog")).to_be_visible()
        expect(first.get_by_role("dialog")).to_contain_text("This film is locked again")
        first.locator("[data-player-password-dialog] input[type=password]").fill(factories.PASSWORD)
        first.locator("[data-player-password-dialog] [type=submit]").click()
        expect(first.get_by_role("dialog")).to_be_hidden()
        before = first.locator("#player").evaluate("video => video.currentTime")
        wait_for_seconds(first, min(before + 0.5, hls_clips.SECONDS - 0.5))
        expect(second.get_by_role("dialog")).to_be_hidden()

        # The cookie of the frame brings the player back after a reload; a partition of its own keeps it.
        kept = [cookie for cookie in strict.cookies() if cookie["name"] == "frame_key"]
        assert [(cookie["path"], cookie["partitionKey"]) for cookie in kept] == [(embed_url(film), "http://localhost")]
        page.reload()
        expect(first.locator("[data-player][data-ready]")).to_be_attached()
        expect(second.locator("input[name=password]")).to_be_visible()
        stored = first.locator("body").evaluate(STORED)
        assert not any(key.removeprefix("~") in stored for key in keys)


def test_a_site_that_is_not_listed_shows_nothing(secure_site, strict):
    film = hls_clips.make_packaged_video()
    with another_site(secure_site + embed_url(film)) as port:
        allow(f"http://school.localhost:{port}")
        page = strict.new_page()
        refusals = []
        page.on("console", lambda message: refusals.append(message.text))
        for host, is_shown in (("school.localhost", True), ("localhost", False), ("other.localhost", False)):
            page.goto(f"http://{host}:{port}/")
            form = page.frame_locator("iframe").locator("input[name=password]")
            if is_shown:
                expect(form).to_be_visible()
                continue
            page.wait_for_timeout(1000)
            assert form.count() == 0
            assert film.title not in (page.frames[1].content() if len(page.frames) > 1 else "")
            assert any("frame-ancestors" in text for text in refusals), refusals
            refusals.clear()
        VideoPage.objects.update(open_to_everyone=True)
        page.goto(f"http://localhost:{port}/")
        page.wait_for_timeout(1000)
        assert page.frame_locator("iframe").locator("#player").count() == 0
