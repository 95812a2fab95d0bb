"""Long words from right to left: every public page holds at the widths of phones.

The words come from a catalogue that is made for the test: each English word is longer by half and written in Hebrew
letters. The pages are those of the test client, so no server has to be started in that language.
"""

import re
from urllib.parse import urlsplit

import polib
import pytest
from django.contrib.staticfiles import finders
from wagtail.models import Site

from deploy import catalogues
from home.languages import visitor_language
from home.models import SiteSettings
from tests import factories, hls_clips
from video_pages.access.invitations import create_invitation

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

LETTERS = str.maketrans("abcdefghijklmnopqrstuvwxyz", "אבגדהוזחטיכלמנסעפצקרשתךםןף")
KEPT = re.compile(r"(%%?\(\w+\)[-\d.]*[sdf]|%%[sd(]?|%[sd]|\{\w*\}|<[^>]+>|&\w+;)")
WORD = re.compile(r"[A-Za-z]+")
SEEK = ".player__bar [data-player-seek]"
WIDTHS = (320, 390)
ORIGIN = "http://testserver"
OUTSIDE = """() => {
  const width = document.documentElement.clientWidth;
  const inView = (element) => element.checkVisibility({ checkOpacity: true, checkVisibilityCSS: true })
    && !element.closest(".visually-hidden, [hidden]");
  const wide = [...document.querySelectorAll("body *")].filter(inView)
    .map((element) => [element, element.getBoundingClientRect()])
    .filter(([, box]) => box.width && (box.left < -0.5 || box.right > width + 0.5))
    .map(([element, box]) => `${element.tagName}.${element.className} ${box.left} to ${box.right}`);
  return { wide, scrolls: document.documentElement.scrollWidth > width };
}"""


def stretched(text):
    """Return `text` with words that are longer by half, in Hebrew letters; placeholders and elements stay."""

    def word(match):
        letters = match[0].lower()
        return (letters + letters[: (len(letters) + 1) // 2]).translate(LETTERS)

    return "".join(part if index % 2 else WORD.sub(word, part) for index, part in enumerate(KEPT.split(text)))


@pytest.fixture
def hebrew(tmp_path, settings):
    """A site that offers Hebrew, with a catalogue of all texts."""
    catalogue = polib.POFile()
    catalogue.metadata = {"Content-Type": "text/plain; charset=UTF-8", "Plural-Forms": "nplurals=2; plural=(n != 1);"}
    for entry in polib.pofile(str(catalogues.catalogues()[0])):
        if entry.msgid_plural:
            entry.msgstr_plural = {0: stretched(entry.msgid), 1: stretched(entry.msgid_plural)}
        else:
            entry.msgstr = stretched(entry.msgid)
        catalogue.append(entry)
    folder = tmp_path / "he" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    catalogue.save_as_mofile(str(folder / "django.mo"))
    settings.LOCALE_PATHS = [str(tmp_path)]
    settings.LANGUAGES = [("en", "English"), ("he", "עברית"), ("de", "Deutsch"), ("pt-br", "Português (Brasil)")]
    factories.get_home()
    own = SiteSettings.for_site(Site.objects.get(is_default_site=True))
    own.languages, own.contact = "he de pt-br", "office@example.org"
    own.save()
    visitor_language.forget_offered()
    yield
    visitor_language.forget_offered()


@pytest.fixture
def opened(chromium, bundled):
    """A function: `opened(client, path, width)` shows what the test client gets."""
    contexts = []

    def open_page(client, path, width):
        # Before the browser asks: its requests are answered in another context, which has no part in the transaction.
        response = client.get(path, HTTP_ACCEPT_LANGUAGE="he")

        def answer(route):
            asked = urlsplit(route.request.url).path
            found = finders.find(asked.removeprefix("/static/")) if asked.startswith("/static/") else None
            if found:
                route.fulfill(path=found)
            elif asked == urlsplit(path).path:
                route.fulfill(status=response.status_code, content_type=response["Content-Type"], body=response.content)
            else:
                route.fulfill(status=404)

        context = chromium.new_context(
            base_url=ORIGIN, viewport={"width": width, "height": 844}, is_mobile=True, has_touch=True
        )
        contexts.append(context)
        page = context.new_page()
        page.route("**/*", answer)
        page.goto(path)
        page.evaluate("() => document.fonts.ready")
        return page

    yield open_page
    for context in contexts:
        context.close()


def test_public_pages_hold_with_long_words_from_right_to_left(hebrew, opened):
    section = factories.make_section("Client reviews", password=factories.PASSWORD, show_in_menus=True)
    film = hls_clips.make_packaged_video("Salt flats, second cut", section=section, password=None)
    open_section = factories.make_section("Films of the year")
    factories.make_video("Harbour", section=open_section)
    _invitation, token = create_invitation(film, kind="link", label="Jury")
    stranger, guest = factories.browser(), factories.browser()
    factories.unlock(guest, film)
    pages = [
        (stranger, path)
        for path in ("/", open_section.url, section.url, film.url, f"/w/{token}", "/search/?q=sea", "/no/")
    ]
    for client, path in [*pages, (guest, film.url), (guest, section.url)]:
        for width in WIDTHS:
            page = opened(client, path, width)
            assert page.get_attribute("html", "dir") == "rtl"
            assert page.get_attribute("html", "lang") == "he"
            found = page.evaluate(OUTSIDE)
            assert found == {"wide": [], "scrolls": False}, f"{path} at {width}"
            page.context.close()


def test_the_player_runs_from_left_to_right_and_its_menus_as_their_words_do(hebrew, opened):
    film = hls_clips.make_packaged_video("Salt flats, second cut", password=factories.PASSWORD)
    guest = factories.browser()
    factories.unlock(guest, film)
    for width in WIDTHS:
        page = opened(guest, film.url, width)
        page.locator("[data-player][data-ready]").wait_for(state="attached")
        page.locator("[data-player-menu=speed] > button").click()
        menu = page.locator("[data-player-menu=speed] [role=menu]")
        assert menu.evaluate("element => getComputedStyle(element).direction") == "rtl"
        menu_box = menu.bounding_box()
        assert menu_box["x"] >= 0 and menu_box["x"] + menu_box["width"] <= width
        page.keyboard.press("Escape")
        play, full, seek = (
            page.locator(f".player__bar {name}").bounding_box()
            for name in ("[data-player-play]", "[data-player-fullscreen]", "[data-player-seek]")
        )
        assert play["x"] < width / 2 < full["x"] and seek["width"] > width / 2
        assert page.locator(SEEK).evaluate("element => getComputedStyle(element).direction") == "ltr"
        assert page.locator(".player-info__title").evaluate("e => getComputedStyle(e).direction") == "rtl"


def test_a_stretched_text_keeps_what_is_put_into_it():
    assert stretched("%(n)s films, <b>{x}</b> %% %%s") == f"%(n)s {'films' + 'fil'}, <b>{{x}}</b> %% %%s".translate(
        str.maketrans({})
    ).replace("filmsfil", "filmsfil".translate(LETTERS))
