"""A mail code in a guest's browser, on a phone and a desktop: asked for, mistyped, pasted; with scripts and without."""

import re

import pytest
from playwright.sync_api import expect

from tests import hls_clips
from tests.access.invitations.mail_codes import ANN, codes_mailed, link_for, other_than
from tests.browser.accessibility import SERIOUS, findings
from video_pages.access.invitations import create_invitation
from video_pages.models import InvitationViewer

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
    pytest.mark.usefixtures("mail_server"),
]
ERROR = "#mail-code-error"
UNREACHABLE = "The site could not be reached. Try again in a moment."


def send(page, name, text):
    page.fill(f"[name={name}]:visible", text)
    page.click(f"form:has([name={name}]:visible) [type=submit]")


def fits(page):
    """Return whether nothing is wider than the window."""
    return page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("device", ["phone", "desktop"])
def test_a_guest_types_the_address_and_the_code_and_the_film_takes_the_place_of_both(transactional_db, visit, device):
    film = hls_clips.make_packaged_video()
    _invitation, path = link_for(film)
    page = visit("/", device=device)
    page.goto(path)
    entries = page.evaluate("history.length")
    page.click("[data-invitation] button")
    page.wait_for_url("**/w/code/**")
    assert findings(page, impacts=SERIOUS) == [] and fits(page)
    send(page, "email", "ann@")
    expect(page.locator(ERROR)).to_have_text("This is no email address.")
    page.context.set_offline(True)
    send(page, "email", ANN)
    expect(page.locator(ERROR)).to_have_text(UNREACHABLE)
    page.context.set_offline(False)
    send(page, "email", "Ann@Acme.example")
    expect(page.locator("[role=status]")).to_contain_text("If this address is invited")
    expect(page.locator("[name=code]")).to_be_focused()
    expect(page.locator("[data-wait]", has_text=re.compile(r"New code in 0:\d\d"))).to_be_disabled()
    assert findings(page, impacts=SERIOUS) == [] and fits(page)
    (code,) = codes_mailed()
    send(page, "code", other_than(code))
    expect(page.locator(ERROR)).to_contain_text("4 tries are left")
    expect(page.locator("[name=code]")).to_have_attribute("aria-invalid", "true")
    assert "Invitation" in page.title() and code not in page.url
    send(page, "code", f"{code[:3]}-{code[3:]} ")
    page.wait_for_url(f"**{film.url}")
    expect(page.locator("#player")).to_be_attached()
    assert page.evaluate("history.length") == entries
    assert "/w/" not in page.evaluate("document.referrer")
    page.complaints = [words for words in page.complaints if "ERR_INTERNET_DISCONNECTED" not in words]
    assert page.complaints == [] and InvitationViewer.objects.get().confirmed_at


def test_without_scripts_a_password_leads_there_too(transactional_db, visit):
    film = hls_clips.make_packaged_video()
    _invitation, password = create_invitation(film, kind="password", label="Jury", mail_to="acme.example")
    page = visit(film.url, java_script_enabled=False)
    send(page, "password", password)
    send(page, "email", ANN)
    (code,) = codes_mailed()
    send(page, "code", f"{code[:3]} {code[3:]}")
    page.wait_for_url(f"**{film.url}")
    expect(page.locator("#player")).to_be_attached()


def test_with_scripts_the_password_form_leads_to_the_page_of_the_code(transactional_db, visit):
    film = hls_clips.make_packaged_video()
    _invitation, password = create_invitation(film, kind="password", label="Jury", mail_to="acme.example")
    page = visit(film.url)
    send(page, "password", password)
    page.wait_for_url("**/w/code/**")
    send(page, "email", ANN)
    expect(page.locator("[name=code]")).to_be_focused()
    (code,) = codes_mailed()
    send(page, "code", code)
    page.wait_for_url(f"**{film.url}")
    expect(page.locator("#player")).to_be_attached()
    assert page.complaints == []
