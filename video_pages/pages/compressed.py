"""The page of a player, compressed with gzip: its markup is a quarter of its size then."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.utils.text import compress_string

MAX_RANDOM_BYTES = 100
"""As Django's own middleware does: a random length hides small differences."""


def compressed(request: HttpRequest, response: TemplateResponse) -> TemplateResponse:
    """Have `response` to `request` compressed when it is rendered, if the browser accepts gzip; return it.

    The length of a compressed page tells something of its secrets to those who can put chosen text into it and see how
    long it is (BREACH). The page of a player repeats nothing of a request but its query, so a request with a query is
    answered uncompressed. Other pages are never compressed.
    """
    if not request.META.get("QUERY_STRING") and "gzip" in request.headers.get("Accept-Encoding", ""):
        response.add_post_render_callback(_compress)
    return response


def _compress(response: HttpResponseBase) -> None:
    if isinstance(response, TemplateResponse):
        response.content = compress_string(response.content, max_random_bytes=MAX_RANDOM_BYTES)
        response.headers["Content-Encoding"] = "gzip"
