"""Answer nginx's questions at `/stream-gate/` in front of Django's handler, from a verdict in memory.

It is to `gate` what `front` is to `views`: a question whose verdict is in memory, or takes two queries, passes no
middleware. The first question of a view, editors, aliases and refusals of browsers with a session go to the view.
tests/delivery/test_gate_front.py compares both answers. The headers are those that the middleware adds, because nginx
sends them to the browser; only the id of a request is nginx's own.
"""

import time
from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler, WSGIRequest
from django.db import Error
from django.http import HttpResponse

from video_pages.access.browser import FRAME_MARK
from video_pages.access.receivers import mark_as_receiver
from video_pages.core.connections import release_connections
from video_pages.core.metrics import DATABASE, MEMORY, tally
from video_pages.delivery import gate
from video_pages.delivery.confirming import SESSION_KEY, VIDEO, confirmer, open_videos, verdict_for
from video_pages.delivery.counting import begins_no_view
from video_pages.delivery.envelope import Envelope, is_for_this_host, is_understood
from video_pages.delivery.responses import refusal
from video_pages.delivery.session_facts import reads_sessions

ADDRESS = "/stream-gate/"
ROUTE = "stream_gate"
"""The name of the URL pattern, for the count of requests."""


class GateFront:
    """A WSGI application that answers questions of nginx, and passes all other requests to `application`.

    `handler` is Django's handler, whose middleware gives the headers.
    """

    def __init__(self, application: Callable[..., Iterable[bytes]], handler: WSGIHandler) -> None:
        self.application, self._handler = application, handler
        self._envelope = Envelope(handler)
        self._is_used = is_understood() and reads_sessions()

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if self._is_used and environ.get("PATH_INFO") == ADDRESS and environ["REQUEST_METHOD"] == "GET":
            began = time.perf_counter()
            request = self._handler.request_class(environ)
            response = self._answer(request)
            added = self._envelope.added_to(request, response) if response else None
            if response is not None and added is not None:
                tally.note_request(ROUTE, response.status_code, time.perf_counter() - began)
                headers = {**dict(response.items()), **added}
                if response.status_code != 204:
                    headers["Content-Length"] = str(len(response.content))
                start_response(f"{response.status_code} {response.reason_phrase}", list(headers.items()))
                return [response.content]
        return self.application(environ, start_response)

    def _answer(self, request: WSGIRequest) -> HttpResponse | None:
        """Return the response without the headers of the middleware, or None to a request that takes the usual way."""
        if not gate.is_open_to(request) or not is_for_this_host(request):
            return None
        cookie, video = request.COOKIES.get(settings.SESSION_COOKIE_NAME, ""), request.headers.get(gate.VIDEO, "")
        frame = request.headers.get(gate.FRAME, "")
        if not VIDEO.fullmatch(video) or (not frame and cookie and not SESSION_KEY.fullmatch(cookie)):
            return None
        credential = f"{FRAME_MARK}{frame}" if frame else cookie
        began = time.monotonic()
        try:
            may_be_open = bool(credential) or open_videos.may_be_open(video)
            known = verdict_for(credential, video) if may_be_open else None
            is_view = request.headers.get(gate.KIND) == gate.VIEW
            is_new = bool(known and is_view and not begins_no_view(known.video, known.verdict, request.META))
        except Error:
            return None
        finally:
            release_connections()  # after the clock, too, which asks the database once a minute
        confirmer.ensure_running()
        if not may_be_open:
            tally.note_verdict(MEMORY, time.monotonic() - began, is_allowed=False)
            return refusal()
        if known is None or is_new:
            return None
        source = MEMORY if known.confirmed < began else DATABASE
        tally.note_verdict(source, time.monotonic() - began, is_allowed=True)
        if known.receiver is not None:
            mark_as_receiver(request)
        return gate.allowance(request, known.file, known.usable_until - time.monotonic())
