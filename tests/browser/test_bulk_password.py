"""Many videos at once, in the browser: one password for all with progress, a list of passwords, stopping, no script."""

import csv
import io

import pytest
from playwright.sync_api import expect

from tests import factories
from tests.factories import PASSWORD
from video_pages.models import VideoPage

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]
NEW = "gnu-otter-lamp-42"
COUNT = 8


@pytest.fixture
def videos(transactional_db):
    factories.make_superuser()
    section = factories.make_section("Field trips")
    return [factories.make_video(f"Film {number}", section=section) for number in range(COUNT)]


def choose_all(page, action):
    page.get_by_label("Select all").first.check()
    expect(page.locator("[data-bulk-action-footer]")).to_be_visible()
    # Wagtail gives the entries of the menu their ids once it stands open, after its transition.
    page.evaluate("document.addEventListener('w-dropdown:shown', () => { document.body.dataset.menuIsOpen = 'yes'; })")
    page.locator("[data-bulk-action-footer] [title='More bulk actions']").first.click()
    expect(page.locator("body")).to_have_attribute("data-menu-is-open", "yes")
    page.get_by_role("link", name=action).last.click()
    page.wait_for_url("**/bulk/**")


def unlocks(visit, video, password):
    page = visit(video.url)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Open the film").click()
    expect(page.locator("#player").or_(page.get_by_role("alert")).first).to_be_visible()
    return page.locator("#player").count() == 1


def test_one_password_for_all_with_progress_and_the_old_one_opens_nothing(videos, editor, visit):
    page = editor("/admin/videos/")
    choose_all(page, "Set one password for the selected videos")
    expect(page.get_by_text(f"{COUNT} videos get this password")).to_be_visible()
    seen = []
    page.expose_function("noteProgress", lambda text: seen.append(text))
    page.evaluate(
        """() => {
            const status = document.querySelector("[data-bulk-status]");
            new MutationObserver(() => window.noteProgress(status.textContent)).observe(status, { childList: true });
        }"""
    )
    page.get_by_label("New password").fill(NEW)
    page.get_by_role("button", name="Show the password").click()
    expect(page.get_by_label("New password")).to_have_attribute("type", "text")
    page.get_by_role("button", name="Set this password").click()
    expect(page.get_by_text(f"Done: {COUNT} of {COUNT}.")).to_be_visible()
    assert f"3 of {COUNT}" in seen and f"6 of {COUNT}" in seen
    assert all(video.check_password(NEW) for video in VideoPage.objects.all())
    assert unlocks(visit, videos[0], NEW)
    assert not unlocks(visit, videos[1], PASSWORD)
    page.get_by_role("link", name="Back to the list").click()
    page.wait_for_url("**/admin/videos/")
    assert not page.complaints


def test_a_password_for_each_comes_as_a_list_to_download_once(videos, editor):
    page = editor("/admin/videos/")
    choose_all(page, "Give each of the selected videos a password of its own")
    page.get_by_role("button", name="Generate and set them").click()
    link = page.get_by_role("link", name="Download the list")
    expect(link).to_be_visible()
    with page.expect_download() as download:
        link.click()
    text = open(download.value.path(), encoding="utf-8-sig", newline="").read()
    rows = list(csv.DictReader(io.StringIO(text)))
    assert download.value.suggested_filename == "passwords.csv"
    assert {row["Title"] for row in rows} == {video.title for video in videos}
    for row in rows:
        assert VideoPage.objects.get(title=row["Title"]).check_password(row["Password"])
    assert not page.complaints


def test_it_can_be_stopped_and_gone_on_with(videos, editor):
    page = editor("/admin/videos/")
    choose_all(page, "Set one password for the selected videos")
    page.get_by_label("New password").fill(NEW)
    held = []

    def hold(route):
        held.append(route)
        if len(held) > 1:
            route.continue_()

    page.route("**/set_one_password/**", hold)
    page.get_by_role("button", name="Set this password").click()
    stop = page.get_by_role("button", name="Stop")
    expect(stop).to_be_visible()
    expect(stop).to_be_focused()  # the button that began it is hidden
    stop.click()
    held[0].continue_()
    expect(page.get_by_text(f"Stopped: 3 of {COUNT} are done.")).to_be_visible()
    assert sum(video.check_password(PASSWORD) for video in VideoPage.objects.all()) == COUNT - 3
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_text(f"Done: {COUNT} of {COUNT}.")).to_be_visible()
    assert all(video.check_password(NEW) for video in VideoPage.objects.all())


def test_a_server_that_does_not_answer_leaves_nothing_uncertain_for_long(videos, editor):
    page = editor("/admin/videos/")
    choose_all(page, "Set one password for the selected videos")
    page.get_by_label("New password").fill(NEW)
    page.route("**/set_one_password/**", lambda route: route.abort())
    page.get_by_role("button", name="Set this password").click()
    expect(page.get_by_text("The server did not answer as expected.")).to_be_visible()
    page.unroute("**/set_one_password/**")
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_text(f"Done: {COUNT} of {COUNT}.")).to_be_visible()
    assert all(video.check_password(NEW) for video in VideoPage.objects.all())


def test_a_long_list_waits_for_its_ids_and_changes_nothing_without_them(videos, editor):
    page = editor("/admin/videos/")

    def make_long(route):
        """Answer as for a list of more than 500: the form counts, and names no videos."""
        if route.request.headers.get("x-requested-with") == "XMLHttpRequest" and route.request.method == "GET":
            asked.append(route.request.url)
            if len(asked) == 1:
                route.abort()
            else:
                route.fulfill(json={"ids": [video.pk for video in videos]})
        elif route.request.method == "GET":
            answer = route.fetch()
            digest = '<input type="hidden" name="list_digest" value="d1"><input type="hidden" name="ids"'
            text = answer.text().replace("data-batch-size", f'data-count="{COUNT}" data-batch-size')
            route.fulfill(response=answer, body=text.replace('<input type="hidden" name="ids"', digest))
        else:
            route.continue_()

    asked = []
    page.route("**/set_one_password/**", make_long)
    choose_all(page, "Set one password for the selected videos")
    page.get_by_label("New password").fill(NEW)
    page.get_by_role("button", name="Set this password").click()
    expect(page.get_by_text(f"The server did not answer as expected. 0 of {COUNT}")).to_be_visible()
    assert all(video.check_password(PASSWORD) for video in VideoPage.objects.all())
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_text(f"Done: {COUNT} of {COUNT}.")).to_be_visible()
    assert all("list_digest=d1" in address for address in asked)
    assert all(video.check_password(NEW) for video in VideoPage.objects.all())


def test_a_password_that_is_too_short_is_said_beside_the_field(videos, editor):
    page = editor("/admin/videos/")
    choose_all(page, "Set one password for the selected videos")
    page.get_by_label("New password").fill("short")
    page.get_by_role("button", name="Set this password").click()
    expect(page.get_by_text("Use at least 8 characters.")).to_be_visible()
    assert all(video.check_password(PASSWORD) for video in VideoPage.objects.all())


def test_an_editor_ends_one_browser_s_access_in_the_page_editor(videos, editor, visit):
    visitor = visit(videos[0].url)
    visitor.get_by_label("Password", exact=True).fill(PASSWORD)
    visitor.get_by_role("button", name="Open the film").click()
    expect(visitor.locator("#player")).to_be_attached()
    page = editor(f"/admin/pages/{videos[0].pk}/edit/")
    page.locator("[data-session-end]").click()
    expect(page.get_by_text("Access is ended for 1 browser.")).to_be_visible()
    expect(page.get_by_text("Nobody has it open now.")).to_be_visible()
    visitor.reload()
    expect(visitor.get_by_label("Password", exact=True)).to_be_visible()
    assert not page.complaints
