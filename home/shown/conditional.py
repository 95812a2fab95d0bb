"""The ETag of a page that is the same for all strangers, and the answer 304 (RFC 9110, 8.8.3 and 13.1.2).

A stranger is a request by GET or HEAD without a session cookie: nobody is signed in, and nothing is unlocked. A page
says on its response whether it is the same for all strangers (`access.responses.is_for_all_strangers`): the home page,
and a section that no password protects. Pages with a form, which contains a token, and pages with a player, which
contains a nonce, never say so.
"""

from typing import TypeVar

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.http.response import HttpResponseBase
from django.utils.cache import patch_vary_headers
from django.utils.crypto import salted_hmac
from django.utils.http import parse_etags
from django.utils.translation import get_language

from home.shown.release import release
from home.shown.version import present_version

Response = TypeVar("Response", bound=HttpResponseBase)

REVALIDATE = "private, no-cache"
"""The Cache-Control of such a page: the browser keeps it and asks before each use (RFC 9111, 5.2.2.4)."""


def is_stranger(request: HttpRequest) -> bool:
    """Return whether `request` comes from a browser without a session, and not from Wagtail's preview."""
    return (
        request.method in ("GET", "HEAD")
        and settings.SESSION_COOKIE_NAME not in request.COOKIES
        and not getattr(request, "is_dummy", False)
        and not settings.DEBUG
    )


def has_condition(request: HttpRequest) -> bool:
    """Return whether the browser of `request` has kept an answer."""
    return "HTTP_IF_NONE_MATCH" in request.META


def etag_of(request: HttpRequest) -> str | None:
    """Return the ETag of the page at the address of `request` for strangers, or None; call it before it is rendered.

    It is weak, because servers in front of the site may compress the page.
    """
    version = present_version()
    if version is None:
        return None
    parts = [version, release(), get_language() or "", request.build_absolute_uri()]
    digest = salted_hmac("home.shown", "\n".join(parts), algorithm="sha256").hexdigest()
    return f'W/"{digest[:32]}"'


def is_known(request: HttpRequest, etag: str) -> bool:
    """Return whether the browser of `request` has the page with this `etag`."""
    return etag in parse_etags(request.META.get("HTTP_IF_NONE_MATCH", ""))


def not_modified(etag: str) -> HttpResponse:
    """Return 304 for a browser that has the page with this `etag`."""
    return with_etag(HttpResponseNotModified(), etag)


def with_etag(response: Response, etag: str) -> Response:
    """Let the browser keep `response` and ask with its `etag` before it uses it again; return it."""
    response.headers["ETag"] = etag
    response.headers["Cache-Control"] = REVALIDATE
    patch_vary_headers(response, ("Cookie",))
    return response
