"""The film on a television: the browser's interfaces are played here, what the television asks for is real HTTP."""

import urllib.error
import urllib.request

import pytest
from playwright.sync_api import expect

from tests import factories, hls_clips
from tests.browser.accessibility import SERIOUS, findings
from tests.browser.player import ready, seconds, video_of, wait_for_seconds, wait_until
from video_pages.access.revoke import end_access

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]

TELEVISION = "[data-player-television]"
PANEL = "[data-player-away]"
REMOTE = "[data-player] > video[hidden]"
SLOWLY = "video.playbackRate = 0.25"

# Remote Playback as Chrome has it: receivers come and go, the viewer chooses or not, `disableRemotePlayback` ends it.
CHROMECAST = """() => {
  class Remote extends EventTarget {
    state = "disconnected";
    async watchAvailability(callback) {
      callbacks.push(callback); // media-chrome looks for receivers of the video of the page
      callback(false);
      return 1;
    }
    async cancelWatchAvailability() {}
    async prompt() {
      if (window.refuses) {
        throw new DOMException("The prompt was dismissed.", "NotAllowedError");
      }
      this.change("connected", "connect");
    }
    change(state, name) {
      this.state = state;
      this.dispatchEvent(new Event(name));
    }
  }
  const remotes = new WeakMap();
  const callbacks = [];
  window.receivers = (areThere) => callbacks.forEach((each) => each(areThere));
  Object.defineProperty(HTMLMediaElement.prototype, "remote", {
    get() {
      if (!remotes.has(this)) {
        remotes.set(this, new Remote());
      }
      return remotes.get(this);
    },
  });
  Object.defineProperty(HTMLMediaElement.prototype, "disableRemotePlayback", {
    set(isOff) {
      if (isOff && this.remote.state === "connected") {
        this.remote.change("disconnected", "disconnect");
      }
    },
  });
}"""

AIRPLAY = """() => {
  window.WebKitPlaybackTargetAvailabilityEvent = class extends Event {};
  HTMLMediaElement.prototype.webkitShowPlaybackTargetPicker = function () {
    window.asked = this.src;
  };
}"""


@pytest.fixture
def film(transactional_db):
    return hls_clips.make_packaged_video("Salt flats")


def open_with(visit, film, script, **options):
    """Unlock `film` in a browser whose interfaces `script` plays, and play it, so slowly that it does not end."""
    page = visit(film.url, **options)
    page.add_init_script(f"({script})()")
    page.fill("input[name=password]", factories.PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector("#player", state="attached")
    ready(page)
    expect(page.locator(TELEVISION)).to_be_hidden()
    page.keyboard.press("k")
    wait_for_seconds(page, 0.5)
    video_of(page, SLOWLY)
    return page


def let_receivers_come(page):
    expect(page.locator(REMOTE)).to_be_attached()
    page.evaluate("() => window.receivers(true)")
    page.mouse.move(300, 300)
    expect(page.locator(TELEVISION)).to_be_visible()


def play_there(page):
    """Play the film on the television, slowly: its end would bring the film back to the page."""
    page.click(TELEVISION)
    expect(page.locator(PANEL)).to_be_visible()
    page.locator(REMOTE).evaluate(f"video => {{ {SLOWLY}; }}")


def ask_without_cookie(address):
    """Return (status, bytes, headers) of what a television gets at `address`."""
    request = urllib.request.Request(address, headers={"Range": "bytes=0-99"})  # noqa: S310  http on loopback
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310  http on loopback
            return answer.status, answer.read(), answer.headers
    except urllib.error.HTTPError as error:
        return error.code, b"", error.headers


def test_a_chromecast_plays_the_film_and_gives_it_back(film, visit):
    page = open_with(visit, film, CHROMECAST)
    expect(page.locator(TELEVISION)).to_be_hidden()
    let_receivers_come(page)
    play_there(page)
    panel = page.get_by_role("region", name="This film plays on the television")
    expect(panel).to_be_visible()
    expect(panel.get_by_role("heading")).to_be_focused()
    assert video_of(page, "video.paused")
    assert findings(page, impacts=SERIOUS) == []
    address = page.locator(REMOTE).evaluate("video => video.currentSrc")
    assert f"/stream/{film.uuid}/~" in address and address.endswith("/source")
    status, content, headers = ask_without_cookie(address)
    assert (status, len(content), headers["Access-Control-Allow-Origin"]) == (206, 100, "*")
    position = lambda: page.locator(REMOTE).evaluate("video => video.currentTime")  # noqa: E731
    wait_until(page, lambda: position() > 1, "the television does not play")
    panel.get_by_role("slider").fill("9")
    wait_until(page, lambda: position() >= 9, "it does not seek")
    panel.get_by_role("button", name="10 seconds back").click()
    wait_until(page, lambda: position() < 4, "it does not go back")
    panel.get_by_role("button", name="Pause").click()
    expect(panel.get_by_role("button", name="Play", exact=True)).to_be_visible()
    at = position()
    panel.get_by_role("button", name="Back to this screen").click()
    expect(panel).to_be_hidden()
    assert abs(seconds(page) - at) < 1 and video_of(page, "video.paused")
    expect(page.locator(TELEVISION)).to_be_focused()
    assert page.complaints == []


def test_when_the_access_ends_the_television_is_refused_and_the_page_asks_for_the_password(film, visit):
    page = open_with(visit, film, CHROMECAST)
    let_receivers_come(page)
    play_there(page)
    address = page.locator(REMOTE).evaluate("video => video.currentSrc")
    end_access(film)
    wait_until(page, lambda: ask_without_cookie(address)[0] == 403, "the television goes on", attempts=30)
    page.locator(REMOTE).evaluate("video => video.dispatchEvent(new Event('error'))")  # its buffer is over
    expect(page.locator(PANEL)).to_be_hidden()
    expect(page.get_by_role("dialog", name="This film is locked again")).to_be_visible()


def test_who_chooses_no_receiver_goes_on_watching(film, visit):
    page = open_with(visit, film, CHROMECAST)
    let_receivers_come(page)
    page.evaluate("() => { window.refuses = true; }")
    page.click(TELEVISION)
    before = seconds(page)
    wait_for_seconds(page, before + 0.5)
    expect(page.locator(PANEL)).to_be_hidden()
    expect(page.locator("[data-player-message]")).to_be_empty()
    page.evaluate("() => window.receivers(false)")
    expect(page.locator(TELEVISION)).to_be_hidden()


def test_airplay_gets_the_playlist_with_the_token_before_the_press(film, visit):
    page = open_with(visit, film, AIRPLAY)
    remote = page.locator(REMOTE)
    expect(remote).to_have_attribute("x-webkit-airplay", "allow")
    remote.evaluate(
        """video => video.dispatchEvent(Object.assign(
            new Event("webkitplaybacktargetavailabilitychanged"), { availability: "available" }))"""
    )
    page.mouse.move(300, 300)
    page.click(TELEVISION)
    address = page.evaluate("() => window.asked")
    assert f"/stream/{film.uuid}/~" in address and address.endswith("/hls/television.m3u8")
    status, content, _headers = ask_without_cookie(address)
    assert status in (200, 206) and content.startswith(b"#EXTM3U")


def test_the_panel_is_on_the_film_on_every_screen(film, visit):
    page = open_with(visit, film, CHROMECAST)
    video_of(page, "video.pause()")  # one that plays may end before the last screen, and takes the panel with it
    let_receivers_come(page)
    screens = ((320, 568), (390, 844), (740, 360), (1440, 900))
    for width, height in screens:
        page.set_viewport_size({"width": width, "height": height})
        for each in page.locator(".player__row button:visible").all():
            box = each.bounding_box()
            assert box["x"] >= 0 and box["x"] + box["width"] <= width, (width, each.get_attribute("aria-label"))
    page.click(TELEVISION)
    expect(page.locator(PANEL)).to_be_visible()
    for width, height in screens:
        page.set_viewport_size({"width": width, "height": height})
        panel = page.locator(PANEL).bounding_box()
        for each in page.locator(f"{PANEL} :is(button, input, h2)").all():
            box = each.bounding_box()
            assert panel["x"] <= box["x"] and box["x"] + box["width"] <= panel["x"] + panel["width"] + 1, (width, box)
            assert panel["y"] <= box["y"] and box["y"] + box["height"] <= panel["y"] + panel["height"] + 1, (width, box)
        assert page.evaluate("() => document.documentElement.scrollWidth") <= width
