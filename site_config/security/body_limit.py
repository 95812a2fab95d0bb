"""Requests to public pages carry a short form or nothing: a longer body is refused unread.

Django would take 2.5 MB of fields into memory for anyone, and parses a form before any view is asked (the CSRF check
reads it). The admin's screens have limits of their own (`video_pages.uploads`), but for those who may use them: to all
others their addresses are public ones.
"""

from django.shortcuts import render

from site_config.security.csp import ADMIN_PREFIX
from video_pages.access.responses import keep_out_of_caches
from video_pages.core.whole_numbers import read_whole_number

MAX_BYTES = 64 * 1024
"""The largest form is a password, a token and what a browser adds: a few hundred bytes."""

# Addresses below the admin's that everyone may use.
BEFORE_LOGIN = tuple(f"{ADMIN_PREFIX}{name}/" for name in ("login", "password_reset"))

LENGTH_REQUIRED, TOO_LARGE = 411, 413
FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
"""What Django parses by itself."""


class BodyLimitMiddleware:
    """Answer 413 to more than MAX_BYTES, 411 to a body whose length is not said.

    It stands behind the middleware that knows the user, and still before the CSRF check: that one reads the form when
    the view is known, and not before.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        status = objection(request.META)
        if status is None or _is_for_the_admin(request):
            return self.get_response(request)
        return keep_out_of_caches(render(request, "413.html", status=status))


def _is_for_the_admin(request):
    """True if no one but the admin's screens will read the body, and only for whoever may use them.

    What is no form is left to the screen, which asks who sends it and reads nothing of strangers': a client that sends
    a part of an upload after its session ended has to learn that, and not that the part is too large.
    """
    path = request.path_info
    if not path.startswith(ADMIN_PREFIX) or path.startswith(BEFORE_LOGIN):
        return False
    return request.content_type not in FORMS or request.user.has_perm("wagtailadmin.access_admin")


def objection(meta):
    """Return the status with which a request with the WSGI variables `meta` is to be refused, or None."""
    length = meta.get("CONTENT_LENGTH") or "0"
    if "HTTP_TRANSFER_ENCODING" in meta or not (length.isascii() and length.isdigit()):
        return LENGTH_REQUIRED
    return TOO_LARGE if read_whole_number(length, most=MAX_BYTES) is None else None
