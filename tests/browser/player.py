"""Helpers for tests of the player: open its page, wait for a position, record its requests."""

import re

from playwright.sync_api import expect

from tests import factories

RANGE_OF_MEDIA = re.compile(r"/([a-z0-9-]+)\.mp4$")
# The player asks for its access so often; its watch reports are 15 s apart. `test_access_ends.py` waits for one check.
CHECK_MS = 10_000
START = ".player__start"
DOOR = "[data-player-password-dialog]"


def open_video_page(visit, video, *, query="", **options):
    """Unlock `video` in a new browser; return its page once the player is ready. `page.media` fills with requests."""
    page = visit(video.url, **options)
    page.media = []
    page.on("request", lambda request: note(page, request))
    page.fill("input[name=password]", factories.PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector("#player", state="attached")
    if query:
        page.goto(video.url + query)
    return ready(page)


def note(page, request):
    if "/stream/" in request.url and (match := RANGE_OF_MEDIA.search(request.url)):
        page.media.append((match[1], request.headers.get("range")))


def ready(page):
    expect(page.locator("[data-player][data-ready]")).to_be_attached()
    page.evaluate("() => { document.getElementById('player').muted = true; }")
    return page


def video_of(page, expression):
    """Return the value of `expression` about the element `video`."""
    return page.evaluate(f"() => {{ const video = document.getElementById('player'); return {expression}; }}")


def seconds(page):
    return video_of(page, "video.currentTime")


def wait_until(page, check, what, attempts=100):
    """Ask `check()` until it says yes. Playwright's own wait evaluates text, which the page's policy forbids."""
    for _ in range(attempts):
        if check():
            return
        page.wait_for_timeout(100)
    raise AssertionError(f"{what}; seconds: {seconds(page)}, {page.complaints}")


def wait_for_seconds(page, least):
    """Wait until the film runs and has come to `least` seconds."""
    plays = lambda: seconds(page) >= least and not video_of(page, "video.paused")  # noqa: E731
    wait_until(page, plays, f"the film does not come to {least}")


def wait_for_time(page, least):
    """Wait until the film has come to `least` seconds; it may have ended since."""
    wait_until(page, lambda: seconds(page) > least, f"the film does not come to {least}")


def check_access(page, is_seen, what):
    """Move the clock of `page` (`visit(has_clock=True)`) to the next check of access, until `is_seen()` says yes.

    A server may use its last verdict for a second, so the first check can come too early.
    """
    for _ in range(30):
        page.clock.fast_forward(CHECK_MS)
        for _attempt in range(10):
            if is_seen():
                return
            page.wait_for_timeout(100)
    raise AssertionError(f"{what}; seconds: {seconds(page)}, {page.complaints}")


def choose(page, menu, words):
    """Open the menu called `menu` and choose the entry `words`."""
    page.mouse.move(300, 300)
    page.click(f"[data-player-menu={menu}] > button")
    page.get_by_role("menuitemradio", name=words, exact=True).click()


def watch_the_end(page):
    """Play the last second, from the keyboard."""
    page.keyboard.press("k")
    wait_for_seconds(page, 0.2)
    page.evaluate(
        "() => { const video = document.getElementById('player'); video.currentTime = video.duration - 0.6; }"
    )
    wait_until(page, lambda: video_of(page, "video.ended"), "the film does not end")


def start_with_little_loaded(page, button=START):
    """Play, with a buffer so short that the film soon asks for more, and no retries by hls.js itself."""
    page.focus(button)  # hls.js is loaded at the first sign of interest
    wait_until(
        page, lambda: page.evaluate("Boolean(document.querySelector('[data-player]').player.source.api)"), "no api"
    )
    page.evaluate(
        """() => {
          const { config } = document.querySelector("[data-player]").player.source.api;
          config.maxMaxBufferLength = 1;
          config.fragLoadPolicy.default.errorRetry = null;
        }"""
    )
    page.click(button)
    wait_for_seconds(page, 0.5)


def play_from_the_buffer(page):
    """Play, slowly enough for the test, until every piece of the film is loaded."""
    page.click(START)
    wait_for_seconds(page, 0.2)
    page.evaluate("() => { document.getElementById('player').playbackRate = 0.25; }")
    whole = "video.buffered.length && video.buffered.end(video.buffered.length - 1) > video.duration - 0.5"
    wait_until(page, lambda: video_of(page, whole), "the film is not loaded")
