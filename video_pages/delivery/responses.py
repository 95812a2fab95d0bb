"""Headers of every response of delivery, and its refusals."""

from typing import TypeVar

from django.http import HttpResponse
from django.http.response import HttpResponseBase

from video_pages.access.responses import keep_out_of_caches
from video_pages.delivery.compat import exempt_from_report_only_policy

Response = TypeVar("Response", bound=HttpResponseBase)

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


def plain_refusal(text: str, *, status: int) -> HttpResponse:
    """Return a protected response of one plain line: 403, 404 or 405."""
    return protect(HttpResponse(text, status=status, content_type="text/plain; charset=utf-8"))
