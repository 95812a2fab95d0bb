"""The whole job in a browser through nginx, while each web server is killed: during the upload and during playback."""

import itertools
import re
import signal

import pytest
from django.utils.text import slugify

from tests import clips
from tests.browser.player import wait_for_time
from tests.browser.visits import visiting
from tests.scale.site import PASSWORD
from tests.waiting import wait_for

pytestmark = pytest.mark.browser

MIB = 1024**2
SECONDS = 14
numbers = itertools.count(1)


@pytest.fixture
def clip(tmp_path):
    """A film of 14 s, made larger by a box of 12 MiB that players pass over."""
    path = tmp_path / "night_train.mp4"
    padding = bytes(12 * MIB)
    path.write_bytes(
        clips.mp4(seconds=SECONDS).read_bytes() + (len(padding) + 8).to_bytes(4, "big") + b"free" + padding
    )
    return path


@pytest.fixture
def visit(chromium, site):
    """A function: `visit(path)` opens a page of the site in a browser of its own.

    The console tells of responses that a killed server has cut.
    """
    with visiting(chromium, site.url, notes_console=False, ignore_https_errors=True) as open_page:
        yield open_page


def send_slowly(page):
    """Have `page` send a mebibyte in a second."""
    network = page.context.new_cdp_session(page)
    network.send("Network.enable")
    limits = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": MIB}
    network.send("Network.emulateNetworkConditions", limits)


def percent_sent(page):
    """Return the percentage of the upload that `page` shows, or 0."""
    shown = re.search(r"\((\d+)%\)", page.locator(".upload-row__status").text_content())
    return int(shown[1]) if shown else 0


def kill(site, which):
    """Kill a web server, and wait until the supervisor has started it again."""
    site.wait_until_back("web", which, site.send(signal.SIGKILL, "web", which))


def test_the_main_job_goes_on_while_each_web_server_is_killed(site, film, visit, clip):
    editor = visit("/admin/")
    editor.fill("#id_username", "admin")
    editor.fill("#id_password", site.admin_password)
    editor.get_by_role("button", name="Sign in").click()
    editor.wait_for_url("**/admin/")
    for which in (0, 1):
        title = f"Night train {next(numbers)}"  # the site keeps the videos of a test that is tried again
        editor.goto("/admin/videos/upload/")
        send_slowly(editor)
        editor.fill("#id_title", title)
        editor.set_input_files("#id_video_file", str(clip))
        editor.fill("#id_password", PASSWORD)
        editor.get_by_role("button", name="Upload video").click()
        wait_for(lambda: percent_sent(editor) >= 10, 60)
        assert percent_sent(editor) < 100
        kill(site, which)
        editor.wait_for_url("**/admin/videos/", timeout=120_000)

    ((uuid,),) = site.rows(
        "SELECT uuid FROM video_pages_videopage video JOIN wagtailcore_page page ON page.id = page_ptr_id"
        " WHERE title = %s",
        title,
    )
    uploaded = site.video_of(str(uuid), f"{film.path.rsplit('/', 2)[0]}/{slugify(title)}/")
    site.wait_until_ready(uploaded)
    visitor = visit(uploaded.path)
    visitor.fill("input[name=password]", PASSWORD)
    visitor.keyboard.press("Enter")
    visitor.wait_for_selector("#player")
    visitor.evaluate("document.querySelector('#player').muted = true")
    visitor.evaluate("document.querySelector('#player').play()")
    wait_for_time(visitor, 0.5)
    for which in (0, 1):
        kill(site, which)
    wait_for(lambda: visitor.evaluate("document.querySelector('#player').ended"), 60)
    assert visitor.evaluate("document.querySelector('#player').currentTime") > SECONDS - 1
    assert not visitor.complaints and not editor.complaints
