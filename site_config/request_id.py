"""An id for each request: it stands in every log line written meanwhile, in `X-Request-ID` and on the 500 page."""

import secrets
from contextvars import ContextVar

from django.core.signals import request_finished
from django.dispatch import receiver

HEADER = "X-Request-ID"
NONE = "-"

_current = ContextVar("request_id", default=NONE)


def current_request_id():
    """The id of the request that this thread answers, or `-` outside of requests."""
    return _current.get()


class RequestIDMiddleware:
    """Give the request an id (`request.request_id`) and name it in the answer; stands before all others.

    The id is always one of the site's own: what a client sends would let it forge lines of the log. It lasts until the
    last byte of the body is sent, so errors while a film is streamed bear it as well.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        # Wagtail draws a preview by a made-up request inside the real one, whose id it shares.
        is_inner = getattr(request, "is_dummy", False) and current_request_id() != NONE
        request.request_id = current_request_id() if is_inner else secrets.token_hex(8)
        _current.set(request.request_id)
        response = self.get_response(request)
        response.headers[HEADER] = request.request_id
        return response


@receiver(request_finished, dispatch_uid="forget_request_id")
def forget_request_id(**kwargs):
    """The thread's next line belongs to no request."""
    _current.set(NONE)
