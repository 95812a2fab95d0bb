"""An id for each request: every log line of the request, the header `X-Request-ID` and the 500 page contain it."""

import secrets
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

from django.core.signals import request_finished
from django.dispatch import receiver
from django.http import HttpRequest
from django.http.response import HttpResponseBase

HEADER = "X-Request-ID"
NONE = "-"

_current: ContextVar[str] = ContextVar("request_id", default=NONE)


def current_request_id() -> str:
    """Return the id of the request that this thread handles, or `-` outside of requests."""
    return _current.get()


class RequestIDMiddleware:
    """Set `request.request_id` and the header of the response. The first middleware.

    The id is always generated here: with an id from a client, the client could forge lines of the log. The id is valid
    until the last byte of the body is sent, so it is also in the log lines of errors during streaming.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        # Wagtail renders a preview with a dummy request inside the real one. Both have the same id.
        is_inner = getattr(request, "is_dummy", False) and current_request_id() != NONE
        request_id = current_request_id() if is_inner else secrets.token_hex(8)
        request.request_id = request_id  # type: ignore[attr-defined]  # the error pages read it
        _current.set(request_id)
        response = self.get_response(request)
        response.headers[HEADER] = request_id
        return response


@receiver(request_finished, dispatch_uid="forget_request_id")
def forget_request_id(**kwargs: Any) -> None:
    """Clear the id: the next log lines of this thread belong to no request."""
    _current.set(NONE)
