"""The public pages: name, address, and what is done before the picture is drawn."""

import dataclasses
from collections.abc import Callable

from tests import factories
from tests.browser.visual import demo

PLAYER = "[data-player][data-ready]"
UNLOCKED = "main:not(:has(input[name=password]))"


def nothing(page):
    """Draw the page as it has loaded."""


@dataclasses.dataclass(frozen=True)
class Screen:
    """One page. `at(site)` is its address; `before(page)` acts in the browser; `rows(site)` changes rows before.

    `hidden` are selectors of what differs in each drawing.
    """

    name: str
    at: Callable
    before: Callable = nothing
    rows: Callable | None = None
    hidden: tuple = ()


def typed(password, selector):
    """Return a function that types `password` and waits for `selector`."""

    def act(page):
        page.fill("main input[name=password]", password)
        page.click("main form button[type=submit]")
        page.wait_for_selector(selector, state="attached")

    return act


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
    Screen("locked", lambda site: site.film.url),
    Screen("locked-long", lambda site: site.long.url),
    Screen("locked-japanese", lambda site: site.japanese.url),
    Screen("locked-wrong", lambda site: site.film.url, typed("not the password", "[role=alert]")),
    Screen("no-password", lambda site: site.unset.url),
    Screen("opens-later", lambda site: site.later.url),
    Screen("closed", lambda site: site.over.url),
    Screen("player", lambda site: site.film.url, typed(factories.PASSWORD, PLAYER)),
    Screen("player-facts", lambda site: site.trailer.url, player),
    Screen("processing", lambda site: site.waiting.url),
    Screen("refused", lambda site: site.refused.url),
    Screen("search-empty", lambda site: "/search/"),
    Screen("search", lambda site: "/search/?q=trailer"),
    Screen("search-nothing", lambda site: "/search/?q=nothing-of-this"),
    Screen("not-found", lambda site: "/nowhere/"),
    Screen("invitation", lambda site: f"/w/{site.link}"),
    Screen("invitation-ended", lambda site: f"/w/{site.ended_link}"),
    Screen("invitation-by-mail", lambda site: f"/w/{site.mail_link}"),
    Screen("imprint", lambda site: site.imprint.url),
    Screen("sign-in", lambda site: "/admin/login/"),
]
