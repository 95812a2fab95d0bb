"""nginx sends the bytes and asks the gate for a verdict at most every two seconds for each browser and video.

The gate is `video_pages.delivery.gate`. Requests that reach the application all the same (rows, editors' screens,
requests that nginx does not read itself) are answered as by the backend `x-accel`.
"""

from django.conf import settings
from django.core.checks import CheckMessage, Error

from video_pages.delivery.backends.x_accel import XAccelBackend

LEAST_LENGTH = 32
"""Characters of GATE_SECRET: 128 random bits in hexadecimal."""


class NginxBackend(XAccelBackend):
    """`x-accel`, with the gate open to nginx."""

    uses_gate = True

    @classmethod
    def check(cls) -> list[CheckMessage]:
        if len(settings.GATE_SECRET) >= LEAST_LENGTH:
            return []
        problem = "is shorter than 32 characters" if settings.GATE_SECRET else "is not set"
        return [
            Error(
                f"DELIVERY is 'nginx', but GATE_SECRET {problem}: nginx could not prove to the gate that it asks.",
                hint="Set GATE_SECRET to 32 random characters or more, the same as in the configuration of nginx "
                "(docs/operators.md).",
                id="video_pages.E015",
            )
        ]
