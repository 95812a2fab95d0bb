"""Response headers that every page carries: browser features, and framing within the admin."""

from site_config.csp import ADMIN_PREFIX

PERMISSIONS_POLICY = (
    "accelerometer=(), camera=(), geolocation=(), gyroscope=(), magnetometer=(), microphone=(), "
    "midi=(), payment=(), usb=(), fullscreen=(self), picture-in-picture=(self), autoplay=(self)"
)


class HeadersMiddleware:
    """Set Permissions-Policy, and let the admin frame its own pages (its preview panel does).

    It stands below Django's XFrameOptionsMiddleware, which denies framing wherever nothing is said yet.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if request.path_info.startswith(ADMIN_PREFIX):
            response.headers.setdefault("X-Frame-Options", "SAMEORIGIN")
        response.headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        return response
