"""Private APIs of Django and django-csp that this package uses; tests/delivery/test_compat.py checks each of them."""

from typing import Any

from django.http import StreamingHttpResponse
from django.http.response import HttpResponseBase


class SourceResponse(StreamingHttpResponse):
    """A streaming response that knows the object its content is read from.

    Django calls `_set_streaming_content` for each assignment to `streaming_content`, so `content_source` changes when a
    middleware replaces the content. Django's FileResponse overrides the same method for the same purpose.
    """

    content_source: Any

    def _set_streaming_content(self, value: Any) -> None:
        self.content_source = value
        super()._set_streaming_content(value)  # type: ignore[misc]  # private, so the stubs leave it out


def exempt_from_report_only_policy(response: HttpResponseBase) -> None:
    """Keep django-csp from adding the report-only policy of the pages to `response`."""
    response._csp_exempt_ro = True  # type: ignore[attr-defined]  # what django-csp's own decorator sets


def mark_as_logged(response: HttpResponseBase) -> None:
    """Keep Django from writing a line of the log for the status of `response`."""
    response._has_been_logged = True  # type: ignore[attr-defined]  # what `django.utils.log.log_response` sets
