"""The language of a page: the visitor's choice, or the browser's, among those that the owner has switched on.

The site's own language (`LANGUAGE`) is always among them. A choice is kept in a cookie. Where pages exist in several
languages, the address of a page decides: see `page_languages`. Below /stream/ and /cdn/
answers are in the site's language whatever a browser asks for: delivery remembers them for all alike, without a query.
"""

import time
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponseRedirect
from django.middleware.locale import LocaleMiddleware
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST
from wagtail.models import Site

from home import compat
from home.languages.addresses import code_of, codes_of_homes
from home.languages.translation_links import translated_address
from home.models import SiteSettings
from video_pages.access.responses import keep_out_of_caches
from video_pages.delivery.cdn.names import PREFIX
from video_pages.delivery.envelope import STREAM
from video_pages.pages.compat import RESERVED_SLUGS

# A change in another process counts after this time at the latest; in this one at once.
MEMORY_SECONDS = 2.0
MOST_HOSTS = 100

SIGN_IN = "_util"  # where Wagtail sends visitors of private pages

Codes = tuple[str, ...]

_offered: dict[str, tuple[float, Codes, Codes]] = {}


class VisitorLanguageMiddleware(LocaleMiddleware):
    """Activates the language of each request; the response varies by `Accept-Language`, and names its language."""

    def process_request(self, request: HttpRequest) -> None:
        translation.activate(language_for(request))
        request.LANGUAGE_CODE = translation.get_language()


def language_for(request: HttpRequest) -> str:
    """Return the code of the language of the answer to `request`. One query at most, for each host every two seconds.

    No query where the browser wants the site's own language first, or nothing that the site could offer.
    """
    if request.path_info.startswith((STREAM, PREFIX)):
        return settings.LANGUAGE_CODE
    code = code_of(request.path_info)
    if code:
        return code
    wanted = wanted_by(request)
    if wanted[:1] in ([], [settings.LANGUAGE_CODE]):
        return settings.LANGUAGE_CODE
    chosen = choose(wanted, offered_to(request))
    if chosen in settings.PAGE_LANGUAGES and is_of_a_page(request.path_info) and chosen in homes_of(request):
        return settings.LANGUAGE_CODE
    return chosen


def is_of_a_page(path: str) -> bool:
    """Return whether `path` is the address of a page, or of the search, which are there in each language of pages."""
    first = path.removeprefix("/").partition("/")[0]
    return first not in (*RESERVED_SLUGS, SIGN_IN) or first == "search"


def home_for(request: HttpRequest) -> str:
    """Return the address of the home page in the language that the visitor at `/` wants, "" for that of `/` itself."""
    if not settings.PAGE_LANGUAGES or request.path_info != "/":
        return ""
    chosen = choose(wanted_by(request), offered_to(request))
    return f"/{chosen}/" if chosen in homes_of(request) else ""


def choose(wanted: Iterable[str], offered: Iterable[str]) -> str:
    """Return the first of the codes `wanted` that is `offered`, or the site's own language."""
    among = set(offered)
    return next((code for code in wanted if code in among), settings.LANGUAGE_CODE)


def wanted_by(request: HttpRequest) -> list[str]:
    """Return the codes of the languages with a catalogue that the browser wants, the chosen one and the best first."""
    chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    wanted = [chosen] if chosen in dict(settings.LANGUAGES) else []
    return wanted + compat.accepted_languages(request.META.get("HTTP_ACCEPT_LANGUAGE", ""))


def offered_to(request: HttpRequest) -> Codes:
    """Return the codes of the languages that the site of `request` has switched on, its own first."""
    return _known(request)[1]


def homes_of(request: HttpRequest) -> Codes:
    """Return the codes of the further languages in which the site of `request` has a home page for everyone."""
    return _known(request)[2]


def _known(request: HttpRequest) -> tuple[float, Codes, Codes]:
    host, now = compat.raw_host(request), time.monotonic()
    known = _offered.get(host)
    if known is None or now - known[0] >= MEMORY_SECONDS:
        site = Site.find_for_request(request)
        found = SiteSettings.objects.filter(site=site).first() if site else None
        if len(_offered) >= MOST_HOSTS:
            _offered.clear()
        homes = codes_of_homes(site) if site and settings.PAGE_LANGUAGES else ()
        known = _offered[host] = now, (found or SiteSettings()).offered_languages, homes
    return known


def forget_offered(**kwargs: Any) -> None:
    """Forget which languages sites offer: a receiver of signals about SiteSettings."""
    _offered.clear()


# The form stands on pages without a token, which are the same for all strangers. It sets no secret and opens nothing.
@csrf_exempt
@require_POST
def choose_language(request: HttpRequest) -> HttpResponseRedirect:
    """Keep the visitor's choice in a cookie, and redirect to the page with the form, or to its translation.

    Pages outside the tree, such as those of an invitation, have one address, and the language of the cookie.
    """
    target, code = request.POST.get("next", ""), request.POST.get("language", "")
    if not url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure()):
        target = "/"
    elif settings.PAGE_LANGUAGES and code in offered_to(request) and is_of_a_page(urlsplit(target).path):
        target = translated_address(request, target, code)
    response = keep_out_of_caches(HttpResponseRedirect(target))
    if code in offered_to(request):
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            code,
            max_age=settings.LANGUAGE_COOKIE_AGE,
            secure=settings.LANGUAGE_COOKIE_SECURE,
            httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
            samesite="Lax",
        )
    return response
