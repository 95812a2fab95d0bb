"""The whole job in a real browser: upload and lock as an editor, unlock and watch as a visitor, end the access."""

import subprocess
import sys
import time
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests import clips, factories
from tests.browser.player import wait_for_time
from video_pages.delivery.verdicts import MOST_AGE
from video_pages.models import VideoAccessSession, VideoPage, VideoView

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "correct horse battery"


@pytest.fixture
def work(child_environment):
    """A function that does the worker's work until there is none left."""

    def run():
        command = [sys.executable, "manage.py", "process_videos", "--until-idle"]
        subprocess.run(command, cwd=ROOT, env=child_environment, check=True, capture_output=True, timeout=120)

    return run


@pytest.fixture
def section():
    factories.make_superuser()
    return factories.make_section("Client reviews", show_in_menus=True)


def sign_in(page):
    page.fill("#id_username", "admin")
    page.fill("#id_password", "secret-secret")
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/admin/")
    page.wait_for_load_state()
    assert not page.complaints


def upload(page, section, clip):
    page.goto("/admin/")
    page.get_by_role("link", name="Upload video").first.click()
    page.fill("#id_title", "Salt flats, second cut")
    page.set_input_files("#id_video_file", str(clip))
    page.fill("#id_password", PASSWORD)
    page.select_option("#id_section", str(section.pk))
    page.get_by_role("button", name="Upload video").click()
    page.wait_for_url("**/admin/videos/")


def play(page):
    page.evaluate("document.querySelector('#player').muted = true")
    page.evaluate("document.querySelector('#player').play()")
    wait_for_time(page, 0.5)


def fetch_status(page, path):
    return page.evaluate("path => fetch(path).then(response => response.status)", path)


def test_an_editor_uploads_a_visitor_unlocks_and_watches_and_the_editor_ends_it(visit, section, work):
    editor = visit("/admin/")
    sign_in(editor)
    upload(editor, section, clips.mp4(seconds=4))
    assert "uploaded and published" in editor.inner_text("body")
    assert "Salt flats, second cut" in editor.inner_text("main")
    work()
    video = VideoPage.objects.get()
    assert video.video_file.has_poster and video.check_password(PASSWORD)

    visitor = visit("/")
    visitor.get_by_role("link", name="Watch videos").click()
    visitor.get_by_role("link", name="Salt flats, second cut").click()
    visitor.fill("input[name=password]", "not the password")
    visitor.get_by_role("button", name="Open the film").click()
    assert "That is not the password" in visitor.get_by_role("alert").inner_text()
    expect(visitor.locator("input[name=password]")).to_be_focused()
    stream = f"/stream/{video.uuid}/source"
    assert fetch_status(visitor, stream) == 403
    visitor.fill("input[name=password]", PASSWORD)
    visitor.keyboard.press("Enter")
    visitor.wait_for_selector("#player")
    assert visitor.evaluate("document.querySelector('#player').preload") == "none"
    assert not VideoView.objects.exists()
    play(visitor)
    visitor.evaluate("document.querySelector('#player').currentTime = 3")
    wait_for_time(visitor, 3.2)
    video.refresh_from_db()
    assert video.views == 1
    assert fetch_status(visitor, stream) == 200
    assert not visitor.complaints

    stranger = visit(video.url)
    assert fetch_status(stranger, stream) == 403
    assert fetch_status(stranger, f"/stream/{video.uuid}/poster") == 403

    editor.goto(f"/admin/pages/{video.pk}/edit/")
    editor.get_by_role("button", name="Password and access").or_(
        editor.get_by_role("link", name="Password and access")
    ).first.click()
    editor.get_by_role("button", name="End all access").first.click()
    editor.get_by_text("Access is ended for 1 browser").first.wait_for()
    assert not VideoAccessSession.objects.exists()
    ended = began = time.monotonic()
    while fetch_status(visitor, stream) != 403:
        assert began - ended < MOST_AGE
        began = time.monotonic()
    visitor.reload()
    assert visitor.locator("#player").count() == 0
    assert visitor.locator("input[name=password]").count() == 1


def test_a_section_opens_its_films_and_the_page_says_until_when(visit, section):
    video = factories.make_real_video("A film", section=section, password=None)
    section.set_password(PASSWORD)
    visitor = visit(section.url, device="phone")
    visitor.fill("input[name=password]", PASSWORD)
    visitor.keyboard.press("Enter")
    visitor.get_by_text("Unlocked").first.wait_for()
    visitor.get_by_role("link", name="A film").click()
    visitor.wait_for_selector("#player")
    assert "Yours until" in visitor.inner_text("main")
    play(visitor)
    assert VideoView.objects.get().video_id == video.pk
    assert not visitor.complaints


def test_a_browser_that_keeps_no_cookies_sees_a_message(visit, section):
    video = factories.make_video("A film", section=section)
    visitor = visit(video.url)
    visitor.context.clear_cookies()
    visitor.fill("input[name=password]", factories.PASSWORD)
    visitor.keyboard.press("Enter")
    visitor.get_by_text("needs cookies to remember that you have the password").first.wait_for()
