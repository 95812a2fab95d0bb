"""Django's handler, which counts its requests: by the name of the route, never by the path."""

import time

from django.http import HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase

from site_config.monitoring.health import VIEWS
from site_config.security.request import SiteHandler
from video_pages.core.metrics import tally
from video_pages.delivery.backends.stream import FilePartResponse
from video_pages.delivery.envelope import RESPONSE

STATIC, HEALTH, NO_ROUTE = "static", "health", "none"


class MeteredHandler(SiteHandler):
    """`SiteHandler`, with a count of each request."""

    def get_response(self, request: HttpRequest) -> HttpResponseBase:
        if hasattr(request, RESPONSE):  # a question of `envelope` to the middleware, and no request of a client
            return super().get_response(request)
        began = time.perf_counter()
        response = super().get_response(request)
        tally.note_request(route_of(request), response.status_code, time.perf_counter() - began)
        tally.note_sent(body_bytes(response))
        return response


def route_of(request: HttpRequest) -> str:
    """Return the name of the route that answered `request`; the number of names is that of the URL patterns."""
    match = request.resolver_match
    if match is not None:
        return match.view_name or NO_ROUTE
    if request.path_info in VIEWS:
        return HEALTH
    return STATIC if request.path_info.startswith("/static/") else NO_ROUTE


def body_bytes(response: HttpResponseBase) -> int:
    """Return the length of the body. Files of videos are counted when they end (`Tally.end_stream`)."""
    if isinstance(response, FilePartResponse):
        return 0
    if isinstance(response, StreamingHttpResponse):
        length = response.headers.get("Content-Length", "")
        return int(length) if length.isdecimal() else 0
    return len(response.content)  # type: ignore[attr-defined]  # every response that does not stream has it
