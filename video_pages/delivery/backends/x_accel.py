"""nginx sends the bytes that the application allows: the response names a file by `X-Accel-Redirect`.

nginx drops most headers of such a response and sends its own validators (ETag, Last-Modified), ranges and conditions.
`deploy/nginx/screening-room.conf` has the internal locations, which add the dropped headers again: one for files of
this machine, and one for a bucket, from which nginx fetches by a signed address and keeps slices.
"""

import datetime as dt
from typing import cast
from urllib.parse import quote, urlsplit

from django.conf import settings
from django.core.files.storage import Storage
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from video_pages.delivery.backends.base import BaseDeliveryBackend, StoredFile
from video_pages.library.storage import SigningStorage

REDIRECT_HEADER = "X-Accel-Redirect"
INTERNAL_PREFIX = "/stream/-/"
"""The internal location of nginx. No video has the id `-`, so the address means nothing to the application."""


BUCKET_PREFIX = "/stream/-s3"
"""The internal location of nginx for objects of the bucket; the path and the query of a signed address follow."""
PROXY_SECONDS = 12 * 3600
"""Life of an address that only nginx gets: it fetches slices for as long as a viewer with a slow line reads."""


def internal_address(storage: Storage, file: StoredFile) -> str:
    """Return the address of `file` in nginx, which no browser can ask for. Raises FileNotFoundError and StorageAway.

    Whether an object of a bucket is there, nginx finds out: to ask would cost each request a round trip.
    """
    if settings.LIBRARY_STORAGE == "s3":
        address = cast(SigningStorage, storage).signed_url(
            file.name, seconds=PROXY_SECONDS, content_type=file.content_type, for_servers=True
        )
        parts = urlsplit(address)
        return f"{BUCKET_PREFIX}{parts.path}?{parts.query}"
    # Looked for here, so that a missing file has the application's answer and log line, not nginx's 404.
    if not storage.exists(file.name):
        raise FileNotFoundError(file.name)
    return INTERNAL_PREFIX + quote(file.name)


class XAccelBackend(BaseDeliveryBackend):
    """Answers with the address of the file in nginx and no bytes. The storage is nginx's directory, or a bucket."""

    def _deliver(
        self, request: HttpRequest, file: StoredFile, *, allowed_until: dt.datetime | None
    ) -> HttpResponseBase:
        address = internal_address(self.storage, file)
        response = HttpResponse(content_type=file.content_type)
        response.headers[REDIRECT_HEADER] = address
        return response

    def gives_bytes(self, request: HttpRequest, response: HttpResponseBase) -> bool:
        return request.method == "GET"
