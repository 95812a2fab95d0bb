"""The reports that Django would send for views that fail."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from django.core.signals import got_request_exception
from django.views.debug import ExceptionReporter


@contextmanager
def kept_reports() -> Iterator[list[str]]:
    """Give a list of the reports of the requests that fail in the block, from the real requests."""
    reports: list[str] = []

    def keep(sender, request, **kwargs):
        reports.append(ExceptionReporter(request, *sys.exc_info()).get_traceback_text())

    got_request_exception.connect(keep)
    try:
        yield reports
    finally:
        got_request_exception.disconnect(keep)
