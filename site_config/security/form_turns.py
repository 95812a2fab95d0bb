"""One form of a visitor at a time in each process, so that a flood of wrong passwords leaves other pages their time.

Measured by `bench/flood.py`: without this, sixteen wrong passwords at once made other pages ten times as slow.
"""

import time
from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from site_config.security import body_limit
from site_config.security.busy import busy_response
from site_config.security.csp import ADMIN_PREFIX
from site_config.security.limited_answers import LIMITED, LimitedAnswers
from video_pages.access.browser import client_address
from video_pages.access.queues import HashingBusy, form_turn, rest
from video_pages.delivery.envelope import STREAM

PAUSE = 0.5
"""How long a limited client gets no further turn, as a multiple of the processor time that its last one took."""
LEAST_PAUSE = 0.006
"""The same in seconds at least, for answers that cost next to nothing."""


class FormTurnMiddleware:
    """Answer POST requests of public pages in turns; 503 with `Retry-After` if too many wait.

    It precedes all middleware that uses the database. Reports of players, below `/stream/`, and the admin are not
    delayed.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self.limited = LimitedAnswers()

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not _takes_turns(request):
            return self.get_response(request)
        try:
            request.body  # noqa: B018 - is read before the turn: a client that sends it slowly delays nobody
        except OSError:  # the client is gone
            return self.get_response(request)
        client = client_address(request.META)
        try:
            with form_turn(client):
                started = time.thread_time()
                response = self._answer(request, client)
                took = time.thread_time() - started
        except HashingBusy as busy:
            return busy_response(request, busy)
        if response.status_code == LIMITED:
            rest(client, max(PAUSE * took, LEAST_PAUSE))
        return response

    def _answer(self, request: HttpRequest, client: str) -> HttpResponseBase:
        known = self.limited.find(request, client)
        if known is not None:
            return known
        response = self.get_response(request)
        self.limited.keep(request, client, response)
        return response


def _takes_turns(request: HttpRequest) -> bool:
    if request.method != "POST" or request.path_info.startswith((ADMIN_PREFIX, STREAM)):
        return False
    return body_limit.objection(request.META) is None  # any other body is refused unread
