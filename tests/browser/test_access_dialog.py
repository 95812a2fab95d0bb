"""The access dialog in an editor's hands: what it shows, what it sends, and that nothing of it stays."""

import contextlib
import datetime as dt

import pytest
from django.utils import timezone
from playwright.sync_api import TimeoutError as PageTimeout
from playwright.sync_api import expect

from tests import factories
from tests.browser.accessibility import SERIOUS, findings
from tests.wagtail_admin.access import open_session
from video_pages.access import passwords
from video_pages.models import VideoAccessSession, VideoPage

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]

TYPED = "typed by hand"


@pytest.fixture
def film(transactional_db):
    factories.make_superuser()
    return factories.make_video("Salt flats")


def in_an_hour():
    return timezone.now() + dt.timedelta(hours=1)


def open_dialog(page):
    page.get_by_role("link", name="Password and access").click()
    page.wait_for_selector("#access-dialog [name=access-password]")


def shown_password(page):
    return page.wait_for_selector("[data-access-password]").inner_text()


def write_title(page, text):
    """Write `text` at the end of the title, and go on until it is saved by itself.

    What is typed while the editor is still being set up counts as what it began with.
    """
    saved = page.get_by_text("Saved", exact=True).first
    for part in [text, *"!" * 20]:
        page.click("[name=title]")
        page.keyboard.press("End")
        page.keyboard.type(part, delay=20)
        page.keyboard.press("Tab")
        with contextlib.suppress(PageTimeout):
            saved.wait_for(timeout=1500)
            return
    pytest.fail("the page was never saved by itself")


def edit_address(video):
    return f"/admin/pages/{video.pk}/edit/"


def test_a_generated_password_is_shown_once_with_a_message_to_copy(film, editor):
    page = editor(edit_address(film))
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    open_dialog(page)
    page.get_by_role("button", name="Generate and set one").click()
    password = shown_password(page)
    assert VideoPage.objects.get(pk=film.pk).check_password(password)

    page.get_by_role("button", name="Copy the message").click()
    page.get_by_role("button", name="Copied").wait_for()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.splitlines()[0] == "“Salt flats”"
    assert copied.splitlines()[1].endswith(film.url)
    assert copied.splitlines()[2] == f"Password: {password}"

    page.keyboard.press("Escape")
    expect(page.get_by_role("link", name="Password and access")).to_be_focused()
    assert password not in page.content()
    open_dialog(page)
    assert password not in page.content()
    page.reload()
    assert password not in page.content()
    assert not page.complaints


def test_the_panel_behind_the_dialog_follows_what_is_done(film, editor):
    page = editor(edit_address(film))
    panel = page.locator("[data-access-panel] [data-access-summary]")
    expect(panel).to_contain_text("Opened by its own password.")
    open_dialog(page)
    page.get_by_role("button", name="Remove the password").click()
    expect(page.locator("#access-dialog [data-access-done]")).to_contain_text("The password is removed")
    expect(panel).to_contain_text("Nobody can unlock it yet.")
    page.get_by_label("Yes: anyone can watch this video, without a password.").check()
    page.get_by_role("button", name="Open it to everyone").click()
    page.get_by_role("button", name="Lock it again").wait_for()
    expect(panel).to_contain_text("Open to everyone.")
    assert not page.complaints


def test_the_page_s_own_form_never_sends_what_is_typed_in_the_dialog(film, editor):
    """Wagtail autosaves that form, and posts it to the preview."""
    page = editor(edit_address(film))
    sent = []
    page.on("request", lambda request: sent.append((request.url, request.post_data or "")))
    open_dialog(page)
    page.fill("[name=access-password]", TYPED)
    page.wait_for_timeout(1500)  # three times Wagtail's autosave interval
    page.keyboard.press("Enter")
    assert shown_password(page) == TYPED
    page.keyboard.press("Escape")
    write_title(page, ", third cut")
    urls_with_it = [url for url, body in sent if "typed" in body]
    assert len(urls_with_it) == 1 and urls_with_it[0].endswith(f"/admin/access/{film.pk}/")
    saved = [body for url, body in sent if url.endswith(edit_address(film)) and "third cut" in body]
    assert saved and not any("access-" in body for body in saved)
    assert VideoPage.objects.get(pk=film.pk).check_password(TYPED)
    assert not page.complaints


def test_a_password_that_is_too_short_is_said_so_beside_the_field(film, editor):
    page = editor(edit_address(film))
    open_dialog(page)
    page.fill("[name=access-password]", "short")
    field = page.locator("[name=access-password]")
    page.get_by_role("button", name="Show the password").click()
    expect(field).to_have_attribute("type", "text")
    expect(field).to_be_focused()
    page.get_by_role("button", name="Hide the password").click()
    expect(field).to_have_attribute("type", "password")
    page.get_by_role("button", name="Set this password").click()
    page.get_by_text("Use at least 8 characters.").wait_for()
    expect(page.locator("[name=access-password]")).to_be_focused()
    expect(page.locator("[name=access-password]")).to_have_value("")
    assert VideoPage.objects.get(pk=film.pk).check_password(factories.PASSWORD)


def test_a_new_page_gets_its_password_as_soon_as_autosave_gave_it_an_id(film, editor):
    page = editor(f"/admin/pages/add/video_pages/videopage/{film.get_parent().pk}/")
    assert not page.get_by_role("link", name="Password and access").is_visible()
    write_title(page, "Brand new")
    page.get_by_role("link", name="Password and access").wait_for()
    open_dialog(page)
    page.fill("[name=access-password]", TYPED)
    page.keyboard.press("Enter")
    assert shown_password(page) == TYPED
    assert VideoPage.objects.exclude(pk=film.pk).get().check_password(TYPED)
    assert not page.complaints


def test_without_javascript_the_same_is_done_on_a_page_of_its_own(film, editor):
    page = editor(f"/admin/access/{film.pk}/", java_script_enabled=False)
    page.fill("[name=access-password]", TYPED)
    page.get_by_role("button", name="Set this password").click()
    assert shown_password(page) == TYPED
    assert f"Password: {TYPED}" in page.input_value("[data-access-message]")
    assert page.locator("[data-access-copy]:visible").count() == 0
    page.get_by_role("button", name="End all access").click()
    page.get_by_text("Access is ended for 0 browsers.").first.wait_for()
    assert TYPED not in page.content()


def test_on_the_page_of_its_own_the_message_is_copied_too(film, editor):
    page = editor(f"/admin/access/{film.pk}/")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Generate and set one").click()
    password = shown_password(page)
    page.get_by_role("button", name="Copy", exact=True).click()
    page.get_by_role("button", name="Copied").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == password
    assert not page.complaints


@pytest.mark.parametrize("place", ["dialog", "page"])
@pytest.mark.parametrize(
    ("status", "says"),
    [(503, "The server checks too many passwords now. Try again in a moment."), (500, "did not answer as expected")],
)
def test_a_change_that_fails_says_so_and_keeps_all_that_was_typed(film, editor, place, status, says):
    page = editor(edit_address(film) if place == "dialog" else f"/admin/access/{film.pk}/")
    if place == "dialog":
        open_dialog(page)
    page.get_by_role("button", name="Set downloads").click()
    expect(page.locator("[data-access-done]")).to_be_focused()
    page.fill("[name=access-length]", "3")
    page.fill("[name=access-password]", TYPED)
    address = f"**/admin/access/{film.pk}/"
    page.route(address, lambda route: route.fulfill(status=status, body="busy", content_type="text/html"))
    for _time in range(2):
        page.get_by_role("button", name="Set this password").click()
        failure = page.locator("[data-access-failure]")
        expect(failure).to_contain_text(says)
        expect(failure).to_be_focused()
        expect(failure).to_have_count(1)
        expect(failure).to_be_in_viewport()
        expect(page.locator("[data-access-done]")).to_have_count(0)  # that was another change
    expect(page.locator("[name=access-password]")).to_have_value(TYPED)
    expect(page.locator("[name=access-length]")).to_have_value("3")
    page.unroute(address)
    page.get_by_role("button", name="Set this password").click()
    assert shown_password(page) == TYPED
    expect(page.locator("[data-access-failure]")).to_have_count(0)
    expect(page.locator("[name=access-length]")).to_have_value("3")


def test_a_dialog_of_a_signed_out_editor_says_that_nothing_is_known_to_have_changed(film, editor):
    page = editor(edit_address(film))
    open_dialog(page)
    page.context.clear_cookies()
    page.get_by_role("button", name="Remove the password").click()
    page.get_by_text("The server did not answer as expected.").wait_for()
    assert VideoPage.objects.get(pk=film.pk).check_password(factories.PASSWORD)


@pytest.mark.parametrize("place", ["dialog", "page"])
def test_after_each_action_the_focus_is_on_what_was_said_of_it(film, editor, place):
    page = editor(edit_address(film) if place == "dialog" else f"/admin/access/{film.pk}/")
    if place == "dialog":
        open_dialog(page)
    done, region = page.locator("[data-access-done]"), page.locator("[data-access-announced]")
    expect(region).to_have_attribute("role", "status")
    page.evaluate("document.querySelector('[data-access-announced]').dataset.isTheSame = 'yes'")
    page.get_by_role("button", name="Generate and set one").click()
    expect(page.locator("[data-access-new-password] button").first).to_be_focused()
    expect(region).to_contain_text("The password is set.")
    for button, says in (
        ("Set the length", "From now on, access lasts as you have set it."),
        ("Set downloads", "From now on, downloads are as you have chosen."),
        ("Change only where it is listed", "It is listed as you have chosen."),
        ("End all access", "Access is ended for 0 browsers."),
        ("Remove the password", "The password is removed"),
    ):
        page.get_by_role("button", name=button).click()
        expect(done).to_contain_text(says)
        expect(done).to_be_focused()
        expect(region).to_be_empty()
    page.get_by_role("button", name="Open it to everyone").click()
    expect(page.get_by_label("Yes: anyone can watch this video, without a password.")).to_be_focused()
    expect(region).to_have_attribute("data-is-the-same", "yes")
    assert not page.complaints


@pytest.mark.parametrize("kind", ["video", "section"])
def test_what_is_typed_for_one_button_stays_when_another_is_pressed(film, editor, kind):
    """Each button takes its own fields; the answer shows what is stored in all others, but for what was typed."""
    target = film if kind == "video" else film.get_parent().specific
    passwords.set_password(target, factories.PASSWORD)
    page = editor(edit_address(target))
    open_dialog(page)
    page.fill("[name=access-password]", TYPED)
    page.get_by_label("Only to those who have unlocked it").check()
    page.fill("[name=access-length]", "3")
    page.select_option("[name=access-unit]", "days")
    page.get_by_role("button", name="End all access").click()
    page.get_by_text("Access is ended for 0 browsers.").wait_for()
    page.get_by_role("button", name="Change only where it is listed").click()
    page.get_by_text("It is listed as you have chosen.").wait_for()
    expect(page.locator("[name=access-password]")).to_have_value(TYPED)
    page.get_by_role("button", name="Set this password").click()
    assert shown_password(page) == TYPED
    expect(page.locator("[name=access-password]")).to_have_value("")
    expect(page.locator("[name=access-length]")).to_have_value("3")
    page.select_option("[name=access-unit]", "date")
    page.fill("[name=access-until]", "2050-01-01T10:00")
    page.get_by_role("button", name="Remove the password").click()
    page.get_by_text("The password is removed").wait_for()
    expect(page.locator("[name=access-until]")).to_have_value("2050-01-01T10:00")
    page.select_option("[name=access-unit]", "days")
    page.get_by_role("button", name="Set the length").click()
    page.get_by_text("From now on, access lasts as you have set it.").wait_for()
    stored = type(target).objects.get(pk=target.pk)
    assert (stored.access_minutes, stored.listed, stored.password_hash) == (3 * 24 * 60, "unlocked", "")
    assert not page.complaints


@pytest.mark.parametrize("device", ["desktop", "phone"])
def test_the_dialog_is_accessible(film, editor, device):
    page = editor(edit_address(film), device=device)
    open_dialog(page)
    page.get_by_role("button", name="Generate and set one").click()
    shown_password(page)
    assert findings(page, context="#access-dialog", impacts=SERIOUS) == []
    width, room = page.evaluate(
        "(() => { const box = document.querySelector('#access-dialog .w-dialog__box');"
        " return [box.scrollWidth, box.clientWidth]; })()"
    )
    assert width <= room


def test_a_generated_password_stays_while_a_length_is_set_and_goes_when_it_is_removed(film, editor):
    for address in (edit_address(film), f"/admin/access/{film.pk}/"):
        page = editor(address)
        if "/edit/" in address:
            open_dialog(page)
        page.get_by_role("button", name="Generate and set one").click()
        password = shown_password(page)
        page.fill("[name=access-length]", "3")
        page.select_option("[name=access-unit]", "days")
        page.get_by_role("button", name="Set the length").click()
        expect(page.get_by_text("From now on, access lasts as you have set it.")).to_be_visible()
        assert shown_password(page) == password
        assert VideoPage.objects.get(pk=film.pk).access_minutes == 3 * 24 * 60
        page.get_by_role("button", name="Remove the password").click()
        expect(page.get_by_text("The password is removed")).to_be_visible()
        expect(page.locator("[data-access-password]")).to_have_count(0)
        assert page.complaints == []


def test_who_has_access_is_read_anew_after_a_change(film, editor):
    open_session(film, "a" * 64, in_an_hour())
    page = editor(edit_address(film))
    sessions = page.locator("[data-sessions-panel]")
    expect(sessions.get_by_role("row")).to_have_count(2)
    open_dialog(page)
    page.get_by_role("button", name="End all access").click()
    expect(page.get_by_text("Access is ended for 1 browser.")).to_be_visible()
    expect(sessions).to_contain_text("Nobody has it open now.")
    page.get_by_role("button", name="Remove the password").click()
    expect(sessions).to_contain_text("No password opens it, so nobody has access.")
    page.get_by_role("button", name="Generate and set one").click()
    expect(sessions).to_contain_text("Nobody has it open now.")
    open_session(film, "b" * 64, in_an_hour())
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    page.keyboard.press("Escape")
    sessions.locator("[data-session-end]").click()
    expect(page.locator("[data-access-summary]")).to_contain_text("No browser has it open now.")
    expect(sessions.get_by_text("Access is ended for 1 browser.")).to_be_focused()
    assert page.complaints == []


def test_an_access_that_is_over_already_is_said_to_be_so_in_place(film, editor):
    over, _other = [open_session(film, key * 64, in_an_hour()).pk for key in "ab"]
    page = editor(edit_address(film))
    sessions = page.locator("[data-sessions-panel]")
    VideoAccessSession.objects.filter(pk=over).delete()
    sessions.locator(f"[data-session-end='{over}']").click()
    expect(sessions).to_contain_text("There is nothing to end: this access is over already")
    expect(sessions.locator("[data-session-end]")).to_be_focused()
    expect(page.locator("[data-sessions-announced]")).to_contain_text("There is nothing to end")
    assert page.url.endswith(edit_address(film))
    assert page.complaints == []
