"""Invitations in an editor's hands: three names are invited in a few clicks, and the screens are accessible."""

import pytest
from playwright.sync_api import expect

from tests import factories
from tests.browser.accessibility import SERIOUS, findings
from video_pages.access.invitations.tokens import find_invitation
from video_pages.models import Invitation

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]

NAMES = "Ann Weber, ann@example.org\nBob\nBob\nCleo <cleo@example.org>"


def faults_of(page):
    found = [f"{rule}: {elements}" for rule, elements in findings(page, impacts=SERIOUS)]
    complaints, page.complaints[:] = list(page.complaints), []
    return found + complaints


def test_three_names_are_invited_from_the_page_editor(transactional_db, editor):
    factories.make_superuser()
    film = factories.make_video("Salt flats")
    page = editor(f"/admin/pages/{film.pk}/edit/")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    faults = {}
    page.get_by_role("tab", name="Invitations").click()
    faults["tab"] = faults_of(page)
    page.get_by_role("link", name="Invite: Jury").click()
    page.fill("[name=invitation-names]", NAMES)
    page.fill("[name=invitation-ends_at]", "2030-01-01T12:00")
    page.get_by_role("button", name="Make the invitations").click()
    expect(page.get_by_text("Line 3, “Bob”: The same as line 2.")).to_be_visible()
    faults["a bad line"] = faults_of(page)
    page.check("[name=invitation-leaves_out]")
    page.get_by_role("button", name="Make the invitations").click()
    expect(page.get_by_role("heading", name="3 invitations are made")).to_be_visible()
    faults["many"] = faults_of(page)
    page.get_by_role("button", name="Copy Bob").click()
    page.get_by_role("button", name="Copied").wait_for()
    link = page.evaluate("navigator.clipboard.readText()")
    assert find_invitation(link.rpartition("/")[2]).label == "Bob"
    with page.expect_download() as saved:
        page.get_by_role("link", name="Save as a spreadsheet").click()
    text = saved.value.path().read_text(encoding="utf-8-sig")
    assert link in text and "ann@example.org" in text and len(text.splitlines()) == 4

    page.goto("/admin/invitations/")
    expect(page.get_by_role("link", name="Cleo", exact=True)).to_be_visible()
    faults["list"] = faults_of(page)
    page.get_by_role("link", name="Bob", exact=True).click()
    faults["detail"] = faults_of(page)
    page.get_by_role("link", name="Make a new link").click()
    page.get_by_role("button", name="Make a new link").click()
    expect(page.get_by_role("img", name="QR code of the link")).to_be_visible()
    faults["one"] = faults_of(page)
    with page.expect_download() as saved:
        page.get_by_role("link", name="Calendar file").click()
    assert saved.value.path().read_text(encoding="utf-8").startswith("BEGIN:VCALENDAR")
    assert find_invitation(link.rpartition("/")[2]) is None
    assert Invitation.objects.count() == 3
    assert {name: found for name, found in faults.items() if found} == {}
