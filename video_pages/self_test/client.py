"""One request of a stranger: no cookie, no redirect followed, bounded in time and size."""

import http.client
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

from video_pages.self_test.base import Base

SECONDS = 20
"""The longest wait for a connection, for the headers and for each part of a body."""
MOST_SECONDS = 40
"""The longest time of a body: a server must not keep the test by a byte now and then."""
MOST_BYTES = 3 * 1024 * 1024
"""The part of a body that is read: pages and lists are shorter, and of films two bytes are asked for."""
# The name has "bot" in it, so that no answer counts as a view.
AGENT = "Mozilla/5.0 (compatible; ScreeningRoomSelfTestBot/1.0)"


@dataclass(frozen=True)
class Answer:
    """An answer: `headers` by names in lower case. Without one, `status` is 0 and `error` says why."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    error: str = ""

    @property
    def text(self) -> str:
        return self.body.decode(errors="replace")


class Client:
    """Asks `base` for one address after the other on one connection. Not for several threads."""

    def __init__(self, base: Base) -> None:
        self._base = base
        self._connection: http.client.HTTPConnection | None = None

    def get(self, path: str, *, host: str = "", headers: Mapping[str, str] | None = None) -> Answer:
        """Return the Answer to a GET of `path` (with its query, quoted); `host` replaces that of the base."""
        sent = {"Host": host or self._base.netloc, "User-Agent": AGENT, "Accept-Language": "en", **(headers or {})}
        for is_last in (False, True):
            try:
                return self._get(path, sent)
            except (http.client.HTTPException, OSError) as error:
                was_kept = self._connection is not None and not is_last
                self.close()
                if not was_kept:
                    return Answer(0, error=f"{type(error).__name__}: {error}")
        raise AssertionError

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _get(self, path: str, headers: Mapping[str, str]) -> Answer:
        if self._connection is None:
            self._connection = self._connect()
        self._connection.putrequest("GET", path, skip_host=True, skip_accept_encoding=True)
        for name, value in headers.items():
            self._connection.putheader(name, value)
        self._connection.endheaders()
        reply = self._connection.getresponse()
        body, deadline = bytearray(), time.monotonic() + MOST_SECONDS
        while len(body) < MOST_BYTES and time.monotonic() < deadline:
            part = reply.read1(65536)
            if not part:
                break
            body += part
        found = Answer(reply.status, {name.lower(): value for name, value in reply.getheaders()}, bytes(body))
        if not reply.isclosed():
            self.close()
        return found

    def _connect(self) -> http.client.HTTPConnection:
        if self._base.scheme == "http":
            return http.client.HTTPConnection(self._base.host, self._base.port, timeout=SECONDS)
        context = ssl.create_default_context()
        return http.client.HTTPSConnection(self._base.host, self._base.port, timeout=SECONDS, context=context)
