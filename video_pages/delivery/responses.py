"""Headers of every response of delivery, and its refusals."""

from typing import TypeVar

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from video_pages.access.responses import keep_out_of_caches
from video_pages.delivery.compat import exempt_from_report_only_policy

Response = TypeVar("Response", bound=HttpResponseBase)

RETRY_AFTER_SECONDS = 30
"""When a client should ask again for what can't be sent at the moment."""

MEDIA_HEADERS = {
    "Content-Security-Policy": "default-src 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}


def protect(response: Response) -> Response:
    """Set the headers of every response about media, also of refusals, and return the response."""
    for name, value in MEDIA_HEADERS.items():
        response.headers[name] = value
    # django-csp does not replace a policy, but it would add the report-only one of the pages.
    exempt_from_report_only_policy(response)
    return keep_out_of_caches(response)


FOR_RECEIVERS = {"Cross-Origin-Resource-Policy": "cross-origin", "Access-Control-Allow-Origin": "*"}
"""Headers of answers to a receiver, whose token is in the address: a Chromecast's player is a page of another site.

The address alone decides, and with `*` browsers send no cookie: these headers give a page nothing that its server could
not fetch. The origin of a receiver is no part of any specification, so none is named.
"""
PREFLIGHT = {"Access-Control-Allow-Methods": "GET, HEAD", "Access-Control-Allow-Headers": "Range"}


def open_to_receiver(response: Response) -> Response:
    """Set the headers that let the player of a receiver read `response`, and return it."""
    for name, value in FOR_RECEIVERS.items():
        response.headers[name] = value
    return response


REFUSAL = "X-Refusal"
"""The header of a refusal that tells the holder of an invitation the Reason of the verdict."""


def refusal(reason: str | None = None) -> HttpResponse:
    """Return the 403 of every request without an allowing verdict, the same whatever it asks for.

    `reason`, the value of a Reason, is told to a browser that holds an invitation; to others a refusal tells nothing.
    """
    response = plain_refusal(_("This video is locked, or it is not here. Open its page first."), status=403)
    if reason is not None:
        response.headers[REFUSAL] = str(reason)
    return response


def plain_refusal(text: str, *, status: int) -> HttpResponse:
    """Return a protected response of one plain line: 403, 404, 405 or 503."""
    return protect(HttpResponse(text, status=status, content_type="text/plain; charset=utf-8"))


def come_back(text: str, *, seconds: int = RETRY_AFTER_SECONDS) -> HttpResponse:
    """Return a protected 503 with `text`, and with `Retry-After` of `seconds`."""
    response = plain_refusal(text, status=503)
    response.headers["Retry-After"] = str(seconds)
    return response


def library_unavailable() -> HttpResponse:
    """Return the 503 for a file that can't be sent because the library's disk or bucket is away: players ask again."""
    return come_back(_("The films of this site are not reachable at the moment."))
