"""A limit on request bodies: requests to public pages have a short form or none, so a longer body is refused unread.

Django accepts 2.5 MB of fields from any client and parses a form before it calls a view (the CSRF check reads it). The
admin's screens have their own limits (`video_pages.uploads`), for users with access to the admin. For all other
clients the limit of public pages applies there, too.
"""

from collections.abc import Callable, Mapping

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render

from site_config.security.csp import ADMIN_PREFIX
from video_pages.access.responses import keep_out_of_caches
from video_pages.core.whole_numbers import read_whole_number

MAX_BYTES = 64 * 1024
"""The largest public form has a password and a token: a few hundred bytes."""

# Addresses below that of the admin that are public.
BEFORE_LOGIN = tuple(f"{ADMIN_PREFIX}{name}/" for name in ("login", "password_reset"))

FORBIDDEN, LENGTH_REQUIRED, TOO_LARGE = 403, 411, 413
FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
"""The content types that Django parses."""


class BodyLimitMiddleware:
    """Return 413 for more than MAX_BYTES, and 411 for a body without a length.

    A long form for a screen of the admin gets 403: the session of its user has ended, as the upload screen then says.

    It follows the middleware that sets the user. The CSRF check, which precedes it, reads the form later, in
    `process_view`.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        status = objection(request.META)
        if status is None or _is_for_the_admin(request):
            return self.get_response(request)
        if status == TOO_LARGE and _is_behind_the_login(request.path_info):
            status = FORBIDDEN
        template = "400.html" if status == LENGTH_REQUIRED else "413.html"
        return keep_out_of_caches(render(request, template, status=status))


def _is_for_the_admin(request: HttpRequest) -> bool:
    """True if only a screen of the admin reads the body, after it has checked the user.

    A body that is no form is left to the screen, which checks the user before it reads. So a client that sends a part
    of an upload after its session has ended gets 403, and not 413.
    """
    if not _is_behind_the_login(request.path_info):
        return False
    return request.content_type not in FORMS or request.user.has_perm("wagtailadmin.access_admin")


def _is_behind_the_login(path: str) -> bool:
    return path.startswith(ADMIN_PREFIX) and not path.startswith(BEFORE_LOGIN)


def objection(meta: Mapping[str, str]) -> int | None:
    """Return the status that refuses a request with the WSGI variables `meta`, or None to accept it."""
    length = meta.get("CONTENT_LENGTH") or "0"
    if "HTTP_TRANSFER_ENCODING" in meta or not (length.isascii() and length.isdigit()):
        return LENGTH_REQUIRED
    return TOO_LARGE if read_whole_number(length, most=MAX_BYTES) is None else None
