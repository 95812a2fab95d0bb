"""Headers of every response about a protected video: locked or unlocked, a page or bytes."""

from typing import TypeVar

from django.http.response import HttpResponseBase
from django.utils.cache import patch_vary_headers

Response = TypeVar("Response", bound=HttpResponseBase)

NO_STORE = "private, no-store"
"""The Cache-Control that forbids every cache to store a response (RFC 9111, 5.2.2)."""


def keep_out_of_caches(response: Response) -> Response:
    """Forbid every cache to store `response`, because it is for one browser; return it."""
    response.headers["Cache-Control"] = NO_STORE
    patch_vary_headers(response, ("Cookie",))
    return response
