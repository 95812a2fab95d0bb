"""The pages of errors: addresses that answer with them, beside those of the site, while their pictures are drawn."""

from unittest import mock

from django.core.exceptions import BadRequest, PermissionDenied
from django.db import OperationalError
from django.middleware.csrf import REASON_NO_CSRF_COOKIE
from django.shortcuts import render
from django.test import override_settings
from django.urls import path

from home.views import csrf_failure
from site_config import urls
from video_pages.access.queues import HashingBusy
from video_pages.library.storage import StorageAway
from video_pages.search.limits import SearchBusy

handler500 = urls.handler500
MINUTES_14 = 840
ERRORS = {
    "400": BadRequest,
    "403": PermissionDenied,
    "500": ZeroDivisionError,
    "database": OperationalError,
    "503": HashingBusy,
    "storage": StorageAway,
}
RESPONSES = {
    "csrf": csrf_failure,
    "cookies": lambda request: csrf_failure(request, REASON_NO_CSRF_COOKIE),
    "413": lambda request: render(request, "413.html", status=413),
    "429": lambda request: render(request, "429.html", {"retry_after": MINUTES_14}, status=429),
}
KINDS = [*ERRORS, *RESPONSES]


def answer(request, kind):
    if kind in ERRORS:
        raise ERRORS[kind]
    return RESPONSES[kind](request)


urlpatterns = [path("trouble/<str:kind>/", answer, name="trouble"), *urls.urlpatterns]


def at(kind):
    return lambda site: f"/trouble/{kind}/"


def addresses():
    """Have the addresses of this module for as long as the context is open."""
    return override_settings(ROOT_URLCONF=__name__)


def many_searches():
    """Have no place for one more search for as long as the context is open."""
    return mock.patch("home.search.search_turn", side_effect=SearchBusy)
