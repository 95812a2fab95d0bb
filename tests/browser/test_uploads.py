"""Uploads that do not lose work, in a real browser: many at once, dropped again, with the server killed meanwhile."""

import hashlib
import re
import shutil
import signal

import pytest
from playwright.sync_api import expect

from tests import clips, factories
from tests.browser.restarts import RestartedSite
from tests.uploads.under_gunicorn import a_video_file
from video_pages.models import ResumableUpload, VideoFile, VideoPage

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]

SCREEN = "/admin/videos/upload/"
NAMES = ["salt_flats-final.mp4", "Day 1 - the harbour.mp4", "interview.mov", "B_roll.2026-11-20.mp4", "night_train.mp4"]
SLOW = 1_500_000  # bytes a second


@pytest.fixture
def section():
    factories.make_superuser()
    return factories.make_section("Client reviews")


@pytest.fixture
def films(tmp_path):
    """Five films with names of people."""
    paths = []
    for number, name in enumerate(NAMES):
        path = tmp_path / name
        shutil.copy(clips.mov() if name.endswith("mov") else clips.mp4(seconds=1 + number % 2), path)
        paths.append(str(path))
    return paths


def rows(page, state):
    return page.locator(f".upload-row[data-state={state}]")


def slow_down(page, bytes_a_second):
    """Let the page's requests go slowly (-1: as fast as they can); return what `set_line` needs to change that."""
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    set_line(session, bytes_a_second)
    return session


def set_line(session, bytes_a_second=-1, *, offline=False):
    conditions = {"offline": offline, "latency": 0, "downloadThroughput": -1, "uploadThroughput": bytes_a_second}
    session.send("Network.emulateNetworkConditions", conditions)


def test_five_files_at_once_become_five_videos_each_with_its_title(editor, section, films):
    page = editor(SCREEN)
    page.set_input_files("#id_video_file", films)
    expect(rows(page, "ready")).to_have_count(5, timeout=30_000)
    titles = page.get_by_label("Title", exact=True).and_(page.locator(".upload-row input"))
    assert titles.evaluate_all("inputs => inputs.map(input => input.value)") == [
        "B roll 2026-11-20",
        "Day 1 - the harbour",
        "Interview",
        "Night train",
        "Salt flats final",
    ]
    titles.nth(2).fill("Anna remembers")
    page.get_by_label("Password of its own").nth(2).fill("anna-and-only-anna")
    page.fill("#id_password", factories.PASSWORD)
    page.select_option("#id_section", str(section.pk))
    page.get_by_label("Keep as draft").check()
    page.get_by_role("button", name="Make 5 videos").click()
    page.wait_for_url("**/admin/videos/")
    expect(page.locator(".messages li")).to_have_count(1)
    expect(page.get_by_text("5 videos are uploaded and kept as drafts.")).to_be_visible()
    pages = {video.title: video for video in VideoPage.objects.all()}
    in_order = [video.title for video in VideoPage.objects.child_of(section).order_by("path")]
    assert in_order == ["B roll 2026-11-20", "Day 1 - the harbour", "Anna remembers", "Night train", "Salt flats final"]
    assert len(pages) == 5
    assert pages["Anna remembers"].check_password("anna-and-only-anna")
    assert pages["Night train"].check_password(factories.PASSWORD)
    assert {video.video_file.original_filename for video in pages.values()} == set(NAMES)
    assert not VideoFile.objects.exclude(awaits_page_until=None).exists()
    assert page.complaints == []


def test_all_that_is_wrong_is_said_at_once_and_a_refused_file_stops_no_other(editor, section, films, tmp_path):
    lie = tmp_path / "lie.mp4"
    lie.write_text("no film")
    factories.make_section("Lectures")  # a single section would be chosen from the start
    page = editor(SCREEN)
    page.set_input_files("#id_video_file", [*films[:2], str(lie)])
    expect(rows(page, "ready")).to_have_count(2, timeout=30_000)
    expect(rows(page, "refused").get_by_role("alert")).to_contain_text("This file is not a video")
    own = page.get_by_label("Password of its own").first
    own.fill("short")
    notice = page.locator(".upload-notice")
    page.get_by_role("button", name="Make 2 videos").click()
    expect(rows(page, "ready").first.get_by_text("Use at least 8 characters.")).to_be_visible()
    expect(page.locator("[data-field]:has(#id_section) .error-message")).to_be_visible()
    expect(own).to_be_focused()
    expect(notice).to_contain_text("Not saved yet")
    expect(notice).to_be_in_viewport(ratio=1)
    own.fill("long enough")
    page.select_option("#id_section", str(section.pk))
    page.get_by_role("button", name="Make 2 videos").click()
    expect(notice).to_have_text("2 videos are made. One file is left out, for the reason beside it: lie.mp4.")
    expect(notice).to_be_in_viewport(ratio=1)
    expect(rows(page, "refused")).to_be_focused()
    assert VideoPage.objects.count() == 2
    page.get_by_role("button", name="To the list of videos").click()
    page.wait_for_url("**/admin/videos/")
    expect(page.get_by_text("2 videos are uploaded and published.")).to_be_visible()
    assert page.complaints == []


def test_the_button_may_be_pressed_before_the_bytes_are_there_and_the_upload_may_pause(editor, section, tmp_path):
    film = tmp_path / "night_train.mp4"
    film.write_bytes(a_video_file(15))
    page = editor(SCREEN)
    line = slow_down(page, SLOW)
    page.set_input_files("#id_video_file", str(film))
    expect(page.locator(".upload-row__status")).to_contain_text("a second", timeout=10_000)
    page.get_by_role("button", name="Pause night_train.mp4").click()
    expect(page.locator(".upload-row__status")).to_contain_text("Paused at")
    assert page.input_value("#id_title") == "Night train"
    page.select_option("#id_section", str(section.pk))
    page.get_by_role("button", name="Go on with night_train.mp4").click()
    page.get_by_role("button", name="Upload video").click()
    expect(page.locator(".upload-notice")).to_contain_text("The video will be made when its file is uploaded")
    assert not VideoPage.objects.exists()
    set_line(line)
    page.wait_for_url("**/admin/videos/")
    assert VideoFile.objects.get().sha256 == hashlib.sha256(film.read_bytes()).hexdigest()


def test_the_same_file_dropped_again_goes_on_where_it_was_in_another_browser(editor, section, tmp_path):
    film = tmp_path / "night_train.mp4"
    film.write_bytes(a_video_file(64))  # more than one request of 32 MiB
    page = editor(SCREEN)
    line = slow_down(page, 8_000_000)
    page.set_input_files("#id_video_file", str(film))
    words = page.locator(".upload-row__status")
    expect(words).to_contain_text(re.compile(r"\((5[4-9]|6\d|7\d)%\)"), timeout=30_000)
    # Cut first: on a busy machine the rest would arrive while the browser closes.
    set_line(line, offline=True)
    expect(words).to_contain_text("Waiting for the network", timeout=10_000)
    page.context.close()
    upload = ResumableUpload.objects.get()
    assert upload.video_file is None

    other = editor(SCREEN)
    expect(other.get_by_text("night_train.mp4")).to_be_visible()
    sent = []
    other.on("request", lambda request: sent.append(request.method) if "/uploads/tus/" in request.url else None)
    other.set_input_files("#id_video_file", str(film))
    expect(rows(other, "ready")).to_have_count(1, timeout=60_000)
    expect(other.locator("[data-unfinished-uploads]")).to_be_hidden()
    assert "POST" not in sent, "nothing was announced anew"
    assert ResumableUpload.objects.get().token == upload.token
    assert VideoFile.objects.get().sha256 == hashlib.sha256(film.read_bytes()).hexdigest()


def test_an_unfinished_upload_is_listed_and_can_be_forgotten(editor, section):
    page = editor(SCREEN)
    user = factories.get_user_model().objects.get()
    ResumableUpload.objects.create(user=user, filename="old.mp4", size_bytes=1000)
    page.goto(SCREEN)
    page.on("dialog", lambda dialog: dialog.accept())
    remove, status, held = (
        page.get_by_role("button", name="Remove old.mp4"),
        page.locator("[data-unfinished-status]"),
        [],
    )
    page.route("**/tus/*/", lambda route: held.append(route))
    remove.click()
    expect(remove).to_be_disabled()
    held.pop().fulfill(status=503)
    expect(status).to_have_text("The upload could not be removed. Try again in a moment.")
    expect(remove).to_be_focused()
    page.unroute("**/tus/*/")
    remove.click()
    expect(page.get_by_text("old.mp4")).to_be_hidden()
    expect(status).to_have_text("The upload was removed.")
    assert not ResumableUpload.objects.exists()


def test_a_server_that_is_killed_and_started_again_loses_nothing(chromium, section, child_environment, tmp_path):
    film = tmp_path / "night_train.mp4"
    film.write_bytes(a_video_file(30))
    with RestartedSite(child_environment, tmp_path / "gunicorn.log") as site:
        page = chromium.new_context(base_url=site.address).new_page()
        site.sign_in(page)
        page.goto(SCREEN)
        line = slow_down(page, 6_000_000)
        page.set_input_files("#id_video_file", str(film))
        page.select_option("#id_section", str(section.pk))
        words = page.locator(".upload-row__status")
        expect(words).to_contain_text(re.compile(r"\((2[5-9]|[3-7]\d)%\)"), timeout=30_000)
        site.kill(signal.SIGKILL)
        expect(words).to_contain_text("Waiting for the network", timeout=10_000)
        site.start()
        set_line(line)
        expect(rows(page, "ready")).to_have_count(1, timeout=60_000)
        page.get_by_role("button", name="Upload video").click()
        page.wait_for_url("**/admin/videos/")
        page.context.close()
    video_file = VideoPage.objects.get().video_file
    assert video_file.sha256 == hashlib.sha256(film.read_bytes()).hexdigest()
    assert ResumableUpload.objects.count() <= 1


def test_wagtailmedias_screens_send_their_file_the_same_way(editor, section):
    page = editor("/admin/media/video/add/")
    page.set_input_files("#id_file", str(clips.mp4()))
    page.fill("#id_title", "First cut")
    page.get_by_role("button", name="Upload").click()
    page.wait_for_url("**/admin/media/")
    video_file = VideoFile.objects.get()
    assert (video_file.title, video_file.awaits_page_until) == ("First cut", None)
    assert video_file.resumable_upload.filename == clips.mp4().name

    page.goto(f"/admin/media/edit/{video_file.pk}/")
    page.set_input_files("#id_file", str(clips.silent_mp4()))
    page.get_by_role("button", name="Save").click()
    page.wait_for_url("**/admin/media/")
    video_file.refresh_from_db()
    assert (video_file.source_version, video_file.audio_codec) == (2, "")
    assert page.complaints == []


def test_a_refused_file_says_so_on_wagtailmedias_screen(editor, section, tmp_path):
    lie = tmp_path / "lie.mp4"
    lie.write_text("no film")
    page = editor("/admin/media/video/add/")
    page.set_input_files("#id_file", str(lie))
    page.get_by_role("button", name="Upload").click()
    expect(page.get_by_role("alert")).to_contain_text("This file is not a video")
    page.set_input_files("#id_file", str(clips.mp4()))
    page.get_by_role("button", name="Upload").click()
    page.wait_for_url("**/admin/media/")
    assert VideoFile.objects.count() == 1


def test_the_choosers_upload_tab_sends_its_file_the_same_way(editor, section):
    page = editor(f"/admin/pages/add/video_pages/videopage/{section.pk}/")
    page.get_by_role("button", name="Choose video").click()
    page.get_by_role("tab", name="Upload").click()
    page.set_input_files("[name=media-chooser-upload-file]", str(clips.mp4()))
    page.fill("#id_media-chooser-upload-title", "Chosen film")
    page.locator("form.media-upload button[type=submit]").click()
    expect(page.locator(".media-upload")).to_have_count(0, timeout=30_000)
    expect(page.get_by_text("Chosen film").first).to_be_visible()
    video_file = VideoFile.objects.get()
    assert (video_file.title, video_file.awaits_page_until) == ("Chosen film", None)
    assert video_file.resumable_upload.user.username == "admin"
    assert page.complaints == []


def test_without_the_script_of_the_protocol_the_simple_form_remains(editor, section):
    page = editor("/admin/")
    page.route("**/tus*.js", lambda route: route.abort())
    page.goto(SCREEN)
    page.set_input_files("#id_video_file", str(clips.mp4()))
    page.fill("#id_title", "Night train")
    page.select_option("#id_section", str(section.pk))
    page.get_by_role("button", name="Upload video").click()
    page.wait_for_url("**/admin/videos/")
    assert VideoPage.objects.get().title == "Night train"
    assert not ResumableUpload.objects.exists()


def test_who_is_signed_out_meanwhile_signs_in_elsewhere_and_the_upload_goes_on(editor, section, tmp_path):
    film = tmp_path / "night_train.mp4"
    film.write_bytes(a_video_file(64))  # more than one request of 32 MiB: rights are asked at the beginning of each
    page = editor(SCREEN)
    line = slow_down(page, 8_000_000)
    page.set_input_files("#id_video_file", str(film))
    page.fill("#id_title", "Typed meanwhile")
    page.select_option("#id_section", str(section.pk))
    words = page.locator(".upload-row__status")
    expect(words).to_contain_text(re.compile(r"\((1\d|2\d|3\d)%\)"), timeout=30_000)
    other = page.context.new_page()
    other.goto("/admin/")
    other.locator("form[action*=logout] button").dispatch_event("click")
    other.wait_for_url("**/login/**")
    expect(words).to_contain_text("no longer signed in", timeout=30_000)
    set_line(line)
    other.fill("[name=username]", "admin")
    other.fill("[name=password]", "secret-secret")
    other.click("[type=submit]")
    other.wait_for_url("**/admin/")
    expect(rows(page, "ready")).to_have_count(1, timeout=60_000)
    page.get_by_role("button", name="Upload video").click()
    page.wait_for_url("**/admin/videos/")
    assert VideoPage.objects.get().title == "Typed meanwhile"
    assert VideoFile.objects.get().sha256 == hashlib.sha256(film.read_bytes()).hexdigest()
