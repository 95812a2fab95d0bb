"""The response while a queue of forms or of password hashes is full, or the bucket of the library does not answer."""

import logging
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import translation

from home.languages.visitor_language import language_for
from video_pages.access.queues import HashingBusy
from video_pages.access.responses import keep_out_of_caches
from video_pages.library.storage import StorageAway

STORAGE_SECONDS = 30

logger = logging.getLogger(__name__)


class BusyMiddleware:
    """Return 503 with `Retry-After` if a view raises HashingBusy or StorageAway.

    HashingBusy comes from the admin's login and from a new password there, StorageAway from screens that read or store
    a file of the library.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, StorageAway):
            logger.warning("A request can't be answered. %s", exception)
            return _response(request, STORAGE_SECONDS, is_about_storage=True)
        return busy_response(request, exception) if isinstance(exception, HashingBusy) else None


def busy_response(request: HttpRequest, busy: HashingBusy) -> HttpResponse:
    """Return the page that asks the visitor to try again."""
    return _response(request, busy.retry_after)


def _response(request: HttpRequest, retry_after: int, **context: bool) -> HttpResponse:
    """Return the page in the language of the visitor, which is not active before `VisitorLanguageMiddleware`."""
    language = language_for(request)
    with translation.override(language):
        response = keep_out_of_caches(render(request, "503.html", context, status=503))
    response.headers["Content-Language"] = language
    response.headers["Retry-After"] = str(retry_after)
    return response
