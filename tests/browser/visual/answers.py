"""The site answers a browser in this process, in the transaction of the test and at a fixed moment.

So the addresses in a picture have no port, every time is the same, and no server has to be started.
"""

import contextlib
import contextvars
import datetime as dt
import html
import mimetypes
from urllib.parse import urlsplit

import time_machine
from django.contrib.staticfiles import finders

from tests import factories

NOW = dt.datetime(2026, 6, 12, 18, 15, tzinfo=dt.UTC)
HOST = "films.example"
ORIGIN = f"https://{HOST}"
STATIC = "/static/"
REDIRECTS = (301, 302, 303, 307, 308)
REDIRECT = '<meta http-equiv="refresh" content="0;url={}">'
FORWARDED = ("range", "x-requested-with", "x-csrftoken")


@contextlib.contextmanager
def at_the_moment():
    """Have the clock of this process stand at NOW. Playwright needs one that runs: enter it only around the site."""
    with time_machine.travel(NOW, tick=False):
        yield


class Answers:
    """Answers all requests of one Playwright context: `context.route("**/*", Answers(user=…, language=…))`.

    The site's session is that of `client`, a test client of its own; the browser stores no cookie of it.
    """

    def __init__(self, *, user=None, language="en"):
        # Playwright calls in a context of its own, which has no part in the transaction.
        self._context = contextvars.copy_context()
        with at_the_moment():
            self.client = factories.browser(user, HTTP_HOST=HOST, HTTP_ACCEPT_LANGUAGE=language)
        self.client.raise_request_exception = False
        self.failed = []
        """Paths that the site answered with an error of its own."""

    def __call__(self, route):
        request = route.request
        address = urlsplit(request.url)
        if address.hostname != HOST:
            route.abort()
        elif address.path.startswith(STATIC) and (found := finders.find(address.path.removeprefix(STATIC))):
            route.fulfill(path=found, content_type=mimetypes.guess_type(found)[0])
        else:
            status, headers, body = self._context.run(self._ask, request, address)
            if status >= 500:
                self.failed.append(address.path)
            route.fulfill(status=status, headers=headers, body=body)

    def _ask(self, request, address):
        sent = {f"HTTP_{name.upper().replace('-', '_')}": request.headers.get(name) for name in FORWARDED}
        path = f"{address.path}?{address.query}" if address.query else address.path
        with at_the_moment():
            response = self.client.generic(
                request.method,
                path,
                request.post_data_buffer or b"",
                request.headers.get("content-type", "application/octet-stream"),
                secure=True,
                **{name: value for name, value in sent.items() if value},
            )
            body = response.getvalue()
        if response.status_code in REDIRECTS:  # Playwright does not route the request that follows one
            return 200, {"Content-Type": "text/html"}, REDIRECT.format(html.escape(response.headers["Location"]))
        kept = {name: value for name, value in response.headers.items() if name != "Set-Cookie"}
        return response.status_code, kept, body
