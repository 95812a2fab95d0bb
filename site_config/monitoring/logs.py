"""LOGGING for Django and for gunicorn: handlers, formats, and the removal of secrets.

All records are written to stderr, each with time (UTC), level, logger, request id, message and traceback. Errors can
be mailed as well (`admin_mail`). The formatters remove secrets from the finished text, so that no other
module needs to: the values of secret settings, credentials in addresses, and paths that contain a token.

Refused requests (4xx) are logged only with LOG_LEVEL=DEBUG. Sign-ins and their addresses are not logged at all
(docs/privacy.md).
"""

import datetime as dt
import json
import logging
import re
from collections.abc import Iterable
from types import SimpleNamespace
from typing import Any
from urllib.parse import unquote

from site_config.monitoring.request_id import current_request_id

HIDDEN = "***"
# To hide a shorter value would also hide ordinary words.
SHORTEST_SECRET = 6
CREDENTIALS = re.compile(r"(?<=://)[^\s/@]*:[^\s/@]*(?=@)")
# The parameters that make an address of object storage work (AWS Signature Version 4).
SIGNATURES = re.compile(r"(?<=X-Amz-Signature=)[0-9a-f]+|(?<=X-Amz-Security-Token=)[^\s&\"']+")
# Paths with a token that replaces a password.
KEY_PATHS = re.compile(r"(/password_reset/confirm/|/w/)[^\s?#\"']+")
# The token of an invitation link, wherever it was pasted.
LINK_TOKENS = re.compile(r"srw_[0-9A-Za-z]+")
# The key of a frame, in the address of a file of a video.
FRAME_KEYS = re.compile(r"(/stream/[^/\s]*/~)[^/\s?#\"']+")
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
HEALTH_PATH = "/healthz"
OVERLOADED = 503
# Messages that gunicorn logs, by the beginning of the message.
SERVER = "gunicorn."
INVALID = "Invalid request from ip="
FAILED = "Error handling request"
NO_BODY = "WSGI app sent body bytes on a no-body response"  # a HEAD, whose body gunicorn drops
QUERY = re.compile(r"\?\S*")


def logging_settings(
    level: str, style: str, *, secrets: Iterable[str] = (), mails_admins: bool = False
) -> dict[str, Any]:
    """Return LOGGING for `level` (a level's name) and `style` (`text` or `json`).

    `secrets` are texts that no line may contain. With `mails_admins`, errors are mailed to ADMINS as well.
    """
    formatter = {"()": f"site_config.monitoring.logs.{'JSONFormatter' if style == 'json' else 'TextFormatter'}"}
    handlers = {"stderr": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["context"]}}
    if mails_admins:
        handlers["admins"] = {
            "()": "site_config.monitoring.admin_mail.AdminMailHandler",
            "level": "ERROR",
            "formatter": "line",
            "filters": ["context", "errors"],
        }
    through_root = {"handlers": [], "propagate": True}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {**formatter, "secrets": [text for text in secrets if len(text) >= SHORTEST_SECRET]}},
        "filters": {
            "context": {"()": "site_config.monitoring.logs.Context"},
            "errors": {"()": "site_config.monitoring.logs.OnlyErrors"},
        },
        "handlers": handlers,
        "root": {"level": level, "handlers": list(handlers)},
        "loggers": {
            # Django's own configuration, which is applied first, adds a handler for DEBUG only.
            "django": {**through_root, "level": "INFO"},
            "django.request": {"level": "WARNING" if level == "DEBUG" else "ERROR"},
            "gunicorn.error": {**through_root, "level": "WARNING"},
            "axes": {"level": "ERROR"},
            # Titles of pages and names of their editors, which Wagtail also stores in its own log.
            "wagtail": {"level": "WARNING"},
            # It writes two lines for each of Wagtail's small tasks.
            "django_tasks": {"level": "WARNING"},
            # They write a line for each request to a search cluster.
            "elastic_transport": {"level": "WARNING"},
            "opensearch": {"level": "WARNING"},
            # It writes two lines for each message, and one for each connection.
            "celery": {"level": "WARNING"},
        },
    }


def secrets_of(values: SimpleNamespace) -> list[str]:
    """Return the texts in `values` (of `env.read`) that no log may contain, also credentials in URLs."""
    keys = (values.GATE_SECRET, values.METRICS_TOKEN, values.S3_SECRET_ACCESS_KEY, values.SENTRY_DSN)
    found = [values.SECRET_KEY, *values.SECRET_KEY_FALLBACKS, values.ADMIN_PASSWORD, *keys]
    urls = (values.DATABASE_URL, values.DATABASE_REPLICA_URL, values.CACHE_URL, values.SEARCH_URL, values.EMAIL_URL)
    for url in (*urls, values.CELERY_BROKER_URL):
        password = url.partition("://")[2].rpartition("@")[0].partition(":")[2]
        found += [password, unquote(password)]
    return [text for text in dict.fromkeys(found) if text]


class Context(logging.Filter):
    """Adds `request_id`, makes warnings of errors that are no fault of the site, and drops 503 of /healthz.

    Of what gunicorn says about a request it keeps neither the client's address nor the query, which somebody typed.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = current_request_id()
        request = getattr(record, "request", None)
        if getattr(record, "status_code", None) == OVERLOADED and request is not None:
            if request.path.startswith(HEALTH_PATH):
                return False
            record.levelno, record.levelname = logging.WARNING, "WARNING"
        if record.name.startswith("django.security."):
            # A refused request with a sufficient message: a host that is not in ALLOWED_HOSTS, too many fields.
            record.levelno, record.levelname = logging.WARNING, "WARNING"
            record.exc_info = record.exc_text = None
        return not record.name.startswith(SERVER) or self._filter_server(record)

    def _filter_server(self, record: logging.LogRecord) -> bool:
        """Return whether a record of gunicorn is logged; remove addresses and queries from it."""
        text = record.getMessage()
        if text.startswith(NO_BODY):
            return False
        if text.startswith(INVALID):
            # The exception, which has the request's line, is a part of the message.
            record.msg, record.args = "A request that is no HTTP was refused.", None
        elif text.startswith(FAILED):
            record.msg, record.args = QUERY.sub("", text), None
        return True


class OnlyErrors(logging.Filter):
    """Drops records below ERROR. It follows Context, which makes warnings of some errors."""

    def filter(self, record: logging.LogRecord) -> bool:
        return record.levelno >= logging.ERROR


class Redacting(logging.Formatter):
    """The base class of both formatters: the parts of a line, without `secrets` (texts)."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        super().__init__()
        # The longest first: one may be part of another.
        known = sorted(secrets, key=len, reverse=True)
        self._secrets = re.compile("|".join(re.escape(text) for text in known)) if known else None

    def redact(self, text: str) -> str:
        """Return `text` with secrets, credentials and tokens replaced by HIDDEN."""
        if self._secrets:
            text = self._secrets.sub(HIDDEN, text)
        text = SIGNATURES.sub(HIDDEN, CREDENTIALS.sub(HIDDEN, text))
        text = LINK_TOKENS.sub(HIDDEN, KEY_PATHS.sub(rf"\1{HIDDEN}", text))
        return FRAME_KEYS.sub(rf"\1{HIDDEN}", text)

    def parts(self, record: logging.LogRecord) -> dict[str, str]:
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


def _escaped(match: re.Match[str]) -> str:
    """Return a control character as an escape sequence of Python, such as `\\x1b`."""
    return repr(match.group())[1:-1]


class TextFormatter(Redacting):
    """A line for people, followed by the traceback."""

    def format(self, record: logging.LogRecord) -> str:
        parts = self.parts(record)
        # A line break in text from a client could imitate another record, and control characters could control the
        # terminal that shows it.
        message = CONTROL.sub(_escaped, parts["message"])
        line = f"{parts['time']} {parts['level']} {parts['logger']} [{parts['request_id']}] {message}"
        # Indented, so that no line of a traceback looks like the beginning of a record.
        lines = [CONTROL.sub(_escaped, part) for part in parts["traceback"].split("\n") if part]
        return "\n  ".join([line, *lines])


class JSONFormatter(Redacting):
    """A JSON object on one line, for programs that collect logs."""

    def format(self, record: logging.LogRecord) -> str:
        return json.dumps({name: text for name, text in self.parts(record).items() if text}, ensure_ascii=False)
