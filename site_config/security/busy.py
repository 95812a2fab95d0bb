"""The response while the queue of password hashes is full."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render

from video_pages.access.queues import HashingBusy
from video_pages.access.responses import keep_out_of_caches


class BusyMiddleware:
    """Return 503 with `Retry-After` if a view raises HashingBusy: the admin's login, or a new password there."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, HashingBusy):
            return None
        response = keep_out_of_caches(render(request, "503.html", status=503))
        response.headers["Retry-After"] = str(exception.retry_after)
        return response
