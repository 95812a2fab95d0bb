"""Sessions as rows of the database, read without Django's session middleware."""

import datetime as dt
from importlib import import_module
from typing import Any, NamedTuple

from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.db.models import QuerySet

from video_pages.access.browser import SESSION_NAME, browser_of
from video_pages.core import clock
from video_pages.core.prepared import PreparedQuery


class SessionFacts(NamedTuple):
    """A session that exists: `data` as the database holds it, its end, and the digest of the browser's key or ""."""

    data: str
    ends: dt.datetime
    browser_key: str


def reads_sessions() -> bool:
    """Return whether the sessions of this site are rows of the database, which this module reads."""
    return issubclass(_session_store(), SessionStore)


def session_of(cookie: str) -> SessionFacts | None:
    """Return the SessionFacts of the session that `cookie` names, or None if there is none. One query."""
    rows = SESSION.rows(cookie, clock.now())
    return read_session(*rows[0]) if rows else None


def read_session(data: str, ends: dt.datetime) -> SessionFacts:
    """Return the SessionFacts of a session with `data` as the database holds it."""
    browser = browser_of(_session_store()().decode(data).get(SESSION_NAME))
    return SessionFacts(data, ends, browser.keys[0] if browser.keys else "")


def _session_store() -> Any:
    return import_module(settings.SESSION_ENGINE).SessionStore


def _sessions(cookie: str, now: dt.datetime) -> QuerySet[Any, Any]:
    sessions = Session.objects.filter(session_key=cookie, expire_date__gt=now)
    return sessions.values_list("session_data", "expire_date")


SESSION = PreparedQuery(_sessions)
