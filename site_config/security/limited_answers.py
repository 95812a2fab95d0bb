"""The last refusal of each client that has to wait, kept for a second: a flood of one form costs one page a second.

A limited client gets the same page whatever it types, and nothing is checked, counted or written meanwhile. So the next
request that differs in its password alone gets a copy. It can only refuse for a second longer: no answer in this memory
opens anything.
"""

import hashlib
import threading
import time

from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase

from video_pages.access.attempt import tries_password
from video_pages.access.refusals import ErrorCode
from video_pages.core import metrics

LIMITED = 429
KEPT_SECONDS = 1.0
MOST_CLIENTS = 64
MOST_FORM_BYTES = 2_000
MOST_ANSWER_BYTES = 100_000
FORM = "application/x-www-form-urlencoded"
UNIQUE_HEADERS = frozenset(["HTTP_X_REQUEST_ID"])
"""Headers with another value in each request; no page depends on them."""
MARKS = ("_csp_", "xframe_options_exempt")
"""Beginnings of the attributes of a response in which middleware around this memory finds what the view has decided."""


class LimitedAnswers:
    """The memory of one process, for at most MOST_CLIENTS clients."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: dict[str, tuple[str, float, HttpResponse, bool]] = {}

    def find(self, request: HttpRequest, client: str) -> HttpResponse | None:
        """Return a copy of the last answer to `client`, if it was a refusal of the same request a moment ago."""
        with self._lock:
            question, until, answer, is_attempt = self._kept.get(client, ("", 0.0, None, False))
        if answer is None or time.monotonic() > until or question != _question(request):
            return None
        if is_attempt:
            metrics.UNLOCKS.labels(ErrorCode.LIMITED.value).inc()
        return _copy(answer)

    def keep(self, request: HttpRequest, client: str, answer: HttpResponseBase) -> None:
        """Keep `answer` to `client` if it says that the client has to wait."""
        if answer.status_code != LIMITED or not isinstance(answer, HttpResponse):
            return
        question = _question(request)
        if not question or len(answer.content) > MOST_ANSWER_BYTES:
            return
        with self._lock:
            self._kept.pop(client, None)
            while len(self._kept) >= MOST_CLIENTS:
                del self._kept[next(iter(self._kept))]
            self._kept[client] = question, time.monotonic() + KEPT_SECONDS, _copy(answer), tries_password(request)


def _question(request: HttpRequest) -> str:
    """Return a digest of all that an answer may depend on, but for the typed password; "" for an unusual form."""
    if request.META.get("CONTENT_TYPE") != FORM or len(request.body) > MOST_FORM_BYTES:
        return ""
    fields = sorted(item for item in QueryDict(request.body).lists() if item[0] != "password")
    headers = sorted(
        (name, value)
        for name, value in request.META.items()
        if name.startswith("HTTP_") and name not in UNIQUE_HEADERS and name != "HTTP_CONTENT_LENGTH"
    )
    facts = (request.scheme, request.method, request.path_info, request.META.get("QUERY_STRING", ""), headers, fields)
    return hashlib.sha256(repr(facts).encode("utf-8", "surrogatepass")).hexdigest()


def _copy(answer: HttpResponse) -> HttpResponse:
    """Return a response like `answer`, with its MARKS: others add their headers to what they get."""
    copy = HttpResponse(answer.content, status=answer.status_code, headers=dict(answer.headers))
    copy.cookies.update(answer.cookies)
    for name, value in vars(answer).items():
        if name.startswith(MARKS):
            setattr(copy, name, value)
    return copy
