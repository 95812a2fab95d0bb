"""`/cdn/<name>`: an encrypted segment, for a CDN that fetches from this site (DELIVERY=cdn).

No cookie is read, because a CDN sends none: what is here is ciphertext under a name that only a playlist tells. The
answer is the same for everybody and never changes, so it may be kept for as long as caches keep anything. Players read
it by script from a page of another origin, without cookies: hence `Access-Control-Allow-Origin: *`.
"""

import logging

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from video_pages.delivery.backends.choice import delivery_backend
from video_pages.delivery.responses import MEDIA_HEADERS, RETRY_AFTER_SECONDS
from video_pages.library.storage import StorageAway

KEPT = "public, max-age=31536000, immutable"
KEPT_STATUSES = (200, 304)
"""Not 412: a CDN that forwards the conditions of one client would give that answer to all others for a year."""
TEXT = "text/plain; charset=utf-8"
FOR_EVERYBODY = {
    **MEDIA_HEADERS,
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Access-Control-Allow-Origin": "*",
}

logger = logging.getLogger(__name__)


@require_safe
def segment(request: HttpRequest, name: str) -> HttpResponseBase:
    """Answer with the segment `name` (untrusted text): 404 unless this site has made the name and has the file.

    Also 404 with a query: with another one for each request, nobody who knows a name has the site encrypt it anew.
    `HeadersMiddleware` keeps errors out of caches.
    """
    response: HttpResponseBase
    try:
        if request.META.get("QUERY_STRING"):
            raise FileNotFoundError(name)
        response = delivery_backend().segment(request, name)
        if response.status_code in KEPT_STATUSES:
            response.headers["Cache-Control"] = KEPT
    except FileNotFoundError:
        response = HttpResponse(status=404, content_type=TEXT)
    except StorageAway as error:
        logger.debug("A segment can't be sent. %s", error)  # the bucket's outage is logged once
        response = HttpResponse(status=503, content_type=TEXT)
        response.headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    for header, value in FOR_EVERYBODY.items():
        response.headers[header] = value
    return response
