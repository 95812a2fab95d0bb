"""Ask a WSGI application as a server does, without a server."""

from typing import NamedTuple

from django.test import RequestFactory

from site_config.monitoring import request_id
from site_config.security.request import SiteHandler
from video_pages.delivery.front import StreamFront


class Told(NamedTuple):
    """The content of a reply; headers in the order of their names, without the random id of the request."""

    status: str
    headers: list
    body: bytes


class Passed(SiteHandler):
    """Django's handler, which counts the requests that reach it."""

    requests = 0

    def __call__(self, environ, start_response):
        self.requests += 1
        return super().__call__(environ, start_response)


def front(handler=None):
    """Return a new front, in front of a `Passed` handler unless told otherwise."""
    return StreamFront(handler or Passed(), request_id.begin, request_id.end, request_id.HEADER)


def environ_of(path, *, method="GET", cookie=None, headers=None, **environ):
    """Return the variables of a request; `cookie` is the value of the session cookie."""
    headers = dict(headers or {})
    if cookie is not None:
        headers["Cookie"] = "; ".join(filter(None, [headers.get("Cookie"), f"sessionid={cookie}"]))
    made = RequestFactory().generic(method, path, headers=headers, **environ).environ
    # The request that the factory makes has decoded the path already.
    return {**made, "PATH_INFO": made["PATH_INFO"].encode().decode("latin-1")}


def ask(application, path, **request):
    """Return what `application` tells a client of this request (see `environ_of`)."""
    said = []
    reply = application(environ_of(path, **request), lambda status, headers: said.append((status, headers)))
    try:
        body = b"".join(reply)
    finally:
        if hasattr(reply, "close"):
            reply.close()
    (status, headers), *_again = said
    assert [name for name, _value in headers].count(request_id.HEADER) == 1
    kept = sorted((name, value) for name, value in headers if name != request_id.HEADER)
    return Told(status, kept, body)
