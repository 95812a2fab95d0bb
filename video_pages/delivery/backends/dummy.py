"""The backend of tests: it records what it is asked, as Django's `locmem` mail backend does, and opens no file."""

import datetime as dt
from dataclasses import dataclass
from typing import ClassVar

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from video_pages.delivery.backends.base import BaseDeliveryBackend, StoredFile


@dataclass(frozen=True)
class Delivery:
    """One call of `DummyBackend.deliver`."""

    request: HttpRequest
    file: StoredFile
    allowed_until: dt.datetime | None


class DummyBackend(BaseDeliveryBackend):
    """Answers a GET with the name in the place of the bytes. `deliveries` holds the calls in this process."""

    deliveries: ClassVar[list[Delivery]] = []

    def _deliver(
        self, request: HttpRequest, file: StoredFile, *, allowed_until: dt.datetime | None
    ) -> HttpResponseBase:
        if not self.storage.exists(file.name):
            raise FileNotFoundError(file.name)
        self.deliveries.append(Delivery(request, file, allowed_until))
        return HttpResponse(file.name if request.method == "GET" else "", content_type=file.content_type)

    def gives_bytes(self, request: HttpRequest, response: HttpResponseBase) -> bool:
        return request.method == "GET"
