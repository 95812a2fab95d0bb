"""Every screen of the admin that is ours, by day on a desktop; the long test has them by night on a phone.

axe finds nothing, the browser complains of nothing, every request is answered, the keyboard reaches every action, and
the focus shows. The addresses come from the URL resolver, so a new screen is tested without a word here; an address
that is no screen is named in `admin_screens.NO_SCREENS`.
"""

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from tests import factories
from tests.browser import admin_screens
from tests.browser.accessibility import findings
from tests.browser.visits import DEVICES, WAIT_MS
from tests.browser.visual.answers import ORIGIN, Answers
from tests.wagtail_admin.video_screens import picture
from video_pages.models import VideoPage

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]

# axe leaves out the rule that a name holds the words that are seen: people who speak to their device say these.
ALL_RULES = {
    "resultTypes": ["violations"],
    "preload": False,
    "rules": {"label-content-name-mismatch": {"enabled": True}},
}
# Wagtail's own header, sidebar and messages are not ours to mend.
INSIDE = {"include": [["main"]], "exclude": [[".messages"], [".w-slim-header"]]}
REACHED = """() => {
  const main = document.querySelector("main");
  const actions = 'a[href], button, input:not([type=hidden]), select, textarea, summary, [role="button"]';
  // Arrow keys move within these, so one of their parts has the focus; Wagtail closes its comments by Escape, too.
  const roving = "[role=tablist], [role=listbox], [role=menu], [role=radiogroup], .w-tippy-content, .w-minimap";
  return [...main.querySelectorAll(actions)]
    .filter((element) => element.checkVisibility() && element.getBoundingClientRect().width > 1)
    .filter((element) => !element.disabled && !element.closest("[inert]") && !element.parentElement.closest(roving))
    .filter((element) => element.tabIndex < 0 && !element.closest("[aria-hidden=true]"))
    .map((element) => element.outerHTML.slice(0, 160));
}"""
# The focus shows if it changes an outline, shadow or colour of the element, of what surrounds it, or of its label.
UNSEEN = """() => {
  const main = document.querySelector("main");
  const traits = ["outlineStyle", "outlineWidth", "outlineColor", "boxShadow", "borderColor", "backgroundColor",
    "color", "textDecorationLine", "opacity"];
  const look = (element) => [element, element.parentElement, ...(element.labels ?? [])].flatMap((each) =>
    [null, "::before", "::after"].flatMap((part) => traits.map((name) => getComputedStyle(each, part)[name])));
  const unseen = [];
  for (const element of main.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary")) {
    if (!element.checkVisibility() || element.disabled || element.tabIndex < 0) continue;
    if (element.closest("[inert], .w-slim-header, [aria-hidden=true]")) continue;
    document.activeElement?.blur();
    const before = look(element).join();
    element.focus({ preventScroll: true });
    if (document.activeElement === element && look(element).join() === before) {
      unseen.push(element.outerHTML.slice(0, 160));
    }
  }
  document.activeElement?.blur();
  return unseen;
}"""


@pytest.fixture
def data(transactional_db):
    return admin_screens.make_data()


@pytest.fixture
def page(data, editor):
    """A page of a signed-in superuser that notes failed requests beside what the browser complains of."""
    page = editor("/admin/", reduced_motion="reduce")
    page.on("response", lambda answer: answer.status >= 400 and page.complaints.append(f"{answer.status} {answer.url}"))
    page.on("requestfailed", lambda request: _note_failure(page, request))
    return page


def _note_failure(page, request):
    # A page that is left breaks off what it still loads; a video says so when it has enough.
    if request.failure != "net::ERR_ABORTED":
        page.complaints.append(f"{request.failure} {urlsplit(request.url).path}")


def faults_of(page, address):
    """Return what is wrong with the screen at `address` for keyboard, eyes and screen reader, a line each."""
    page.goto(address)
    page.keyboard.press("Tab")  # from now on the browser shows the focus
    faults = [f"no key reaches {element}" for element in page.evaluate(REACHED)]
    faults += [f"no focus on {element}" for element in page.evaluate(UNSEEN)]
    return faults + findings_in(page) + complaints_of(page)


def faults_on_a_phone(page, address):
    """Return what is wrong with the screen at `address` on a page that is as narrow as a phone."""
    page.goto(address)
    return findings_in(page) + complaints_of(page)


def findings_in(page):
    """Return what axe finds in the part of the page that is ours, a line for each rule."""
    return [f"{rule} {elements}" for rule, elements in findings(page, context=INSIDE, options=ALL_RULES)]


def complaints_of(page):
    complaints, page.complaints[:] = list(page.complaints), []
    return complaints


def lines_of(found):
    return [f"{address} {fault}" for address, faults in found.items() for fault in faults]


@pytest.fixture
def screens(request, data):
    """The addresses of the screens of a group."""
    return admin_screens.screens(factories.browser(factories.make_superuser("other")), data, request.param)


every_group = pytest.mark.parametrize("screens", admin_screens.GROUPS, indirect=True)


@every_group
def test_every_screen_is_accessible_and_loads_without_an_error(screens, page):
    assert lines_of({address: faults_of(page, address) for address in screens}) == []


@pytest.mark.soak
@every_group
def test_every_screen_is_accessible_on_a_phone_at_night(screens, page):
    page.emulate_media(color_scheme="dark")
    page.set_viewport_size(DEVICES["phone"]["viewport"])
    assert lines_of({address: faults_on_a_phone(page, address) for address in screens}) == []


def test_every_address_of_ours_is_in_a_group_or_no_screen(data):
    with admin_screens.pages_in_german():
        data["code"] = ["de"]
        names = set(admin_screens.addresses(data).values())
        every = {name for name, _pattern in admin_screens.patterns()}
    assert len(every) > 60
    assert every - names <= admin_screens.names_without_screens() <= every


@pytest.fixture
def translated(data, chromium, bundled):
    """A page of a superuser of a site with pages in German, which this process answers, and its screens for them."""
    with admin_screens.pages_in_german():
        admin_screens.translate_one(VideoPage.objects.get(pk=data["page_id"][1]))
        user = factories.make_superuser("other")
        answers = Answers(user=user)
        found = admin_screens.screens(factories.browser(user), {**data, "code": ["de"]}, "translations")
        context = chromium.new_context(base_url=ORIGIN, reduced_motion="reduce", **DEVICES["desktop"])
        context.set_default_timeout(WAIT_MS)
        context.route("**/*", answers)
        page = context.new_page()
        page.complaints = answers.failed
        page.on("console", lambda message: message.type == "error" and page.complaints.append(message.text))
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        yield page, found
        context.close()


def test_every_screen_of_translations_is_accessible_by_day_and_on_a_phone_at_night(translated):
    page, found = translated
    assert lines_of({address: faults_of(page, address) for address in found}) == []
    page.emulate_media(color_scheme="dark")
    page.set_viewport_size(DEVICES["phone"]["viewport"])
    assert lines_of({address: faults_on_a_phone(page, address) for address in found}) == []


def test_a_dialog_keeps_the_focus_and_gives_it_back(data, page):
    page.goto(f"/admin/pages/{data['page_id'][1]}/edit/")
    opener = page.get_by_role("link", name="Password and access")
    opener.focus()
    page.keyboard.press("Enter")
    dialog = page.locator("#access-dialog")
    page.wait_for_selector("#access-dialog [name=access-password]")
    assert findings(page, context={"include": [["#access-dialog"]]}) == []
    inside = "document.querySelector('#access-dialog').contains(document.activeElement)"
    for key in ("Tab", "Shift+Tab"):
        for _press in range(dialog.locator("a[href], button, input, select, textarea, summary").count() + 2):
            page.keyboard.press(key)
            assert page.evaluate(inside)
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(opener).to_be_focused()


def test_a_picture_is_uploaded_in_the_chooser_and_chosen_without_an_error(data, page):
    page.goto(f"/admin/pages/{data['page_id'][1]}/edit/")
    page.get_by_role("button", name="Choose an image").first.click()
    chooser = page.locator(".modal")
    chooser.get_by_role("tab", name="Upload").click()
    file = {"name": "the_gala.png", "mimeType": "image/png", "buffer": picture().read()}
    chooser.locator("input[type=file]").set_input_files(file)
    expect(chooser.get_by_label("Title")).to_have_value("the_gala")
    assert findings(page, context={"include": [[".modal-body"]]}) == []
    chooser.get_by_role("button", name="Upload").click()
    expect(page.locator(".chooser", has_text="the_gala")).to_be_visible()
    assert page.complaints == []
