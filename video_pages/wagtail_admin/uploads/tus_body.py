"""The body of a request that carries bytes of an upload, read block by block."""

from contextlib import contextmanager

from video_pages.uploads.tus import ProtocolError, byte_count

SILENCE_SECONDS = 30
"""How long a line may be silent. A laptop that was closed says nothing, and its request would hold the upload's lock
for ever: whoever opens it again has to get on. A client that lives sends again by itself."""


class Body:
    """The body of `request`: `length` bytes, given by `read`. Raises ProtocolError 411 if its length is not said."""

    def __init__(self, request):
        self._request = request
        if "Transfer-Encoding" in request.headers:
            raise ProtocolError(411, "Say how long the body is: send Content-Length.")
        self.length = byte_count(request.META.get("CONTENT_LENGTH") or "0", "Content-Length")

    def read(self, count):
        """Return at most `count` bytes, b"" at the end. Raises OSError when the line broke."""
        return self._request.read(count)

    @contextmanager
    def with_patience(self):
        """Take a line that is silent for SILENCE_SECONDS for broken, where the web server lets its socket be known."""
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
