"""The visitor who sends a request: one value, made once from the request.

Its fields cost nothing but the session, which every request about a video reads. What costs a parse, a signature or a
digest is computed when it is first read, so a request for bytes computes none of it.
"""

import dataclasses
from collections.abc import Collection, Mapping
from functools import cached_property
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest

from video_pages.access.access_rows import HeldRow
from video_pages.access.browser import (
    SESSION_NAME,
    Browser,
    browser_keys,
    browser_of,
    client_address,
    client_digest,
    client_network,
    digest,
    is_in_frame,
    viewer_id,
)
from video_pages.access.decide import User
from video_pages.access.guard import AccessState, access_states
from video_pages.access.guess_limit import Guesser
from video_pages.access.known_browsers import COOKIE, KnownBrowser, new_browser, read_known_browser
from video_pages.core.page_protocols import LockablePage
from video_pages.core.user_agents import Device, browser_family, device_of, is_bot

REQUEST_ATTRIBUTE = "_visitor"
# Headers of browsers that load a page before the visitor opens it.
PREFETCH_HEADERS = (
    ("HTTP_SEC_PURPOSE", "prefetch"),
    ("HTTP_PURPOSE", "prefetch"),
    ("HTTP_X_PURPOSE", "preview"),
    ("HTTP_X_MOZ", "prefetch"),
)


@dataclasses.dataclass(frozen=True, eq=False)
class Visitor:
    """The sender of one request. The defaults are those of a client without a session, headers and cookies.

    `viewer_id` is the random id of the session in statistics, or "". `meta` and `cookies` are those of the request.
    In a frame, which has no cookies, `form_id` is the random id of its form: guesses are counted by it. `held` is the
    row of an invitation that an editor sees the site with, in this object alone. `is_editor` is True if an editor sees
    a page as this visitor: nothing that happens to it is counted.
    """

    browser: Browser = Browser()
    user: User | None = None
    viewer_id: str = dataclasses.field(default="", repr=False)
    meta: Mapping[str, Any] = dataclasses.field(default_factory=dict, repr=False)
    cookies: Mapping[str, str] = dataclasses.field(default_factory=dict, repr=False)
    form_id: str = dataclasses.field(default="", repr=False)
    is_in_frame: bool = False
    held: HeldRow | None = None
    is_editor: bool = False

    def access_states(self, pages: Collection[LockablePage]) -> dict[int, AccessState]:
        """Return {page id: AccessState} for the source pages `pages` and this browser; see `guard.access_states`."""
        states, held = access_states(pages, self.browser.keys), self.held
        if held is None:
            return states
        reached = {pk: state for pk, state in states.items() if held.page_id in state.reach}
        return states | {pk: dataclasses.replace(state, rows=(held.row,)) for pk, state in reached.items()}

    @cached_property
    def address(self) -> str:
        """The address that guesses and views are counted by; see `browser.client_address`."""
        return client_address(self.meta)

    @cached_property
    def network(self) -> str:
        """The part of the address that editors are shown; see `browser.client_network`."""
        return client_network(self.address)

    @property
    def user_agent(self) -> str:
        """The User-Agent header, or ""."""
        return self.meta.get("HTTP_USER_AGENT", "")

    @property
    def browser_family(self) -> str:
        """The common name of the browser's family, or ""."""
        return browser_family(self.user_agent)

    @property
    def device(self) -> Device:
        """The kind of device that the browser states."""
        return device_of(self.user_agent)

    @cached_property
    def known_browser(self) -> KnownBrowser | None:
        """The content of the signed cookie of a browser that has opened a guard, or None."""
        return read_known_browser(self.cookies.get(COOKIE, ""))

    @cached_property
    def lasting_id(self) -> KnownBrowser:
        """The content of its signed cookie, or of a new one: then a response must write it (`known_browsers`)."""
        return self.known_browser or new_browser()

    @cached_property
    def guesser(self) -> Guesser:
        """The Guesser by which guesses of this visitor are counted."""
        client, known = client_digest(self.address), self.known_browser
        if known is not None:
            return Guesser(client, digest(known.id), known.opened)
        token = self.form_id or self.cookies.get(settings.CSRF_COOKIE_NAME, "")
        return Guesser(client, digest(token) if token else "")

    @property
    def is_automatic(self) -> bool:
        """True if no person watches: a browser fetches ahead, or a crawler or link preview asks."""
        is_prefetch = any(value in self.meta.get(name, "").lower() for name, value in PREFETCH_HEADERS)
        return is_prefetch or is_bot(self.user_agent)

    @property
    def opts_out_of_tracking(self) -> bool:
        """True if the browser sends Global Privacy Control or Do Not Track, and the site respects them."""
        opts_out = self.meta.get("HTTP_SEC_GPC") == "1" or self.meta.get("HTTP_DNT") == "1"
        return opts_out and settings.RESPECT_DO_NOT_TRACK


def visitor_of(request: HttpRequest) -> Visitor:
    """Return the Visitor who sends `request`, the same object for each call with this request.

    In a frame of another site that is its key alone: neither the user of the session nor a cookie of the site counts.
    """
    visitor: Visitor | None = getattr(request, REQUEST_ATTRIBUTE, None)
    if visitor is None and is_in_frame(request):
        visitor = visitor_in_frame(request)
    if visitor is None:
        has_session = hasattr(request, "session")  # some error pages are rendered without one
        visitor = Visitor(
            browser=browser_keys(request) if has_session else Browser(),
            user=getattr(request, "user", None),
            viewer_id=viewer_id(request) if has_session else "",
            meta=request.META,
            cookies=request.COOKIES,
        )
        setattr(request, REQUEST_ATTRIBUTE, visitor)
    return visitor


def renew_visitor(request: HttpRequest) -> None:
    """Have `visitor_of` return the visitor with the key that an unlock has put into the session of `request`."""
    browser = browser_of(request.session.get(SESSION_NAME))
    setattr(request, REQUEST_ATTRIBUTE, dataclasses.replace(visitor_of(request), browser=browser))


def visitor_in_frame(request: HttpRequest, form_id: str = "") -> Visitor:
    """Return the Visitor in the frame that sends `request`, and have `visitor_of` return it from now on."""
    visitor = Visitor(
        browser=browser_keys(request), user=AnonymousUser(), meta=request.META, form_id=form_id, is_in_frame=True
    )
    setattr(request, REQUEST_ATTRIBUTE, visitor)
    return visitor
