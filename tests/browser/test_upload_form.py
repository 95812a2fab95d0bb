"""The upload screen in a real browser: what is wrong is said before the file is sent, and nothing typed is lost."""

import re

import pytest
from django.contrib.auth import get_user_model
from playwright.sync_api import expect

from tests import clips, factories
from video_pages.models import VideoFile, VideoPage

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]


@pytest.fixture
def section():
    factories.make_superuser()
    return factories.make_section("Client reviews")


@pytest.fixture
def open_form(editor, section):
    """A function that fills the form in, with a password that is too short."""

    def fill(clip):
        page = editor("/admin/videos/upload/")
        page.set_input_files("#id_video_file", str(clip))
        page.fill("#id_title", "Salt flats")
        page.fill("#id_password", "short")
        page.select_option("#id_section", str(section.pk))
        page.locator(".public-DraftEditor-content").click()
        page.keyboard.type("Three days in the desert")
        page.get_by_label("Keep as draft").check()
        return page

    return fill


def sign_in(page):
    page.fill("#id_username", "admin")
    page.fill("#id_password", "secret-secret")
    page.get_by_role("button", name="Sign in").click()


def send(page):
    page.get_by_role("button", name="Upload video").click()


def file_names(page):
    return page.locator("#id_video_file").evaluate("input => Array.from(input.files, file => file.name)")


def assert_kept(page, clip, password):
    assert page.input_value("#id_title") == "Salt flats"
    assert page.input_value("#id_password") == password
    assert page.get_by_text("Three days in the desert").is_visible()
    assert page.get_by_label("Keep as draft").is_checked()
    assert file_names(page) == [clip.name]


def test_a_wrong_field_is_shown_before_the_file_is_sent_and_everything_is_kept(open_form):
    clip = clips.mp4()
    page = open_form(clip)
    sent = []
    page.on("request", lambda request: sent.append(request.method) if request.url.endswith("/upload/") else None)
    send(page)
    page.get_by_text("Use at least 8 characters.").wait_for()
    assert sent == ["POST"], "only the question, not the file"
    assert_kept(page, clip, "short")
    page.fill("#id_password", factories.PASSWORD)
    send(page)
    page.wait_for_url("**/admin/videos/")
    page.get_by_text("“Salt flats” is uploaded and kept as a draft.").wait_for()
    video = VideoPage.objects.get()
    message = page.get_by_role("region", name="A message to send").get_by_role("textbox")
    expect(message).to_have_value(re.compile(f"^“Salt flats”\n.*{video.url}\nPassword: {factories.PASSWORD}$"))
    page.reload()
    expect(message).to_have_count(0)
    assert "Three days in the desert" in video.description
    assert not video.live and video.check_password(factories.PASSWORD)
    assert video.video_file.size_bytes == clip.stat().st_size
    assert page.complaints == []


def test_a_file_that_is_no_video_is_refused_beside_its_field_and_everything_is_kept(open_form, tmp_path):
    text = tmp_path / "film.mp4"
    text.write_text("ffconcat version 1.0\nfile 'other.mp4'\n")
    page = open_form(text)
    page.fill("#id_password", factories.PASSWORD)
    send(page)
    page.get_by_text("This file is a list that points to other files").wait_for()
    # The press is over, too: within its first moment it would be meant for the file that is chosen next.
    expect(page.locator(".upload-notice")).to_contain_text("Not saved yet")
    assert_kept(page, text, factories.PASSWORD)
    assert not VideoFile.objects.exists()
    page.set_input_files("#id_video_file", str(clips.mp4()))
    send(page)
    page.wait_for_url("**/admin/videos/")
    assert VideoPage.objects.get().title == "Salt flats"


def test_a_file_over_the_limit_is_refused_when_it_is_chosen_and_never_sent(open_form):
    page = open_form(clips.mp4())
    expect(page.locator(".upload-row[data-state=ready]")).to_have_count(1)
    page.locator("#id_video_file").evaluate("input => { input.dataset.maxBytes = '1000' }")
    sent = []
    page.on("request", lambda request: sent.append(request.url))
    page.set_input_files("#id_video_file", str(clips.silent_mp4()))
    page.get_by_text("This file is too large").wait_for()
    send(page)
    page.wait_for_timeout(500)
    assert [url for url in sent if "/uploads/tus/" in url] == []


def hold_requests(page):
    """Let every post of the form wait; return a function that lets the next one go when it is there."""
    held = []
    page.route("**/admin/videos/upload/", lambda route: held.append(route))

    def let_go():
        while not held:
            page.wait_for_timeout(50)
        held.pop(0).continue_()

    return let_go


def test_what_was_said_of_a_try_goes_when_the_next_one_begins(open_form, tmp_path):
    lie = tmp_path / "lie.mp4"
    lie.write_text("no film")
    page = open_form(clips.mp4())
    page.route("**/tus*.js", lambda route: route.abort())
    page.reload()
    page.unroute("**/tus*.js")
    page.complaints.clear()  # of the script that was kept away
    send(page)  # without scripts: the server's own red words, and its hint
    banner = page.get_by_text("The video was not uploaded. See the fields below.")
    hint = page.get_by_text("Everything you typed is still here.")
    expect(banner).to_be_visible()
    expect(hint).to_be_visible()
    page.set_input_files("#id_video_file", str(lie))
    refusal = page.get_by_text("This file is not a video that can be read here")
    expect(refusal).to_have_count(1, timeout=15_000)
    send(page)
    notice, button = page.locator(".upload-notice"), page.locator("footer button[type=submit]")
    expect(notice).to_contain_text("Not saved yet")
    for said in (banner, hint):
        expect(said).to_have_count(0)
    expect(refusal).to_have_count(1)
    page.set_input_files("#id_video_file", str(clips.mp4()))
    expect(notice).to_be_empty()
    expect(refusal).to_have_count(0)
    expect(page.locator(".upload-row[data-state=ready]")).to_have_count(1, timeout=15_000)
    expect(page.locator(".upload-row progress")).to_be_hidden()
    let_go = hold_requests(page)
    send(page)
    expect(notice).to_have_text("Checking what you typed…")
    expect(button).to_have_text("Checking…")
    let_go()
    expect(notice).to_have_text("The file is uploaded. The video is being made…")
    expect(button).to_have_text("Making the video…")
    expect(page.locator(".upload-row__status")).to_have_text("The video is being made…")
    let_go()
    page.wait_for_url("**/admin/videos/")
    assert VideoPage.objects.count() == 1
    assert page.complaints == []


def test_a_file_that_is_chosen_before_the_script_has_loaded_is_uploaded(visit, section):
    page = visit("/healthz/live", user=get_user_model().objects.get(username="admin"))
    held = []
    page.route("**/upload_screen*.js*", lambda route: held.append(route))
    with page.expect_request("**/upload_screen*.js*"):
        page.goto("/admin/videos/upload/", wait_until="commit")
    page.set_input_files("#id_video_file", str(clips.mp4()))
    assert page.locator(".upload-row").count() == 0
    held.pop().continue_()
    expect(page.locator(".upload-row[data-state=ready]")).to_have_count(1)


def test_passwords_can_be_shown_while_they_are_typed(open_form):
    page = open_form(clips.mp4())
    page.get_by_role("button", name="Show the password", exact=True).click()
    expect(page.locator("#id_password")).to_have_attribute("type", "text")
    page.set_input_files("#id_video_file", str(clips.silent_mp4()))
    page.get_by_role("button", name=f"Show the password of {clips.silent_mp4().name}").click()
    assert page.locator(".upload-row input[type=text][autocomplete=new-password]").count() == 1
    page.get_by_role("button", name="Hide the password", exact=True).click()
    expect(page.locator("#id_password")).to_have_attribute("type", "password")
    expect(page.locator("#id_password")).to_have_value("short")


def test_a_press_without_a_file_asks_for_one_and_leaves_the_page_as_it_is(open_form):
    page = open_form(clips.mp4())
    page.get_by_role("button", name="Remove").click()
    sent = []
    page.on("request", lambda request: sent.append(request.method) if request.url.endswith("/upload/") else None)
    send(page)
    expect(page.get_by_text("Choose a video file.")).to_be_visible()
    expect(page.locator("#id_video_file")).to_be_focused()
    assert sent == [] and page.input_value("#id_password") == "short"


def test_the_rows_are_as_wide_as_the_fields_and_their_buttons_aligned(open_form, tmp_path):
    page = open_form(clips.mp4())
    page.set_input_files("#id_video_file", str(clips.silent_mp4()))
    expect(page.locator(".upload-row[data-state=ready]")).to_have_count(2, timeout=30_000)
    edges = "element => element.getBoundingClientRect()"
    ends = [
        page.locator(selector).first.evaluate(edges)["right"]
        for selector in (".upload-drop", ".upload-row", ".new-password:has(#id_password)")
    ]
    assert max(ends) - min(ends) <= 1, ends
    page.set_viewport_size({"width": 390, "height": 844})
    distance = page.locator(".upload-row").first.evaluate(
        """row => row.querySelector(".upload-row__buttons .button:not([hidden])").getBoundingClientRect().left
            - row.querySelector(".upload-row__name").getBoundingClientRect().left"""
    )
    assert abs(distance) <= 1


def test_the_password_says_how_long_it_must_be_and_what_it_opens(open_form, tmp_path):
    page = open_form(clips.mp4())
    help_text = page.locator("[data-field]:has(#id_password) .help")
    expect(help_text).to_contain_text("8 to 128 characters. Opens this video.")
    page.set_input_files("#id_video_file", str(clips.silent_mp4()))
    expect(help_text).to_contain_text("8 to 128 characters. Opens those of these videos")


def test_whoever_was_signed_out_signs_in_elsewhere_and_goes_on(open_form):
    page = open_form(clips.mp4())
    page.fill("#id_password", factories.PASSWORD)
    # Until then the row asks for its state, too, and would also report the lost session.
    expect(page.locator(".upload-row[data-state=ready]")).to_be_visible()
    page.context.clear_cookies(name="sessionid")
    send(page)
    page.get_by_text("You are no longer signed in").wait_for()
    assert_kept(page, clips.mp4(), factories.PASSWORD)
    other = page.context.new_page()
    other.goto("/admin/login/")
    sign_in(other)
    other.wait_for_url("**/admin/")
    send(page)
    page.wait_for_url("**/admin/videos/")
    assert VideoPage.objects.get().title == "Salt flats"


def test_a_video_file_plays_on_wagtailmedias_screen(editor, section):
    video_file = factories.make_video_file(clips.mp4())
    page = editor(f"/admin/media/edit/{video_file.pk}/")
    seconds = page.locator("video").evaluate(
        """async (video) => {
            video.muted = true;
            await video.play();
            await new Promise((resolve) => setTimeout(resolve, 500));
            return video.currentTime;
        }"""
    )
    assert seconds > 0
    assert page.complaints == []
