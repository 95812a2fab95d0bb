"""Requests to public pages carry a short form or nothing: a longer body is refused unread.

Django would take 2.5 MB of fields into memory for anyone, and parses a form before any view is asked (the CSRF check
reads it). The admin's screens have limits of their own (`video_pages.uploads`).
"""

from django.shortcuts import render

from site_config.csp import ADMIN_PREFIX
from video_pages.access.responses import keep_out_of_caches

MAX_BYTES = 64 * 1024
"""The largest form is a password, a token and what a browser adds: a few hundred bytes."""

# Addresses below the admin's that everyone may use.
BEFORE_LOGIN = tuple(f"{ADMIN_PREFIX}{name}/" for name in ("login", "password_reset"))

LENGTH_REQUIRED, TOO_LARGE = 411, 413


class BodyLimitMiddleware:
    """Answer 413 to more than MAX_BYTES, 411 to a body whose length is not said; stands before the CSRF check."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        path = request.path_info
        if path.startswith(ADMIN_PREFIX) and not path.startswith(BEFORE_LOGIN):
            return self.get_response(request)
        status = objection(request.META)
        if status is None:
            return self.get_response(request)
        return keep_out_of_caches(render(request, "413.html", status=status))


def objection(meta):
    """Return the status with which a request with the WSGI variables `meta` is to be refused, or None."""
    length = meta.get("CONTENT_LENGTH") or "0"
    if "HTTP_TRANSFER_ENCODING" in meta or not (length.isascii() and length.isdigit()):
        return LENGTH_REQUIRED
    digits = length.lstrip("0")
    is_too_large = len(digits) > len(str(MAX_BYTES)) or int(digits or 0) > MAX_BYTES
    return TOO_LARGE if is_too_large else None
