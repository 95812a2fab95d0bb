"""Where log lines go and what they look like: LOGGING for Django and for gunicorn.

Everything goes to stderr, one record with time (UTC), level, logger, request id, message and traceback. Errors can be
mailed as well (`site_config.admin_mail`). What no log may hold is taken out of the finished text, so that no module
has to think of it: the values of the secret settings, credentials in addresses, and paths that are keys themselves.

Refused requests (4xx) are the visitors' matter and not logged; with LOG_LEVEL=DEBUG they are. Who signs in, and from
where, is not logged at all (docs/privacy.md).
"""

import datetime as dt
import json
import logging
import re
from urllib.parse import unquote

from site_config.request_id import current_request_id

HIDDEN = "***"
# A shorter value would hide ordinary words.
SHORTEST_SECRET = 6
CREDENTIALS = re.compile(r"(?<=://)[^\s/@]*:[^\s/@]*(?=@)")
# Whoever has such a path needs no password.
KEY_PATHS = re.compile(r"(/password_reset/confirm/|/w/)[^\s?#\"']+")
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
HEALTH_PATH = "/healthz"
OVERLOADED = 503


def logging_settings(level, style, *, secrets=(), mails_admins=False):
    """Return LOGGING for `level` (a level's name) and `style` (`text` or `json`).

    `secrets` are texts that no line may hold. `mails_admins` sends errors to ADMINS, too.
    """
    formatter = {"()": f"site_config.logs.{'JSONFormatter' if style == 'json' else 'TextFormatter'}"}
    handlers = {"stderr": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["context"]}}
    if mails_admins:
        handlers["admins"] = {
            "()": "site_config.admin_mail.AdminMailHandler",
            "level": "ERROR",
            "formatter": "line",
            "filters": ["context", "errors"],
        }
    through_root = {"handlers": [], "propagate": True}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {**formatter, "secrets": [text for text in secrets if len(text) >= SHORTEST_SECRET]}},
        "filters": {"context": {"()": "site_config.logs.Context"}, "errors": {"()": "site_config.logs.OnlyErrors"}},
        "handlers": handlers,
        "root": {"level": level, "handlers": list(handlers)},
        "loggers": {
            # Django's own configuration, which this one follows, gives it a handler for DEBUG only.
            "django": {**through_root, "level": "INFO"},
            "django.request": {"level": "WARNING" if level == "DEBUG" else "ERROR"},
            "gunicorn.error": {**through_root, "level": "WARNING"},
            "axes": {"level": "ERROR"},
            # Titles of pages and who changed them: Wagtail keeps that in its own log.
            "wagtail": {"level": "WARNING"},
            # Two lines for each of Wagtail's small tasks.
            "django_tasks": {"level": "WARNING"},
        },
    }


def secrets_of(values):
    """Return the texts in `values` (of `site_config.env.read`) that no log may hold, credentials in URLs included."""
    found = [values.SECRET_KEY, *values.SECRET_KEY_FALLBACKS, values.ADMIN_PASSWORD]
    for url in (values.DATABASE_URL, values.CACHE_URL, values.EMAIL_URL):
        password = url.partition("://")[2].rpartition("@")[0].partition(":")[2]
        found += [password, unquote(password)]
    return [text for text in dict.fromkeys(found) if text]


class Context(logging.Filter):
    """Adds `request_id`, and calms what is no fault of the site; leaves out the answers of /healthz."""

    def filter(self, record):
        record.request_id = current_request_id()
        request = getattr(record, "request", None)
        if getattr(record, "status_code", None) == OVERLOADED and request is not None:
            if request.path.startswith(HEALTH_PATH):
                return False
            record.levelno, record.levelname = logging.WARNING, "WARNING"
        if record.name.startswith("django.security."):
            # Refused, with a sentence that says all: a name that is not in ALLOWED_HOSTS, too many fields.
            record.levelno, record.levelname = logging.WARNING, "WARNING"
            record.exc_info = record.exc_text = None
        return True


class OnlyErrors(logging.Filter):
    """Stands after Context, which makes warnings of some errors."""

    def filter(self, record):
        return record.levelno >= logging.ERROR


class Redacting(logging.Formatter):
    """What both formatters share: the parts of a line, with `secrets` (texts) taken out of each."""

    def __init__(self, secrets=()):
        super().__init__()
        # The longest first: one may be a part of another.
        known = sorted(secrets, key=len, reverse=True)
        self._secrets = re.compile("|".join(re.escape(text) for text in known)) if known else None

    def redact(self, text):
        """Return `text` without what no log may hold."""
        if self._secrets:
            text = self._secrets.sub(HIDDEN, text)
        return KEY_PATHS.sub(rf"\1{HIDDEN}", CREDENTIALS.sub(HIDDEN, text))

    def parts(self, record):
        """Return the record as a dictionary of texts; `traceback` is "" where there is none."""
        traceback = self.formatException(record.exc_info) if record.exc_info else ""
        if record.stack_info:
            traceback = f"{traceback}\n{record.stack_info}".lstrip()
        return {
            "time": dt.datetime.fromtimestamp(record.created, dt.UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "request_id": getattr(record, "request_id", "-"),
            "message": self.redact(record.getMessage()),
            "traceback": self.redact(traceback),
        }


def _escaped(match):
    """Write a control character as Python writes it in a string, such as `\\x1b`."""
    return repr(match.group())[1:-1]


class TextFormatter(Redacting):
    """A line for people, the traceback below it."""

    def format(self, record):
        parts = self.parts(record)
        # A message in which somebody else's text breaks the line could pretend to be another record, and one with
        # control characters could steer the terminal in which it is read.
        message = CONTROL.sub(_escaped, parts["message"])
        line = f"{parts['time']} {parts['level']} {parts['logger']} [{parts['request_id']}] {message}"
        # Indented, so that no line of a traceback begins as a record does.
        lines = [CONTROL.sub(_escaped, part) for part in parts["traceback"].split("\n") if part]
        return "\n  ".join([line, *lines])


class JSONFormatter(Redacting):
    """An object on a line of its own, for programs that collect logs."""

    def format(self, record):
        return json.dumps({name: text for name, text in self.parts(record).items() if text}, ensure_ascii=False)
