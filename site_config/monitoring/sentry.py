"""Errors go to Sentry (or a server that speaks its protocol) if SENTRY_DSN is set: those that the log has as ERROR.

Sentry's own integrations send what helps a developer most and a visitor least: the request with cookies, form and
address, and the local variables of each function, with typed passwords among them. So they stay off, and `reduced`
makes a new event of the few parts that are named here. Everything else is dropped, whatever a later version adds.
"""

import logging
import re
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any

from django.urls import Resolver404, resolve

from site_config.monitoring.logs import FAILED, HIDDEN, QUERY, Redacting
from site_config.version import VERSION
from video_pages.core.request_id import NONE, current_request_id

if TYPE_CHECKING:
    from sentry_sdk.types import Event, Hint

KEPT = ("event_id", "timestamp", "level", "logger", "platform", "release", "environment", "sdk")
FRAME = (
    "filename",
    "abs_path",
    "module",
    "function",
    "lineno",
    "context_line",
    "pre_context",
    "post_context",
    "in_app",
)
MOST_CHARACTERS = 500
# Addresses of visitors and of people.
PERSONAL = re.compile(r"\b\d{1,3}(?:\.\d{1,3}){3}\b|[^\s@<>\"'()]+@[^\s@<>\"'()]+\.\w+")
# A text that may be an IPv6 address, also one that ends in `::` or with an IPv4 address: `ip_address` decides.
COLONS = re.compile(r"(?<!\w)[0-9A-Fa-f]{0,4}:[0-9A-Fa-f]{0,4}:[0-9A-Fa-f:.]*")
# A path of a page: its slugs may be those of a film that no list has. Paths of files do not end with a slash.
PAGE_PATH = re.compile(r"(?<![\w/.:~*-])/(?:[^\s/?#\"'<>]+/)+(?![\w/.-])")


def _without_ipv6(match: re.Match[str]) -> str:
    """Return the text of COLONS without the address with which it begins; a time of day is none."""
    text = match.group()
    for end in range(len(text), 1, -1):
        try:
            ip_address(text[:end])
        except ValueError:
            if text[end - 1] not in ":.":
                break  # only punctuation follows an address
        else:
            return HIDDEN + text[end:]
    return text


def _route_at(path: str) -> str:
    """Return the name of the route of `path`, or HIDDEN."""
    try:
        return resolve(path).view_name or HIDDEN
    except Resolver404:
        return HIDDEN


class Reducer(Redacting):
    """Makes the event that is sent of the one that sentry-sdk has collected, without `secrets` (texts)."""

    def text(self, value: object) -> str:
        """Return the first line of `value`, shortened, without secrets, addresses, queries and paths of pages.

        The further lines of an error of the database name the values of the row.
        """
        first = str(value).partition("\n")[0][:MOST_CHARACTERS]
        text = PERSONAL.sub(HIDDEN, COLONS.sub(_without_ipv6, QUERY.sub("", self.redact(first))))
        return PAGE_PATH.sub(lambda match: _route_at(match.group()), text)

    def __call__(self, event: "Event", hint: "Hint") -> "Event":
        """Return the reduced event; a `before_send` of sentry-sdk."""
        kept: dict[str, Any] = {name: event[name] for name in KEPT if name in event}  # type: ignore[literal-required]
        record = hint.get("log_record")
        kept["message"] = self._message(record) if record is not None else ""
        request_id = current_request_id()
        kept["tags"] = {"request_id": request_id} if request_id != NONE else {}
        errors = event.get("exception", {}).get("values", [])
        if errors:
            kept["exception"] = {"values": [self._error(error) for error in errors]}
        return kept  # type: ignore[return-value]

    def _message(self, record: logging.LogRecord) -> str:
        """Return the text of `record`, with the name of the route in place of the path of its request."""
        text, request = record.getMessage(), getattr(record, "request", None)
        path = getattr(request, "path", "")
        if len(path) > 1:
            text = text.replace(path, _route_at(getattr(request, "path_info", path)))
        if text.startswith(FAILED):  # gunicorn: the rest is the path
            text = FAILED
        return self.text(text)

    def _error(self, error: dict[str, Any]) -> dict[str, Any]:
        frames = (error.get("stacktrace") or {}).get("frames", [])
        return {
            "type": error.get("type"),
            "module": error.get("module"),
            "value": self.text(error.get("value") or ""),
            "stacktrace": {"frames": [{name: frame[name] for name in FRAME if name in frame} for frame in frames]},
        }


def start(dsn: str, *, secrets: list[str]) -> None:
    """Send errors of this process to the project `dsn` from now on. Threads of sentry-sdk send them."""
    import sentry_sdk
    from sentry_sdk.integrations.atexit import AtexitIntegration
    from sentry_sdk.integrations.dedupe import DedupeIntegration
    from sentry_sdk.integrations.excepthook import ExcepthookIntegration
    from sentry_sdk.integrations.logging import LoggingIntegration
    from sentry_sdk.integrations.threading import ThreadingIntegration

    sentry_sdk.init(
        dsn=dsn,
        release=VERSION,
        default_integrations=False,
        auto_enabling_integrations=False,
        integrations=[
            LoggingIntegration(level=None, event_level=logging.ERROR),
            ExcepthookIntegration(),
            ThreadingIntegration(propagate_scope=False),
            DedupeIntegration(),
            AtexitIntegration(callback=lambda pending, timeout: None),
        ],
        before_send=Reducer(secrets),
        send_default_pii=False,
        include_local_variables=False,
        max_request_body_size="never",
        max_breadcrumbs=0,
        server_name="",
        enable_logs=False,
        auto_session_tracking=False,
        send_client_reports=False,
        shutdown_timeout=2,
    )
