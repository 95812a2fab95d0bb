"""The id of the request that this thread handles, or of the request that made the job it works on: for the log."""

import re
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.conf import settings

HEADER = "X-Request-ID"
VARIABLE = "HTTP_X_REQUEST_ID"
NONE = "-"
LONGEST = 32
# An id as nginx makes it (`$request_id`), and this module itself.
_FORM = re.compile(r"[0-9a-f]{16,32}")

_current: ContextVar[str] = ContextVar("request_id", default=NONE)


def current_request_id() -> str:
    """Return the id of the request that this thread handles or that made its job, or `-` outside of both."""
    return _current.get()


def begin(environ: Mapping[str, Any]) -> str:
    """Begin the request with the variables `environ` (WSGI) in this thread, and return its id.

    The id is that of the operator's own proxy (TRUSTED_PROXIES), so that the lines of both logs are found together, and
    otherwise a new one. With an id from a client, the client could forge lines of the log.
    """
    sent = environ.get(VARIABLE, "") if settings.TRUSTED_PROXIES else ""
    request_id = sent if _FORM.fullmatch(sent) else secrets.token_hex(8)
    _current.set(request_id)
    return request_id


def end() -> None:
    """End the request of this thread: the next lines of the log belong to no request."""
    _current.set(NONE)


@contextmanager
def lines_of(request_id: str) -> Iterator[None]:
    """Give the lines of the log inside the block the id of an earlier request, such as the one that made a job.

    With an empty id, they keep the present one.
    """
    token = _current.set(request_id or _current.get())
    try:
        yield
    finally:
        _current.reset(token)
