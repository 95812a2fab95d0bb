"""Requests with values that no row, file or form can hold: the response is 404 or 400 instead of 500.

Django and Wagtail pass many values of a request to the database unchecked. A number that no column can hold, a text
instead of a number, or a NUL then raises an exception whose cause is the request and not the site. This middleware
refuses values that it recognises before any view runs. It also handles the exception of a view that fails on a value
of the request. All other exceptions propagate.
"""

import codecs
import logging
import re
from collections.abc import Callable, Iterable
from typing import Any

from django.core.exceptions import SuspiciousOperation
from django.db import DataError, IntegrityError
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, QueryDict, RawPostDataException, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import NoReverseMatch
from django.utils.datastructures import MultiValueDictKeyError
from wagtail.search.backends.base import FieldError

from site_config.security.bad_input import is_about_input
from video_pages.access.responses import keep_out_of_caches
from video_pages.core.whole_numbers import MAX_ID
from video_pages.delivery.envelope import STREAM

# Nineteen digits or more can be more than MAX_ID.
LONG_NUMBER = re.compile(r"\d{19}")
NOT_A_NUMBER = "expected a number but got "
NOT_FOUND = "Reverse for "


logger = logging.getLogger(__name__)


class UnreadableRequestMiddleware:
    """Return 404 for an unreadable address, and 400 for an unreadable query or form.

    It precedes the CSRF check, which reads the form: then the address has already determined the upload policy.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        # Below /stream/ every address has the same refusal (docs/security.md), and its view checks all names.
        if request.path_info.startswith(STREAM):
            return self.get_response(request)
        # No text column of PostgreSQL and no file name can contain a NUL. Form fields check decoded values.
        if "\0" in request.path_info:
            return not_found(request)
        if "%00" in request.META.get("QUERY_STRING", "") or not _is_utf8(request):
            return bad_request(request)
        return self.get_response(request)

    def process_view(
        self,
        request: HttpRequest,
        view: Callable[..., HttpResponseBase],
        arguments: tuple[Any, ...],
        named: dict[str, Any],
    ) -> HttpResponse | None:
        if any(isinstance(value, int) and value > MAX_ID for value in (*arguments, *named.values())):
            return not_found(request)
        return None

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if _is_about(exception, _named(request)):
            return not_found(request)
        sent = _sent(request)
        if (
            isinstance(exception, FieldError)  # filters that the search index can't combine
            or isinstance(exception, MultiValueDictKeyError)  # a field that was not sent
            or _is_about(exception, sent)
            or is_about_input(exception, sent)
            or _failed_in_a_form_of_wagtail(exception)
        ):
            logger.warning("%s %s was refused as unreadable.", request.method, request.path, exc_info=exception)
            return bad_request(request)
        return None


class ReadableCookiesMiddleware:
    """Remove cookies with a NUL, which no browser sends: the database can't search for such a session key.

    It precedes the session middleware, so that every address ignores such a cookie.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        for name in [name for name, value in request.COOKIES.items() if "\0" in value]:
            del request.COOKIES[name]
        return self.get_response(request)


def not_found(request: HttpRequest) -> HttpResponse:
    """Return the page for an unknown address.

    Not with Django's own view, which reads the form first, with any file in it.
    """
    return keep_out_of_caches(render(request, "404.html", status=404))


def bad_request(request: HttpRequest) -> HttpResponse:
    """Return the page for an unreadable request."""
    return keep_out_of_caches(render(request, "400.html", status=400))


def _named(request: HttpRequest) -> list[str]:
    """Return the values in the address of `request`, as texts."""
    match = request.resolver_match
    return [str(value) for value in (*match.args, *match.kwargs.values())] if match else []


def _is_utf8(request: HttpRequest) -> bool:
    """False if `request` names another character set for its form than UTF-8, which all pages of the site use.

    Django decodes with any codec of Python that a request names: some fail on text (idna), others transform it.
    """
    charset = (request.content_params or {}).get("charset")
    if charset is None:
        return True
    try:
        return codecs.lookup(charset).name in ("utf-8", "ascii")
    except (LookupError, ValueError):
        return False


def _sent(request: HttpRequest) -> list[str]:
    """Return the values of the query and the form of `request`; of the query alone if the form can't be read."""
    try:
        form = request.POST
    except (SuspiciousOperation, MultiPartParserError, RawPostDataException, UnreadablePostError):
        form = QueryDict()
    return [value for data in (request.GET, form) for _name, values in data.lists() for value in values]


def _is_about(exception: Exception, values: Iterable[str]) -> bool:
    """True if the cause of `exception` is one of `values`."""
    if isinstance(exception, OverflowError | DataError) or _is_limit_of_sqlite(exception):
        return any("\0" in value or LONG_NUMBER.search(value) for value in values)
    text = str(exception)
    if isinstance(exception, NoReverseMatch):
        return text.startswith(NOT_FOUND) and any(text.startswith(f"{NOT_FOUND}{value!r}") for value in values)
    return isinstance(exception, ValueError) and any(text.endswith(f"{NOT_A_NUMBER}{value!r}.") for value in values)


def _is_limit_of_sqlite(exception: Exception) -> bool:
    """True if SQLite refuses a LIMIT or OFFSET that is no 64-bit number; PostgreSQL raises DataError."""
    return isinstance(exception, IntegrityError) and str(exception) == "datatype mismatch"


def _failed_in_a_form_of_wagtail(exception: Exception) -> bool:
    """True if a form of Wagtail raised `exception` in its validation: some forms require that a field is present."""
    if not isinstance(exception, AttributeError | KeyError | TypeError | ValueError):
        return False
    step = exception.__traceback__
    while step is not None:
        frame = step.tb_frame
        if frame.f_code is BaseForm.full_clean.__code__:
            return type(frame.f_locals["self"]).__module__.startswith("wagtail.")
        step = step.tb_next
    return False
