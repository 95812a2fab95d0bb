"""The page of a player, compressed with gzip: its markup is a quarter of its size then."""

import re

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.utils.cache import patch_vary_headers
from django.utils.text import compress_string

MAX_RANDOM_BYTES = 100
"""As Django's own middleware does: a random length hides small differences."""

WEIGHT = re.compile(r"q\s*=\s*(0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?)", re.ASCII)
"""RFC 9110, 12.4.2, and blanks around the sign, which some clients send."""


def compressed(request: HttpRequest, response: TemplateResponse) -> TemplateResponse:
    """Have `response` to `request` compressed when it is rendered, if the browser accepts gzip; return it.

    The length of a compressed page tells something of its secrets to those who can put chosen text into it and see how
    long it is (BREACH). The page of a player repeats nothing of a request but its query, so a request with a query is
    answered uncompressed. Other pages are never compressed.
    """
    if not request.META.get("QUERY_STRING"):
        patch_vary_headers(response, ["Accept-Encoding"])
        if accepts_gzip(request.headers.get("Accept-Encoding", "")):
            response.add_post_render_callback(_compress)
    return response


def accepts_gzip(header: str) -> bool:
    """Return whether `header`, the value of Accept-Encoding, names gzip, or else any coding, and does not refuse it."""
    accepted: dict[str, bool] = {}
    for entry in header.lower().split(","):
        coding, *parameters = (part.strip() for part in entry.split(";"))
        weights = [match[1] for match in map(WEIGHT.fullmatch, parameters) if match]
        accepted[coding] = len(weights) == len(parameters) and all(float(weight) > 0 for weight in weights)
    return accepted.get("gzip", accepted.get("*", False))


def _compress(response: HttpResponseBase) -> None:
    if isinstance(response, TemplateResponse):
        response.content = compress_string(response.content, max_random_bytes=MAX_RANDOM_BYTES)
        response.headers["Content-Encoding"] = "gzip"
