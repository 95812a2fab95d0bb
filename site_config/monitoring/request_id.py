"""An id for each request: every log line of the request, the header `X-Request-ID` and the 500 page contain it."""

from collections.abc import Callable
from typing import Any

from django.core.signals import request_finished
from django.dispatch import receiver
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from video_pages.core.request_id import HEADER, NONE, begin, current_request_id, end

__all__ = ["HEADER", "NONE", "RequestIDMiddleware", "begin", "current_request_id", "end"]


class RequestIDMiddleware:
    """Set `request.request_id` and the header of the response. The first middleware.

    The id is valid until the last byte of the body is sent, so it is also in the log lines of errors during streaming.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        # Wagtail renders a preview with a dummy request inside the real one. Both have the same id.
        is_inner = getattr(request, "is_dummy", False) and current_request_id() != NONE
        request_id = current_request_id() if is_inner else begin(request.META)
        request.request_id = request_id  # type: ignore[attr-defined]  # the error pages read it
        response = self.get_response(request)
        response.headers[HEADER] = request_id
        return response


@receiver(request_finished, dispatch_uid="forget_request_id")
def forget_request_id(**kwargs: Any) -> None:
    """End the request, as Django tells its receivers."""
    end()
