"""Requests as a browser makes them: without a key of the site, and with the answer of every status."""

import http.client
from collections.abc import Mapping
from urllib.parse import urlsplit

HTTP_SECONDS = 10
MOST_BYTES = 1024 * 1024


def fetch(
    url: str, *, method: str = "GET", headers: Mapping[str, str] | None = None, body: bytes | None = None
) -> tuple[int, bytes, Mapping[str, str]]:
    """Return (status, body, headers by names in any case) of the answer at `url`, http or https; follows no redirect.

    Raises OSError and http.client.HTTPException.
    """
    parts = urlsplit(url)
    connect = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = connect(parts.netloc, timeout=HTTP_SECONDS)
    try:
        connection.request(method, f"{parts.path or '/'}?{parts.query}".rstrip("?"), body, dict(headers or {}))
        answer = connection.getresponse()
        return answer.status, answer.read(MOST_BYTES), answer.headers  # type: ignore[return-value]  # a Message
    finally:
        connection.close()
