"""Requests that hold what no row, file or form can be: they are answered 404 or 400 instead of 500.

Django and Wagtail hand much of a request to the database as it came. A number that no column can hold, a text where a
number belongs, or a NUL then ends in an exception whose cause is the request and not the site. This middleware
refuses what can be told from the request alone before any view runs, and answers for the rest when a view fails on a
value that the request sent. Every other exception stays what it is.
"""

import codecs
import logging
import re

from django.core.exceptions import SuspiciousOperation
from django.db import DataError
from django.forms import BaseForm
from django.http import QueryDict, RawPostDataException, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.shortcuts import render
from django.urls import NoReverseMatch
from wagtail.search.backends.base import FieldError

from video_pages.access.responses import keep_out_of_caches
from video_pages.core.whole_numbers import MAX_ID

# Nineteen digits or more can be more than MAX_ID.
LONG_NUMBER = re.compile(r"\d{19}")
NOT_A_NUMBER = "expected a number but got "
NOT_FOUND = "Reverse for "

STREAM = "/stream/"

logger = logging.getLogger(__name__)


class UnreadableRequestMiddleware:
    """Answer 404 to an address and 400 to a query or form that holds what can't be read.

    It stands before the CSRF check, which reads the form: where a file may go is decided by then, by what the address
    names.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        # Below /stream/ every address gets the same refusal (docs/security.md), and its view reads names as hostile.
        if request.path_info.startswith(STREAM):
            return self.get_response(request)
        # No text column of PostgreSQL and no name of a file takes a NUL. Decoded forms are checked by their fields.
        if "\0" in request.path_info:
            return not_found(request)
        if "%00" in request.META.get("QUERY_STRING", "") or not _is_utf8(request):
            return bad_request(request)
        return self.get_response(request)

    def process_view(self, request, view, arguments, named):
        if any(isinstance(value, int) and value > MAX_ID for value in (*arguments, *named.values())):
            return not_found(request)
        return None

    def process_exception(self, request, exception):
        if _is_about(exception, _named(request)):
            return not_found(request)
        if (
            isinstance(exception, FieldError)  # filters that the search index can't combine
            or _is_about(exception, _sent(request))
            or _failed_in_a_form_of_wagtail(exception)
        ):
            logger.warning("%s %s was refused as unreadable.", request.method, request.path, exc_info=exception)
            return bad_request(request)
        return None


class ReadableCookiesMiddleware:
    """Leave out cookies that hold a NUL, which no browser sends: the session's would be looked for in the database.

    It stands before the session, so that every address treats such a cookie as none.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        for name in [name for name, value in request.COOKIES.items() if "\0" in value]:
            del request.COOKIES[name]
        return self.get_response(request)


def not_found(request):
    """Return the page that says that there is nothing at this address.

    Not by Django's own view for it, which reads the form first and with it any file.
    """
    return keep_out_of_caches(render(request, "404.html", status=404))


def bad_request(request):
    """Return the page that says that something in the request can't be read."""
    return keep_out_of_caches(render(request, "400.html", status=400))


def _named(request):
    """The values that the address of `request` names, as texts."""
    match = request.resolver_match
    return [str(value) for value in (*match.args, *match.kwargs.values())] if match else []


def _is_utf8(request):
    """False if `request` names another character set for its form than UTF-8, in which our pages send theirs.

    Django decodes with any codec of Python that the request names: some fail on text (idna), others transform it.
    """
    charset = request.content_params.get("charset")
    if charset is None:
        return True
    try:
        return codecs.lookup(charset).name in ("utf-8", "ascii")
    except (LookupError, ValueError):
        return False


def _sent(request):
    """The values of the query and of the form of `request`; of the query alone if the form can't be read."""
    try:
        form = request.POST
    except (SuspiciousOperation, MultiPartParserError, RawPostDataException, UnreadablePostError):
        form = QueryDict()
    return [value for data in (request.GET, form) for _name, values in data.lists() for value in values]


def _is_about(exception, values):
    """True if `exception` says that one of `values` can't be used."""
    if isinstance(exception, OverflowError | DataError):
        return any("\0" in value or LONG_NUMBER.search(value) for value in values)
    text = str(exception)
    if isinstance(exception, NoReverseMatch):
        return text.startswith(NOT_FOUND) and any(text.startswith(f"{NOT_FOUND}{value!r}") for value in values)
    return isinstance(exception, ValueError) and any(text.endswith(f"{NOT_A_NUMBER}{value!r}.") for value in values)


def _failed_in_a_form_of_wagtail(exception):
    """True if a form of Wagtail failed while it read what was sent: some take it for granted that a field is there."""
    if not isinstance(exception, AttributeError | KeyError | TypeError | ValueError):
        return False
    step = exception.__traceback__
    while step is not None:
        frame = step.tb_frame
        if frame.f_code is BaseForm.full_clean.__code__:
            return type(frame.f_locals["self"]).__module__.startswith("wagtail.")
        step = step.tb_next
    return False
