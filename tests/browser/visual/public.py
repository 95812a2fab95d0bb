"""The public pages: name, address, and what is done before the picture is drawn."""

import contextlib
import dataclasses
from collections.abc import Callable

from django.urls import reverse

from tests import factories
from tests.browser.visual import demo, states, trouble
from video_pages.access.requests.places import signed_place

PLAYER = "[data-player][data-ready]"
OPENS = "form[data-invitation] button[type=submit]"
UNLOCKED = "main:not(:has(input[name=password]))"


def nothing(page):
    """Draw the page as it has loaded."""


@dataclasses.dataclass(frozen=True)
class Screen:
    """One page. `at(site)` is its address; `before(page)` acts in the browser; `rows(site)` changes rows before.

    `hidden` are selectors of what differs in each drawing. The page is drawn in the context `around()`. `leads_to` is
    the name of the address that `before` comes to, if it is another. An error of the site (5xx) is drawn if `is_error`.
    """

    name: str
    at: Callable
    before: Callable = nothing
    rows: Callable | None = None
    hidden: tuple = ()
    around: Callable = contextlib.nullcontext
    leads_to: str = ""
    is_error: bool = False


def typed(password, selector):
    """Return a function that types `password` and waits for `selector`."""

    def act(page):
        page.fill("main input[name=password]", password)
        page.click("main form:has(input[name=password]) button[type=submit]")
        page.wait_for_selector(selector, state="attached")

    return act


def pressed(button, selector):
    """Return a function that presses `button` and waits for `selector`."""

    def act(page):
        page.click(button)
        page.wait_for_selector(selector)

    return act


def embed(name):
    return lambda site: reverse("embed", args=[getattr(site, name).uuid])


def ask(site):
    return reverse("ask_for_access", args=[signed_place(site.film)])


def player(page):
    page.wait_for_selector(PLAYER, state="attached")


SCREENS = [
    Screen("home", lambda site: "/"),
    Screen("home-blocks", lambda site: "/", rows=demo.home_of_blocks),
    Screen("section", lambda site: site.videos.url),
    Screen("section-locked", lambda site: site.club.url),
    Screen("section-unlocked", lambda site: site.club.url, typed(factories.PASSWORD, UNLOCKED)),
    Screen("programme-locked", lambda site: site.programme.url),
    Screen("programme", lambda site: site.programme.url, typed(factories.PASSWORD, UNLOCKED)),
    Screen("section-closed", lambda site: site.club.url, rows=states.section_is_closed),
    Screen("locked", lambda site: site.film.url),
    Screen("locked-long", lambda site: site.long.url),
    Screen("locked-japanese", lambda site: site.japanese.url),
    Screen("locked-wrong", lambda site: site.film.url, typed("not the password", "[role=alert]")),
    Screen("no-password", lambda site: site.unset.url),
    Screen("invited-only", lambda site: site.unset.url, rows=states.opens_by_invitation),
    Screen("opens-later", lambda site: site.later.url),
    Screen("closed", lambda site: site.over.url),
    Screen("player", lambda site: site.film.url, typed(factories.PASSWORD, PLAYER)),
    Screen("player-facts", lambda site: site.trailer.url, player),
    Screen("processing", lambda site: site.waiting.url),
    Screen("not-ready", lambda site: site.waiting.url, rows=states.nothing_to_play_yet),
    Screen("no-film", lambda site: site.waiting.url, rows=states.without_a_film),
    Screen("refused", lambda site: site.refused.url),
    Screen("search-empty", lambda site: "/search/"),
    Screen("search", lambda site: "/search/?q=trailer"),
    Screen("search-nothing", lambda site: "/search/?q=nothing-of-this"),
    Screen("not-found", lambda site: "/nowhere/"),
    Screen("invitation", lambda site: f"/w/{site.link}"),
    Screen("invitation-ended", lambda site: f"/w/{site.ended_link}"),
    Screen("invitation-by-mail", lambda site: f"/w/{site.mail_link}"),
    Screen("imprint", lambda site: site.imprint.url),
    Screen(
        "mail-code",
        lambda site: f"/w/{site.mail_link}",
        pressed(OPENS, "[name=code], [name=email]"),
        leads_to="mail_code",
    ),
    Screen("ask", ask, rows=demo.takes_requests),
    Screen("ask-sent", lambda site: f"{ask(site)}?sent", rows=demo.takes_requests),
    Screen(
        "password-opens", lambda site: "/", typed(factories.PASSWORD, ".section-card"), rows=demo.one_password_of_two
    ),
    Screen("embed-locked", embed("film"), rows=demo.in_frames),
    Screen("embed-player", embed("trailer"), player, rows=demo.in_frames),
    Screen("sign-in", lambda site: "/admin/login/"),
    Screen("sign-in-private", lambda site: reverse("wagtailcore_login")),
    Screen("search-busy", lambda site: "/search/?q=trailer", around=trouble.many_searches, is_error=True),
    *(
        Screen(f"trouble-{kind}", trouble.at(kind), hidden=("code",), around=trouble.addresses, is_error=True)
        for kind in trouble.KINDS
    ),
]
NO_PICTURES = {
    "a file": (
        "public_media stream cdn_segment favicon site_icon logo_drawing shared_ticket look robots sitemap manifest"
    ),
    "data for scripts": "search_suggestions oembed",
    "for the web server in front": "stream_gate",
    "leads back": "choose_language",
    "closed": "wagtailcore_authenticate_with_password",
}
"""{why they have none: names of addresses}"""
