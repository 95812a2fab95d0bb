"""File inputs of the admin: a button and words in the editor's language; keys, label and form work as before."""

import pytest
from playwright.sync_api import expect

from tests import factories
from tests.browser.accessibility import findings

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]

FIELD = "#id_invitation-file"
FILE = {"name": "names.csv", "mimeType": "text/csv", "buffer": b"Ann\nBen\n"}


@pytest.fixture
def film(transactional_db):
    factories.make_superuser()
    return factories.make_video("Salt flats")


def test_a_chosen_file_is_named_beside_the_button_of_the_site(film, editor):
    page = editor(f"/admin/invitations/new/?page={film.pk}&for=client&many=1")
    field = page.locator("[data-field]").filter(has=page.locator(FIELD))
    expect(field.locator(".file-input__one")).to_have_text("Choose a file")
    expect(field.locator(".file-input__several")).to_be_hidden()
    expect(field.locator(".file-input__name")).to_have_text("No file is chosen")
    with page.expect_file_chooser() as chooser:
        field.locator(".file-input").click()
    chooser.value.set_files(FILE)
    expect(field.locator(".file-input__name")).to_have_text("names.csv")
    page.evaluate("() => document.querySelector('#id_invitation-file').form.reset()")
    expect(field.locator(".file-input__name")).to_have_text("No file is chosen")
    assert findings(page, context={"include": [[".file-input"]]}) == []
    assert page.complaints == []


def test_keys_and_the_label_open_it_and_the_focus_shows(film, editor):
    page = editor(f"/admin/invitations/new/?page={film.pk}&for=client&many=1")
    field = page.locator(FIELD)
    for name in ("Tab", "Shift+Tab"):  # from now on the browser shows the focus
        page.keyboard.press(name)
    before = page.locator(".file-input").evaluate("(box) => getComputedStyle(box).outlineStyle")
    field.focus()
    assert page.locator(".file-input").evaluate("(box) => getComputedStyle(box).outlineStyle") != before
    with page.expect_file_chooser():
        page.keyboard.press("Space")
    with page.expect_file_chooser():
        page.locator("label[for=id_invitation-file]").click()


def test_an_input_that_is_added_later_has_the_button_too(film, editor):
    page = editor(f"/admin/invitations/new/?page={film.pk}&for=client&many=1")
    page.evaluate("""() => {
      const input = Object.assign(document.createElement("input"), { type: "file", id: "added", multiple: true });
      document.querySelector("main").append(input);
    }""")
    added = page.locator(".file-input").filter(has=page.locator("#added"))
    expect(added.locator(".file-input__several")).to_be_visible()
    page.set_input_files("#added", [FILE, {**FILE, "name": "more.csv"}])
    expect(added.locator(".file-input__name")).to_have_text("Chosen files: 2")
