"""Response headers that every page carries: browser features, framing within the admin, no copies of errors."""

from site_config.security.csp import ADMIN_PREFIX
from video_pages.access.responses import keep_out_of_caches

PERMISSIONS_POLICY = (
    "accelerometer=(), camera=(), geolocation=(), gyroscope=(), magnetometer=(), microphone=(), "
    "midi=(), payment=(), usb=(), fullscreen=(self), picture-in-picture=(self), autoplay=(self)"
)


class HeadersMiddleware:
    """Set Permissions-Policy, let the admin frame its own pages (its preview panel does), keep errors out of caches.

    An error page has the site's navigation, in which this browser may see more than the next one; and a cache may keep
    a 404 that does not forbid it (RFC 9110, 15.1).

    It stands below Django's XFrameOptionsMiddleware, which denies framing wherever nothing is said yet.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if request.path_info.startswith(ADMIN_PREFIX):
            response.headers.setdefault("X-Frame-Options", "SAMEORIGIN")
        response.headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        if response.status_code >= 400 and "Cache-Control" not in response.headers:
            keep_out_of_caches(response)
        return response
