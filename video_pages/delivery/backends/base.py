"""The contract of a delivery backend: it answers a request that is already allowed.

The caller has the verdict; a backend decides nothing about access. It reads the method, the range and the conditions
from the request, and makes the response: with the bytes, with a header that tells a web server to send them, or with a
redirect to a signed address. A backend makes no query of the database, because each segment of a video passes here.
"""

import datetime as dt
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar

from django.core.checks import CheckMessage
from django.core.files.storage import Storage
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from video_pages.access.responses import NO_STORE
from video_pages.delivery.responses import protect


@dataclass(frozen=True)
class StoredFile:
    """A file of protected storage and how it is sent.

    `name` is its name in the storage, `content_type` and `cache_control` are the values of these headers, whoever sends
    the bytes. Sending bytes of a file with `is_video_content` counts as watching.
    """

    name: str
    content_type: str
    is_video_content: bool = False
    cache_control: str = NO_STORE


class BaseDeliveryBackend(ABC):
    """Sends files of `storage`. Subclasses implement `_deliver` and `gives_bytes`.

    Each request makes an instance, so making one opens nothing. With `uses_gate`, `/stream-gate/` gives verdicts to
    the web server that has the secret.
    """

    uses_gate: ClassVar[bool] = False

    def __init__(self, storage: Storage) -> None:
        self.storage = storage

    def deliver(
        self, request: HttpRequest, file: StoredFile, *, allowed_until: dt.datetime | None = None
    ) -> HttpResponseBase:
        """Answer the GET or HEAD `request` with `file`, which this browser may have, and with every protecting header.

        `allowed_until` (aware) is the end of the access; an address that a backend gives away must not work longer, and
        with None not longer than the backend's own short limit. Raises FileNotFoundError if the backend sees that there
        is no such regular file.
        """
        if not file.name:
            raise FileNotFoundError
        response = protect(self._deliver(request, file, allowed_until=allowed_until))
        response.headers["Cache-Control"] = file.cache_control
        return response

    @abstractmethod
    def _deliver(
        self, request: HttpRequest, file: StoredFile, *, allowed_until: dt.datetime | None
    ) -> HttpResponseBase:
        """Return the response of `deliver` without the protecting headers; `file.name` is not empty."""

    @abstractmethod
    def gives_bytes(self, request: HttpRequest, response: HttpResponseBase) -> bool:
        """Return whether the browser gets bytes of the file by the response that `deliver` gave to `request`.

        The bytes may come from another server. False for HEAD, for 304, 412 and 416, and for an empty file: these do
        not count as watching. If another server decides about ranges and conditions later, each GET counts.
        """

    def segment(self, request: HttpRequest, name: str) -> HttpResponseBase:
        """Return the encrypted segment `name` (untrusted text) for the GET or HEAD `request` of a CDN.

        This request was not decided: what is returned opens with a key alone. Raises FileNotFoundError, also if this
        backend encrypts nothing.
        """
        raise FileNotFoundError(name)

    @classmethod
    def origins(cls) -> tuple[str, ...]:
        """Return the origins, beside the site's own, from which browsers get bytes; pages are allowed to load them."""
        return ()

    @classmethod
    def check(cls) -> list[CheckMessage]:
        """Return what is wrong with the settings of this backend, for Django's system checks."""
        return []
