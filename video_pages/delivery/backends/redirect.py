"""The application sends browsers to the bucket: each request is decided, and answered with an address signed for 60 s.

Nothing is signed in advance. A player reads a playlist once and uses its addresses for hours, so playlists name our own
addresses, and each request for a segment gets a new signature. The bucket sends the bytes, and decides about ranges and
conditions. Texts (playlists, the map of a storyboard) are small and are sent from here: a player resolves the addresses
in a playlist against the address that the playlist came from.

A media element that plays the progressive file by itself gets the bytes from here, too. Chromium sends all further
ranges to the address that the first redirect led to: after a pause, a seek would ask the bucket by a signature that has
ended, be refused, and stall without an error. Such elements are recognised by `Sec-Fetch-Dest` (Fetch Metadata, 2.1).
"""

import datetime as dt
from typing import ClassVar, cast
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from video_pages.access.receivers import is_of_receiver
from video_pages.core import clock
from video_pages.delivery.backends.base import BaseDeliveryBackend, StoredFile
from video_pages.delivery.backends.stream import StreamBackend
from video_pages.library.storage import SigningStorage, protected_storage

MEDIA = ("video/", "image/")
"""Content types of files that the bucket sends."""
MEDIA_ELEMENTS = frozenset(["video", "audio"])
"""Values of Sec-Fetch-Dest of requests by media elements; those of scripts have `empty`."""


class RedirectBackend(BaseDeliveryBackend):
    """Answers with 302 and a signed address of the bucket; with the bytes to media elements, and for texts."""

    signed_seconds: ClassVar[int] = 60
    """Life of an address. It bounds how long a browser reads on after its access was ended."""

    def _deliver(
        self, request: HttpRequest, file: StoredFile, *, allowed_until: dt.datetime | None
    ) -> HttpResponseBase:
        is_for_element = request.META.get("HTTP_SEC_FETCH_DEST") in MEDIA_ELEMENTS
        # After a redirect to another site the page of a receiver has the origin `null`, which no bucket allows.
        if is_for_element or is_of_receiver(request) or not file.content_type.startswith(MEDIA):
            return StreamBackend(self.storage)._deliver(request, file, allowed_until=allowed_until)  # noqa: SLF001
        # No request asks whether the object is there: that would cost each segment a round trip to the bucket.
        address = cast(SigningStorage, self.storage).signed_url(
            file.name,
            seconds=self._seconds(allowed_until),
            content_type=file.content_type,
            cache_control=file.cache_control,
            method="head_object" if request.method == "HEAD" else "get_object",  # a signature is for one method
        )
        response = HttpResponse(status=302, headers={"Location": address})
        del response.headers["Content-Type"]
        return response

    def _seconds(self, allowed_until: dt.datetime | None) -> int:
        """Return the life of an address that is signed now: S3 counts whole seconds, and one at least."""
        if allowed_until is None:
            return self.signed_seconds
        left = int((allowed_until - clock.now()).total_seconds())
        return max(1, min(self.signed_seconds, left))

    def gives_bytes(self, request: HttpRequest, response: HttpResponseBase) -> bool:
        if response.status_code == 302:
            return request.method == "GET"
        return StreamBackend(self.storage).gives_bytes(request, response)

    @classmethod
    def origins(cls) -> tuple[str, ...]:
        if settings.LIBRARY_STORAGE != "s3":
            return ()
        return (cast(SigningStorage, protected_storage()).public_origin(),)

    @classmethod
    def check(cls) -> list[CheckMessage]:
        if settings.LIBRARY_STORAGE != "s3":
            return [
                Error(
                    f"DELIVERY is {settings.DELIVERY!r}, but LIBRARY_STORAGE is {settings.LIBRARY_STORAGE!r}: files of "
                    "this machine have no address that could be signed.",
                    hint="Set LIBRARY_STORAGE=s3 and the bucket's settings (S3_BUCKET, …; docs/storage.md), or leave "
                    "DELIVERY out: then the application sends the files.",
                    id="video_pages.E027",
                )
            ]
        insecure = [origin for origin in cls.origins() if origin.startswith("http:")]
        if insecure and urlsplit(settings.WAGTAILADMIN_BASE_URL).scheme == "https":
            return [
                Error(
                    f"DELIVERY is {settings.DELIVERY!r}, but browsers would load videos from {insecure[0]}: a page "
                    "with HTTPS may not load from an address without.",
                    hint="Give the S3 server a certificate, and set S3_PUBLIC_ENDPOINT_URL to its https:// address.",
                    id="video_pages.E028",
                )
            ]
        return []
