"""SENTRY_DSN: errors of the web server and of a worker arrive, and nothing about a visitor with them."""

import json
import logging
import subprocess
import sys
import urllib.parse

import pytest
from django.conf import settings
from django.test import RequestFactory

from site_config.monitoring.logs import HIDDEN
from site_config.monitoring.sentry import Reducer
from tests import factories
from tests.delivery.servers import gunicorn
from tests.site_config.missing_tables import mislaid
from video_pages.access.models import Guess
from video_pages.worker.models import WorkerHeartbeat

PASSWORD = "open-sesame-typed"  # noqa: S105
QUERY = "looked-for-in-the-query"
COOKIE = "cookie-of-a-visitor"
ADDRESS = "203.0.113.77"


@pytest.mark.django_db(transaction=True)
def test_error_of_a_request_arrives_without_anything_of_the_visitor(sentry, child_environment, tmp_path):
    video = factories.make_video()
    environment = {**child_environment, "SENTRY_DSN": sentry.dsn, "TRUSTED_PROXIES": "1"}
    token = "a" * 32
    form = urllib.parse.urlencode({"csrfmiddlewaretoken": token, "password": PASSWORD})
    headers = {
        "Cookie": f"csrftoken={token}; known={COOKIE}",
        "Content-Type": "application/x-www-form-urlencoded",
        "X-Forwarded-For": ADDRESS,
        "User-Agent": "agent-of-a-visitor",
        "Referer": f"http://127.0.0.1/?q={QUERY}",
    }
    with gunicorn(environment, tmp_path) as server, mislaid(Guess):
        asked = server.connect()
        asked.request("POST", f"{video.url}?q={QUERY}", form, headers)
        reply = asked.getresponse()
        assert reply.status == 500
        [event] = sentry.events()
    assert event["logger"] == "django.request" and event["message"] == "Internal Server Error: wagtail_serve"
    assert event["tags"]["request_id"] == reply.headers["X-Request-ID"]
    frames = event["exception"]["values"][-1]["stacktrace"]["frames"]
    assert frames[-1]["function"] and not any("vars" in frame for frame in frames)
    text = b"".join(sentry.raw).decode()
    for secret in (
        video.slug,
        PASSWORD,
        QUERY,
        COOKIE,
        token,
        ADDRESS,
        "agent-of-a-visitor",
        "127.0.0.1",
        "for-tests-only",
    ):
        assert secret not in text, secret
    assert set(event) <= {
        *("event_id", "timestamp", "level", "logger", "platform", "release", "environment", "sdk"),
        *("message", "tags", "exception"),
    }


@pytest.mark.django_db(transaction=True)
def test_error_of_a_worker_arrives(sentry, child_environment):
    environment = {**child_environment, "SENTRY_DSN": sentry.dsn}
    command = [sys.executable, "manage.py", "process_videos", "--until-idle"]
    with mislaid(WorkerHeartbeat):
        done = subprocess.run(command, env=environment, cwd=settings.BASE_DIR, capture_output=True, timeout=60)
    assert done.returncode != 0
    assert sentry.events()[0]["exception"]["values"][-1]["type"] in ("OperationalError", "ProgrammingError")
    assert "process_videos" not in json.dumps([event.get("extra") for event in sentry.events()])


@pytest.mark.parametrize(
    ("text", "gone"),
    [
        ("from 203.0.113.77 came", "203.0.113.77"),
        ("from 2001:db8::7 came", "2001:db8::7"),
        ("from ::1 came", "::1"),
        ("from ::ffff:203.0.113.77 came", "203.0.113.77"),
        ("from ::ffff:203.0.113.77 came", "113.77"),
        ("from 2001:db8:1:2:: came", "2001:db8"),
        ("from [2001:db8:1:2::]:443 came", "2001:db8"),
        ("client:2001:db8::7: lost", "2001:db8"),
        ("from 2001:db8::7.", "2001:db8"),
        ("from fe80::1%eth0 came", "fe80"),
        ("Internal Server Error: /films/hidden-title/", "hidden-title"),
        ("no page at '/films/hidden-title/'", "hidden-title"),
        ("no page at /films/hidden-title/?page=2", "hidden-title"),
        ("to ann@example.org", "ann@example.org"),
        ("at /videos/?q=secret", "secret"),
        ("key s3cr3t-key-of-site", "s3cr3t-key-of-site"),
        ("postgres://user:pass-word@host/x", "pass-word"),
        ("duplicate key\nDETAIL: Key (name)=(Ann)", "Ann"),
    ],
)
def test_text_of_an_error_loses_secrets_and_addresses(text, gone):
    reduced = Reducer(["s3cr3t-key-of-site"]).text(text)
    assert gone not in reduced
    assert HIDDEN in reduced or "wagtail_serve" in reduced or "\n" in text or "?" in text


@pytest.mark.parametrize(
    "text",
    [
        "at 12:34:56 it began",
        "No such file: '/data/media/protected/x.mp4'",
        "admin: http://127/a",
        "Model::method of std::vector failed: it has 1:2 parts",
    ],
)
def test_other_text_of_an_error_stays(text):
    assert Reducer([]).text(text) == text


@pytest.mark.parametrize(
    ("path", "route"),
    [("/films/hidden-title/", "wagtail_serve"), ("/films/hidden-title", HIDDEN), ("/hidden-title/é b/", "")],
)
def test_message_about_a_request_names_the_route_in_place_of_the_path(path, route):
    record = logging.LogRecord("django.request", logging.ERROR, "x.py", 1, "Internal Server Error: %s", (path,), None)
    record.request = RequestFactory().get(path)
    message = Reducer([])({}, {"log_record": record})["message"]
    assert "title" not in message and " b/" not in message and message.endswith(route)
    gunicorns = logging.LogRecord(
        "gunicorn.error", logging.ERROR, "x.py", 1, f"Error handling request {path}", (), None
    )
    assert Reducer([])({}, {"log_record": gunicorns})["message"] == "Error handling request"


def test_text_of_an_error_keeps_a_time_of_day():
    assert Reducer().text("late at 10:20:30 again") == "late at 10:20:30 again"
