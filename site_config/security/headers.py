"""Response headers of every page: browser features, framing within the admin, no caching of errors and of links."""

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from site_config.security.csp import ADMIN_PREFIX
from video_pages.access.responses import LINK_PREFIX, LINK_REFERRER_POLICY, keep_out_of_caches

PERMISSIONS_POLICY = (
    "accelerometer=(), camera=(), geolocation=(), gyroscope=(), magnetometer=(), microphone=(), "
    "midi=(), payment=(), usb=(), fullscreen=(self), picture-in-picture=(self), autoplay=(self)"
)
LANGUAGE = "Accept-Language"


class HeadersMiddleware:
    """Set Permissions-Policy, let the admin frame its own pages (for the preview panel), keep errors out of caches.

    No answer below LINK_PREFIX, an error neither, is stored, indexed, or named in the Referer of another request.

    An error page has the site's navigation, which depends on the browser. A cache may store a 404 unless a header
    forbids it (RFC 9110, 15.1).

    An answer that every cache may keep has no text in the language of the visitor, so LocaleMiddleware's `Vary` goes:
    caches would keep a copy for each language that browsers name.

    Django's XFrameOptionsMiddleware comes after it on the way out, and denies framing if the header is not set.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if request.path_info.startswith(ADMIN_PREFIX):
            response.headers.setdefault("X-Frame-Options", "SAMEORIGIN")
        response.headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        if response.status_code >= 400 and "Cache-Control" not in response.headers:
            keep_out_of_caches(response)
        if response.headers.get("Cache-Control", "").startswith("public") and response.headers.get("Vary") == LANGUAGE:
            del response.headers["Vary"], response.headers["Content-Language"]
        if request.path_info.startswith(LINK_PREFIX):
            response.headers["Referrer-Policy"] = LINK_REFERRER_POLICY
            response.headers["X-Robots-Tag"] = "noindex"
            keep_out_of_caches(response)
        return response
