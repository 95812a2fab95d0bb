"""Passwords and fields that are used while the scripts of a screen still load: focus and characters stay."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from tests import factories

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]

UPLOAD = "/admin/videos/upload/"


@pytest.fixture
def section():
    factories.make_superuser()
    return factories.make_section("Client reviews")


def open_held(page, address, script):
    """Open `address`, whose `script` is not answered; return a function that answers it."""
    held = []
    page.route(f"**/js/{script}*", lambda route: held.append(route))
    page.goto(page.url.split("/admin/")[0] + address, wait_until="commit")

    def release():
        for route in held:
            route.continue_()
        page.unroute(f"**/js/{script}*")

    return release


def type_across(page, field, release, seen):
    """Type a password into `field`; in the middle of it the script comes, which shows `seen`."""
    page.focus(field)
    page.keyboard.type("open-")
    expect(page.locator(seen)).to_be_hidden()
    release()
    expect(page.locator(seen)).to_be_visible()
    page.keyboard.type("sesame")
    expect(page.locator(field)).to_have_value("open-sesame")


def test_a_password_is_whole_that_is_typed_while_the_scripts_load(editor, section):
    page = editor(UPLOAD)
    reveal = "#id_password + button"
    type_across(page, "#id_password", open_held(page, UPLOAD, "upload_screen"), reveal)
    page.click(reveal)
    expect(page.locator("#id_password")).to_have_attribute("type", "text")

    access = reverse("video_access", args=[section.pk])
    type_across(page, "[name=access-password]", open_held(page, access, "access_dialog"), "[name=access-password] + *")

    for field, script in (("#id_section", "upload_screen"), ("#id_video_file", "upload_screen|file_inputs")):
        for each in script.split("|"):
            release = open_held(page, UPLOAD, each)
            page.focus(field)
            release()
            page.locator(".upload-drop .file-input").wait_for()
            expect(page.locator(field)).to_be_focused()


def test_a_title_that_was_cleared_stays_empty(editor, section):
    page = editor(UPLOAD)
    film = {"name": "salt_flats.mp4", "mimeType": "video/mp4", "buffer": b"no film"}
    page.route("**/tus/**", lambda route: route.abort())
    page.set_input_files("#id_video_file", film)
    expect(page.locator("#id_title")).to_have_value("Salt flats")
    page.fill("#id_title", "")
    page.get_by_role("button", name="Pause salt_flats.mp4").click()
    expect(page.get_by_role("button", name="Go on with salt_flats.mp4")).to_be_visible()
    expect(page.locator("#id_title")).to_have_value("")
