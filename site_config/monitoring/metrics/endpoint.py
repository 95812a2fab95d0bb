"""The WSGI application of `/metrics`, in front of the site.

The numbers tell nothing about a person, but about the business of the site, so visitors must not reach them:

- At METRICS_PORT, a port of its own, only `/metrics` exists, and not the site. No proxy of the site leads there.
- At the site's port `/metrics` exists for a request with `Authorization: Bearer <METRICS_TOKEN>`. Any other request
  goes on to the site, which answers as to any unknown address.

Without both settings this application is not in use. The port is that of the socket itself. `SERVER_PORT` is not
enough: on a Unix socket, gunicorn takes it from the `Host` of the client.
"""

from collections.abc import Callable, Iterable
from typing import Any

from django.utils.crypto import constant_time_compare

from site_config.monitoring.metrics import exposition

ADDRESS = "/metrics"
METHODS = ("GET", "HEAD")
Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class MetricsEndpoint:
    """Answers at `port` (0: none), or to `token` ("": none); passes all other requests to `application`."""

    def __init__(self, application: Application, *, port: int, token: str) -> None:
        self.application, self._port, self._token = application, str(port) if port else "", token

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if self._port and environ.get("SERVER_PORT") == self._port and self._is_own_port(environ):
            if environ.get("PATH_INFO") != ADDRESS or environ["REQUEST_METHOD"] not in METHODS:
                return _answer(start_response, "404 Not Found", b"Only /metrics is here.\n")
            return _answer(start_response, "200 OK", exposition.text())
        if self._token and environ.get("PATH_INFO") == ADDRESS and environ["REQUEST_METHOD"] in METHODS:
            sent = environ.get("HTTP_AUTHORIZATION", "")
            if constant_time_compare(sent.encode("latin-1", "replace"), f"Bearer {self._token}".encode()):
                return _answer(start_response, "200 OK", exposition.text())
        return self.application(environ, start_response)

    def _is_own_port(self, environ: dict[str, Any]) -> bool:
        """Return whether the connection itself came to the port, if the server shows the connection."""
        connection = environ.get("gunicorn.socket")
        if connection is None:
            return True
        address = connection.getsockname()
        return isinstance(address, tuple) and str(address[1]) == self._port


def _answer(start_response: Callable[..., Any], status: str, body: bytes) -> Iterable[bytes]:
    headers = [
        ("Content-Type", exposition.CONTENT_TYPE),
        ("Content-Length", str(len(body))),
        ("Cache-Control", "private, no-store"),
        ("X-Content-Type-Options", "nosniff"),
    ]
    start_response(status, headers)
    return [body]
