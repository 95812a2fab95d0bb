"""Answer a request for bytes in front of Django's handler: from a verdict in memory, without middleware and view.

A player asks for a part of a file every few seconds. Sessions, users, languages, forms and messages take no part in the
answer, and the verdict on this browser was decided a second ago. So this layer answers GET and HEAD below `/stream/` if

- the verdict is in memory (`verdicts`), or two queries decide it;
- the file is one that is stored, and the view of this browser is counted already, or the bytes do not count;
- the request has nothing unusual: a body, a host that is not allowed, plain HTTP where HTTPS is required, odd cookies.

It also takes the watch reports of players, see `report_front`.

It refuses a browser without a session cookie unless the video may be open to everyone. Every other request takes the
usual way, through all middleware to `views.stream`: the first request of a view, editors, aliases, refusals of browsers
with a cookie, missing files, text from rows.

The response is that of the view: the same delivery backend makes it, and `envelope` adds what the middleware adds.
tests/delivery/front/ compares both for many requests.
"""

import re
import time
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple, cast

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler, WSGIRequest
from django.db import Error
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.utils.log import log_response

from video_pages.access.browser import FRAME_KEY, FRAME_MARK
from video_pages.access.receivers import mark_as_receiver
from video_pages.core.connections import release_connections
from video_pages.core.metrics import DATABASE, MEMORY, tally
from video_pages.delivery import report_front
from video_pages.delivery.backends.base import StoredFile
from video_pages.delivery.backends.choice import delivery_backend
from video_pages.delivery.backends.stream import BLOCK_SIZE, FilePart
from video_pages.delivery.confirming import SESSION_KEY, confirmer, open_videos, verdict_for, verdicts
from video_pages.delivery.counting import begins_no_view
from video_pages.delivery.envelope import STREAM, Envelope, is_for_this_host, is_understood
from video_pages.delivery.files import stored_file
from video_pages.delivery.responses import open_to_receiver, refusal
from video_pages.delivery.session_facts import reads_sessions
from video_pages.delivery.television import is_in_pieces
from video_pages.delivery.verdicts import KnownVerdict

# The addresses that this layer answers: a uuid in its canonical form, the key of a frame with its mark if it has one,
# and a name of plain characters.
ADDRESS = re.compile(
    STREAM
    + r"([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/"
    + rf"(?:({FRAME_MARK}{FRAME_KEY.pattern})/)?"
    + r"([A-Za-z0-9._/-]+)",
    re.ASCII,
)
CSRF_TOKEN = re.compile(r"(?:[A-Za-z0-9]{32}){1,2}")
METHODS = frozenset(["GET", "HEAD"])
ROUTE = "stream"
"""The name of the URL pattern whose requests this layer answers, for the count of requests."""

StartResponse = Callable[..., Any]


class _Answer(NamedTuple):
    """A request, its response, and the headers that the middleware would add to it."""

    request: WSGIRequest
    response: HttpResponseBase
    added: dict[str, str]


class StreamFront:
    """A WSGI application in front of `application`, Django's handler.

    `begin_request` begins the id of a request, whose variables it gets, and returns the id; `end_request` ends it.
    `id_header` is the header of the id.
    """

    def __init__(
        self,
        application: WSGIHandler,
        begin_request: Callable[[dict[str, Any]], str],
        end_request: Callable[[], None],
        id_header: str,
    ) -> None:
        self.application = application
        self._begin_request, self._end_request, self._id_header = begin_request, end_request, id_header
        self._envelope = Envelope(application)
        self._is_used = is_understood() and reads_sessions()

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        if self._is_used:
            match = ADDRESS.fullmatch(environ.get("PATH_INFO", ""))
            if match and (_is_plain(environ) or report_front.is_report(environ, match[3])):
                began = time.perf_counter()
                answer = self._answer(environ, *match.groups())
                if answer is not None:
                    tally.note_request(ROUTE, answer.response.status_code, time.perf_counter() - began)
                    return self._send(answer, environ, start_response)
        return self.application(environ, start_response)

    def _answer(self, environ: dict[str, Any], video: str, frame: str | None, name: str) -> _Answer | None:
        """Return the answer, or None to a request that takes the usual way.

        `frame` is FRAME_MARK and the key of a frame or the token of a receiver: then the session does not count.
        """
        request = self.application.request_class(environ)
        if not is_for_this_host(request) or not _keeps_csrf_cookie(request):
            return None
        credential = frame or request.COOKIES.get(settings.SESSION_COOKIE_NAME)
        if frame is None and credential is not None and not SESSION_KEY.fullmatch(credential):
            return None
        began = time.perf_counter()
        known = verdicts.find(credential or "", video)
        source = MEMORY if known else DATABASE
        if known is None:
            try:
                if credential is None and not _may_be_open(video):
                    taken = time.perf_counter() - began
                    return self._noted(self._wrapped(request, refusal()), MEMORY, taken, is_allowed=False)
                known = verdict_for(credential or "", video)
            except Error:
                return None
            finally:
                release_connections()
        taken = time.perf_counter() - began
        response = self._response(request, known, name) if known else None
        answer = self._wrapped(request, response) if response else None
        return self._noted(answer, source, taken, is_allowed=True)

    @staticmethod
    def _response(request: WSGIRequest, known: KnownVerdict, name: str) -> HttpResponseBase | None:
        """Return what `known` allows to answer, or None to a request that the view answers."""
        if request.method == "POST":
            return report_front.take_report(request, known)
        stored = stored_file(known.file, name)
        if stored is None or not stored.name or not _is_counted(request, known, stored):
            return None
        if known.receiver is not None:
            if is_in_pieces(known.file, stored):
                return None  # the view sends it so
            mark_as_receiver(request)
        try:
            response = delivery_backend().deliver(request, stored, allowed_until=known.verdict.valid_until)
        except OSError:
            return None  # a file that is missing, or can't be read: the view knows what to say
        return open_to_receiver(response) if known.receiver is not None else response

    @staticmethod
    def _noted(answer: _Answer | None, source: str, seconds: float, *, is_allowed: bool) -> _Answer | None:
        """Count the verdict of `answer`, and return it. Without an answer here, the view counts its own."""
        if answer is not None:
            tally.note_verdict(source, seconds, is_allowed=is_allowed)
        return answer

    def _wrapped(self, request: WSGIRequest, response: HttpResponseBase) -> _Answer | None:
        """Return `response` as the answer to `request`, or None if a middleware replaces it."""
        added = self._envelope.added_to(request, response)
        if added is None:
            response.close()
            return None
        return _Answer(request, response, added)

    def _send(self, answer: _Answer, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        """Send `answer` as Django's WSGI handler does, with an id of the request."""
        request, response, added = answer
        headers = {**dict(response.items()), **added, self._id_header: self._begin_request(environ)}
        if isinstance(response, HttpResponse):
            headers.setdefault("Content-Length", str(len(response.content)))
        if response.status_code >= 400:
            # The function also takes streaming responses; its types do not say so.
            written = cast(HttpResponse, response)
            log_response("%s: %s", response.reason_phrase, request.path, response=written, request=request)
        start_response(f"{response.status_code} {response.reason_phrase}", list(headers.items()))
        part = getattr(response, "file_to_stream", None)
        if part is None:
            self._end_request()
            return response
        return _sent_file(part, environ, self._end_request)


def _sent_file(part: FilePart, environ: dict[str, Any], end_request: Callable[[], None]) -> Iterable[bytes]:
    """Return what the server sends of `part` and closes. The response is not closed: it holds nothing but the file."""
    close = part.close

    def close_and_end() -> None:
        close()
        end_request()

    part.close = close_and_end  # type: ignore[method-assign]  # as Django's own handler does
    file_wrapper = environ.get("wsgi.file_wrapper")
    return file_wrapper(part, BLOCK_SIZE) if file_wrapper else part


def _is_plain(environ: dict[str, Any]) -> bool:
    """Return whether the request is a GET or HEAD without a body."""
    return (
        environ["REQUEST_METHOD"] in METHODS
        and environ.get("CONTENT_LENGTH") in (None, "", "0")
        and "HTTP_TRANSFER_ENCODING" not in environ
    )


def _keeps_csrf_cookie(request: WSGIRequest) -> bool:
    """Return False if Django's CSRF check replaces the cookie of this browser, because it can be none of its own."""
    token = request.COOKIES.get(settings.CSRF_COOKIE_NAME)
    return token is None or CSRF_TOKEN.fullmatch(token) is not None


def _may_be_open(video: str) -> bool:
    may_be = open_videos.may_be_open(video)
    confirmer.ensure_running()
    return may_be


def _is_counted(request: WSGIRequest, known: KnownVerdict, stored: StoredFile) -> bool:
    """Return whether this request begins no view that would have to be counted."""
    is_view = request.method == "GET" and stored.is_video_content
    return not is_view or begins_no_view(known.video, known.verdict, request.META)
