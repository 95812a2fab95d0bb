"""Mail to ADMINS about errors, with the content of the log and without the data of the request."""

import logging
import threading
import time
import traceback
from types import TracebackType
from typing import TYPE_CHECKING, Any, cast

from django.http import HttpRequest
from django.utils.log import AdminEmailHandler

from site_config.monitoring.logs import Redacting

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

PAUSE_SECONDS = 60
"""Each process sends at most one mail in this time: with a broken database, every request is an error."""


class AdminMailHandler(AdminEmailHandler):
    """Django's handler, at most once in PAUSE_SECONDS, with the redaction of the log.

    Django's own report contains every field of the form, with a typed password, and most settings.
    """

    def __init__(self) -> None:
        super().__init__(reporter_class="site_config.monitoring.admin_mail.PlainReporter")
        self._lock_of_pause = threading.Lock()
        self._next, self._left_out = 0.0, 0

    def emit(self, record: logging.LogRecord) -> None:
        with self._lock_of_pause:
            if time.monotonic() < self._next:
                self._left_out += 1
                return
            self._next = time.monotonic() + PAUSE_SECONDS
        super().emit(record)

    def send_mail(self, subject: "StrOrPromise", message: "StrOrPromise", *args: Any, **kwargs: Any) -> None:
        text = str(message)
        left_out, self._left_out = self._left_out, 0
        if left_out:
            text += f"\n\n{left_out} more errors before this one were not mailed; the log has them."
        redact = cast(Redacting, self.formatter).redact  # LOGGING sets the formatter of every handler
        super().send_mail(redact(str(subject)), redact(text), *args, **kwargs)


class PlainReporter:
    """A replacement for Django's ExceptionReporter, with only the request's method and path, and the traceback."""

    def __init__(
        self,
        request: HttpRequest | None,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        tb: TracebackType | None,
        is_email: bool = False,
    ) -> None:
        self.request, self.exc_value, self.tb = request, exc_value, tb

    def get_traceback_text(self) -> str:
        lines = [f"{self.request.method} {self.request.path}\n\n"] if self.request else []
        if isinstance(self.exc_value, BaseException):
            lines += traceback.format_exception(self.exc_value)
        return "".join(lines)
