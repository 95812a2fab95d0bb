"""Where a login attempt comes from, for django-axes, which counts wrong passwords of the admin."""

from video_pages.access.browser import client_address

NO_ADDRESS = "0.0.0.0"  # noqa: S104  (a value to count by, nothing listens on it)


def login_address(request):
    """Return the client's address as axes can store it: an IPv6 network by its first address.

    The same trusted proxies are believed as for a video's password. A client without an address (a unix
    socket, an odd proxy) counts as one and the same.
    """
    address = client_address(request).partition("/")[0]
    return NO_ADDRESS if address == "unknown" else address
