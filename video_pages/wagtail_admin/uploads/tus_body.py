"""The body of a request that carries bytes of an upload, read block by block."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.http import HttpRequest
from django.utils.translation import gettext as _

from video_pages.uploads.tus import ProtocolError, byte_count

SILENCE_SECONDS = 30
"""Time limit between two blocks. A closed laptop ends no connection, and its request would keep the upload's lock, so
that the same laptop could not continue later. A client that is still there repeats the request."""


class Body:
    """The body of `request`: `length` bytes. Raises ProtocolError 411 if the request has no Content-Length."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request
        if "Transfer-Encoding" in request.headers:
            raise ProtocolError(411, _("Say how long the body is: send Content-Length."))
        self.length = byte_count(request.META.get("CONTENT_LENGTH") or "0", "Content-Length")

    def read(self, count: int) -> bytes:
        """Return at most `count` bytes, b"" at the end. Raises OSError if the connection broke."""
        return self._request.read(count)

    @contextmanager
    def with_timeout(self) -> Iterator[None]:
        """Limit each read to SILENCE_SECONDS, if the web server passes its socket."""
        socket = self._request.META.get("gunicorn.socket")
        if socket is None:
            yield
            return
        before = socket.gettimeout()
        socket.settimeout(SILENCE_SECONDS)
        try:
            yield
        finally:
            socket.settimeout(before)
