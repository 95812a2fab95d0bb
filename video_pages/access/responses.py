"""Headers of every response about a protected video: locked or unlocked, a page or bytes."""

from typing import TypeVar

from django.http import HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.utils.cache import patch_vary_headers

Response = TypeVar("Response", bound=HttpResponseBase)

LINK_PREFIX = "/w/"
"""The beginning of the path of an invitation link: the path is a key."""
# With `no-referrer`, browsers post forms with `Origin: null`, which the CSRF check refuses. This one has no path.
LINK_REFERRER_POLICY = "strict-origin"
"""The Referrer-Policy of a page whose address has the token of an invitation."""
NO_STORE = "private, no-store"
"""The Cache-Control that forbids every cache to store a response (RFC 9111, 5.2.2)."""


class HttpResponseSeeOther(HttpResponseRedirect):
    """A redirect with status 303: the client sends GET to the new address (RFC 9110, 15.4.4)."""

    status_code = 303


def keep_out_of_caches(response: Response) -> Response:
    """Forbid every cache to store `response`, because it is for one browser; return it."""
    response.headers["Cache-Control"] = NO_STORE
    patch_vary_headers(response, ("Cookie",))
    return response


def mark_for_all_strangers(response: Response) -> Response:
    """Say that `response` is the same for all browsers without a session, as long as no row changes; return it."""
    response.is_for_all_strangers = True  # type: ignore[attr-defined]  # read by is_for_all_strangers alone
    return response


def is_for_all_strangers(response: HttpResponseBase) -> bool:
    """Return whether `mark_for_all_strangers` was called with `response`."""
    return getattr(response, "is_for_all_strangers", False)
