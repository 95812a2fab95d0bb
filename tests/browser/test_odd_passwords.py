"""A password with blanks, quotes, tags and emoji: shown, copied and typed, on the page and without a script."""

import pytest
from playwright.sync_api import expect

from tests import factories

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]

PASSWORD = "@!&#+ '\"<b>  two blanks 🎬"


def test_what_the_editor_reads_is_what_opens_the_film(transactional_db, editor, visit):
    factories.make_superuser()
    film = factories.make_real_video("Salt flats")
    admin = editor(f"/admin/access/{film.pk}/")
    admin.context.grant_permissions(["clipboard-read", "clipboard-write"])
    admin.fill("[name=access-password]", PASSWORD)
    admin.get_by_role("button", name="Set this password").click()
    shown = admin.wait_for_selector("[data-access-password]").inner_text()
    admin.get_by_role("button", name="Copy", exact=True).click()
    admin.get_by_role("button", name="Copied").wait_for()
    assert admin.evaluate("navigator.clipboard.readText()") == shown == PASSWORD
    assert admin.input_value("[data-access-message]").splitlines()[-1] == f"Password: {PASSWORD}"

    for options in ({}, {"java_script_enabled": False}):
        page = visit(film.url, **options)
        page.fill("input[name=password]", shown)
        page.click("form button[type=submit]")
        expect(page.locator("#player")).to_be_attached()
        assert page.complaints == []
