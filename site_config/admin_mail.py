"""Mail to ADMINS about errors: what the log says, and nothing of what the visitor sent."""

import threading
import time
import traceback

from django.utils.log import AdminEmailHandler

PAUSE_SECONDS = 60
"""From one process at most one mail in this time: a broken database would send one for every request."""


class AdminMailHandler(AdminEmailHandler):
    """Django's handler, at most once in PAUSE_SECONDS, through the same redaction as the log.

    Django's report would hold every field of the form, a typed password among them, and most settings.
    """

    def __init__(self):
        super().__init__(reporter_class="site_config.admin_mail.PlainReporter")
        self._lock_of_pause = threading.Lock()
        self._next, self._left_out = 0.0, 0

    def emit(self, record):
        with self._lock_of_pause:
            if time.monotonic() < self._next:
                self._left_out += 1
                return
            self._next = time.monotonic() + PAUSE_SECONDS
        super().emit(record)

    def send_mail(self, subject, message, *args, **kwargs):
        left_out, self._left_out = self._left_out, 0
        if left_out:
            message += f"\n\n{left_out} more errors before this one were not mailed; the log has them."
        redact = self.formatter.redact
        super().send_mail(redact(subject), redact(message), *args, **kwargs)


class PlainReporter:
    """Stands in for Django's ExceptionReporter: the request's method and path, and the traceback."""

    def __init__(self, request, exc_type, exc_value, tb, is_email=False):
        self.request, self.exc_value, self.tb = request, exc_value, tb

    def get_traceback_text(self):
        lines = [f"{self.request.method} {self.request.path}\n\n"] if self.request else []
        if isinstance(self.exc_value, BaseException):
            lines += traceback.format_exception(self.exc_value)
        return "".join(lines)
