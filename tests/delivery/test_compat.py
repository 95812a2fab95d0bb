"""The private APIs of Django and django-csp that delivery uses still exist."""

import io
from wsgiref.util import FileWrapper

import pytest
from csp.decorators import csp_exempt
from django.core.handlers.wsgi import WSGIHandler
from django.http import FileResponse, HttpResponse, StreamingHttpResponse
from django.test import RequestFactory

from video_pages.delivery.compat import SourceResponse, exempt_from_report_only_policy

# Django looks at its connections when a request begins and ends.
pytestmark = pytest.mark.django_db


def test_django_sets_streaming_content_through_the_private_method():
    response = SourceResponse([b"first"])
    assert response.content_source == [b"first"]
    response.streaming_content = later = [b"later"]
    assert response.content_source is later and list(response) == [b"later"]
    assert "_set_streaming_content" in vars(FileResponse) and "_set_streaming_content" in vars(StreamingHttpResponse)


def test_django_closes_the_source_with_the_response():
    source = io.BytesIO(b"content")
    SourceResponse(source).close()
    assert source.closed


def test_djangos_wsgi_handler_hands_file_to_stream_to_the_file_wrapper(monkeypatch):
    """Django passes `file_to_stream` and `block_size` of a response to the server's wrapper."""
    response = SourceResponse(io.BytesIO(b"content"))
    response.file_to_stream, response.block_size = response.content_source, 3
    monkeypatch.setattr(WSGIHandler, "load_middleware", lambda self: None)
    monkeypatch.setattr(WSGIHandler, "get_response", lambda self, request: response)
    environ = RequestFactory().get("/").environ | {"wsgi.file_wrapper": FileWrapper}
    answer = WSGIHandler()(environ, lambda status, headers: None)
    assert isinstance(answer, FileWrapper) and list(answer) == [b"con", b"ten", b"t"]


def test_django_csp_reads_the_mark_that_its_decorator_sets():
    ours = HttpResponse()
    exempt_from_report_only_policy(ours)
    theirs = csp_exempt(REPORT_ONLY=True)(lambda request: HttpResponse())(RequestFactory().get("/"))
    marks = {name: value for name, value in vars(theirs).items() if name.startswith("_csp")}
    assert marks == {name: value for name, value in vars(ours).items() if name.startswith("_csp")}
