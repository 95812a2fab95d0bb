"""Log lines: every error leaves one with its request's id, and no line holds a secret."""

import json
import logging
import logging.config
import sys
import urllib.parse

import pytest
from django.core import mail
from django.db import connection
from django.test import Client, RequestFactory

from site_config.environment import env
from site_config.monitoring import admin_mail, logs, request_id
from tests import factories
from tests.delivery.servers import gunicorn
from video_pages.access.models import Guess

PASSWORD = "swordfish-typed-by-a-visitor"
SECRETS = {
    "SECRET_KEY": "s3cret-key-of-the-site",
    "ADMIN_PASSWORD": "the-admins-own",
    "DATABASE_URL": "postgres://ann:p%40ss-of-database@db/videos",
    "CACHE_URL": "redis://:pass-of-redis@cache:6379/0",
    "S3_SECRET_ACCESS_KEY": "the-key-of-the-bucket",
    "EMAIL_URL": "smtp+tls://ann:pass-of-mail@mail.example.org:587",
}


def record(message="It broke.", *, name="video_pages", level=logging.ERROR, error=None, **extra):
    """A log record as a logger makes it; `error` is the exception that it is about."""
    info = (type(error), error, error.__traceback__) if error else None
    made = logging.LogRecord(name, level, __file__, 1, message, (), info)
    for key, value in extra.items():
        setattr(made, key, value)
    return made


def raised(message):
    """A ValueError with a traceback."""
    try:
        raise ValueError(message)
    except ValueError as error:
        return error


@pytest.fixture
def no_request():
    request_id.forget_request_id()


class TestLines:
    def test_line_has_time_level_logger_request_and_traceback(self, no_request):
        written = record(error=raised("bad"))
        assert logs.Context().filter(written)
        first, *rest = logs.TextFormatter().format(written).splitlines()
        assert first[10:19].count(":") == 2
        assert first.endswith("+00:00 ERROR video_pages [-] It broke.")
        assert rest[0] == "  Traceback (most recent call last):"
        assert rest[-1] == "  ValueError: bad"

    def test_json_line_is_one_object_with_the_same_parts(self, no_request):
        written = record(error=raised("bad"))
        logs.Context().filter(written)
        line = logs.JSONFormatter().format(written)
        assert "\n" not in line
        parts = json.loads(line)
        assert list(parts) == ["time", "level", "logger", "request_id", "message", "traceback"]
        assert parts["traceback"].endswith("ValueError: bad")

    def test_message_with_a_line_break_stays_one_line(self):
        text = logs.TextFormatter().format(record("a\n2026-11-28 ERROR django.request [-] forged\r\nb"))
        assert "\n" not in text
        assert "\r" not in text


class TestSecrets:
    @pytest.mark.parametrize("formatter", [logs.TextFormatter, logs.JSONFormatter])
    def test_no_secret_setting_gets_into_a_line(self, formatter):
        values = env.read(SECRETS)
        secrets = logs.secrets_of(values)
        message = " ".join([*secrets, *SECRETS.values(), "p@ss-of-database"])
        text = formatter(secrets).format(record(message, error=raised(message)))
        for secret in (
            "s3cret-key",
            "the-admins-own",
            "p@ss-of",
            "p%40ss-of",
            "pass-of-redis",
            "pass-of-mail",
            "of-the-bucket",
        ):
            assert secret not in text
        assert "db/videos" in text

    def test_of_a_secret_that_begins_like_another_nothing_is_left(self):
        text = logs.TextFormatter(["the-admins", "the-admins-own"]).format(record("the-admins-own, the-admins"))
        assert text.endswith("***, ***")

    def test_credentials_of_an_address_that_is_no_setting_are_hidden_too(self):
        text = logs.TextFormatter().format(record("can't reach redis://ann:hunter2@cache:6379/0"))
        assert "hunter2" not in text
        assert "@cache:6379/0" in text

    def test_signature_of_an_address_of_object_storage_is_hidden(self):
        address = "https://s3.example.org/b/k?X-Amz-Expires=60&X-Amz-Signature=0123abc&X-Amz-Security-Token=T0%2Fk"
        text = logs.TextFormatter().format(record(f"can't read {address}&more=1"))
        assert "0123abc" not in text and "T0%2Fk" not in text
        assert "X-Amz-Expires=60" in text and text.endswith("&more=1")

    @pytest.mark.parametrize("path", ["/admin/password_reset/confirm/MQ/abc-0123/", "/w/k0Jd8sPq/"])
    def test_path_that_is_a_key_is_hidden(self, path):
        assert path.rstrip("/").rpartition("/")[2] not in logs.TextFormatter().format(record(f"Not Found: {path}"))

    @pytest.mark.parametrize(
        "path", ["/w/ srw_k0Jd8sPq", "/W/srw_k0Jd8sPq", '/w/"srw_k0Jd8sPq', "/videos/srw_k0Jd8sPq/"]
    )
    def test_token_of_a_link_is_hidden_wherever_it_was_pasted(self, path):
        text = logs.TextFormatter().format(record(f"Not Found: {path}"))
        assert "k0Jd8sPq" not in text and logs.HIDDEN in text

    def test_key_of_a_frame_is_hidden_and_the_file_is_not(self):
        path = "/stream/5d6c1a9e-93d0-4c51-b0c0-2f5a8f1c7a11/~k0Jd8sPq-_x/hls/master.m3u8"
        text = logs.TextFormatter().format(record(f"Forbidden: {path}"))
        assert "k0Jd8sPq" not in text and text.endswith("/~***/hls/master.m3u8")

    def test_settings_pages_hide_the_same_values_as_the_log(self):
        """Django's page for developers cleans values whose names say what they are."""
        from django.views.debug import SafeExceptionReporterFilter

        config = logs.logging_settings("INFO", "text", secrets=["s3cret-key-of-the-site"])
        shown = SafeExceptionReporterFilter().cleanse_setting("LOGGING", config)
        assert "s3cret-key-of-the-site" not in str(shown)


class TestCalm:
    """Problems that the site did not cause are not logged as its errors."""

    def test_name_that_is_not_the_sites_is_a_warning_without_a_traceback(self):
        written = record("Invalid HTTP_HOST", name="django.security.DisallowedHost", error=raised("x"))
        assert logs.Context().filter(written)
        assert "WARNING" in (text := logs.TextFormatter().format(written))
        assert "Traceback" not in text
        assert not logs.OnlyErrors().filter(written)

    def test_answer_of_a_busy_site_is_a_warning(self):
        written = record("Service Unavailable: /x/", status_code=503, request=RequestFactory().get("/x/"))
        assert logs.Context().filter(written)
        assert written.levelname == "WARNING"

    def test_what_healthz_answers_is_not_repeated(self):
        written = record("Service Unavailable", status_code=503, request=RequestFactory().get("/healthz"))
        assert not logs.Context().filter(written)

    @pytest.mark.parametrize("style", ["text", "json"])
    def test_configuration_is_one_that_python_accepts(self, style):
        config = logs.logging_settings("INFO", style, secrets=["abcdefg"], mails_admins=True)
        logging.config.DictConfigurator(config)
        assert config["formatters"]["line"]["secrets"] == ["abcdefg"]

    def test_refused_requests_are_logged_for_debugging_only(self):
        for level, expected in (("DEBUG", "WARNING"), ("INFO", "ERROR")):
            assert logs.logging_settings(level, "text")["loggers"]["django.request"]["level"] == expected


class TestMail:
    @pytest.fixture
    def handler(self, settings, no_request):
        settings.ADMINS = [("ann@example.org", "ann@example.org")]
        handler = admin_mail.AdminMailHandler()
        handler.setFormatter(logs.TextFormatter(["s3cret-key-of-the-site"]))
        return handler

    def test_mail_tells_the_error_and_nothing_of_what_was_sent(self, handler):
        address = f"/videos/x/?typed={PASSWORD}"
        request = RequestFactory().post(address, {"password": PASSWORD}, HTTP_COOKIE="sessionid=c00kie")
        handler.emit(record(error=raised("s3cret-key-of-the-site is bad"), request=request))
        (letter,) = mail.outbox
        assert letter.to == ["ann@example.org"]
        assert "POST /videos/x/" in letter.body
        assert "ValueError: *** is bad" in letter.body
        assert PASSWORD not in letter.body
        assert "c00kie" not in letter.body

    def test_broken_database_does_not_fill_the_mailbox(self, handler, monkeypatch):
        for _ in range(5):
            handler.emit(record())
        assert len(mail.outbox) == 1
        monkeypatch.setattr(handler, "_next", 0.0)
        handler.emit(record())
        assert "4 more errors before this one were not mailed" in mail.outbox[1].body
        monkeypatch.setattr(handler, "_next", 0.0)
        handler.emit(record())
        assert "were not mailed" not in mail.outbox[2].body


@pytest.mark.django_db
class TestRequestID:
    def test_each_answer_has_an_id_of_its_own(self, client):
        factories.get_home()
        ids = {client.get(path, headers={"X-Request-ID": "mine"}).headers["X-Request-ID"] for path in ("/", "/", "/x/")}
        assert len(ids) == 3
        assert "mine" not in ids

    def test_id_of_the_own_proxy_is_taken_over_and_no_other_text(self, client, settings):
        factories.get_home()
        settings.TRUSTED_PROXIES = 1
        of_nginx = "0123456789abcdef" * 2
        assert client.get("/", headers={"X-Request-ID": of_nginx}).headers["X-Request-ID"] == of_nginx
        for text in ("mine", of_nginx.upper(), of_nginx * 2, f"{of_nginx[:-1]}\n", ""):
            given = client.get("/", headers={"X-Request-ID": text}).headers["X-Request-ID"]
            assert given != text and request_id.NONE not in given

    def test_id_is_forgotten_with_the_request(self, client):
        factories.get_home()
        client.get("/")
        assert request_id.current_request_id() == request_id.NONE

    def test_error_page_names_the_id_under_which_the_log_has_the_error(self, caplog, monkeypatch):
        factories.get_home()
        monkeypatch.setattr("home.search.viewer_of", lambda *arguments: 1 / 0)
        caplog.handler.addFilter(logs.Context())
        response = Client(raise_request_exception=False).get("/search/?q=x")
        assert response.status_code == 500
        (line,) = [line for line in caplog.records if line.name == "django.request"]
        assert line.request_id == response.headers["X-Request-ID"]
        assert f"<code>{line.request_id}</code>" in response.content.decode()
        assert "have been told" not in response.content.decode()
        assert response.headers["Cache-Control"] == "private, no-store"


@pytest.mark.django_db(transaction=True)
def test_error_of_the_real_server_is_on_stderr_without_the_typed_password(child_environment, tmp_path):
    video = factories.make_video()
    table = Guess._meta.db_table
    environment = {**child_environment, "LOG_FORMAT": "json"}
    with gunicorn(environment, tmp_path) as server, connection.cursor() as cursor:
        asked = server.connect()
        asked.request("GET", video.url)
        reply = asked.getresponse()
        cookie = reply.headers["Set-Cookie"].partition(";")[0]
        token = reply.read().decode().partition('name="csrfmiddlewaretoken" value="')[2].partition('"')[0]
        form = urllib.parse.urlencode({"csrfmiddlewaretoken": token, "password": PASSWORD})
        headers = {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"}
        cursor.execute(f"ALTER TABLE {table} RENAME TO mislaid")
        try:
            asked.request("POST", video.url, form, headers)
            reply = asked.getresponse()
            page = reply.read().decode()
        finally:
            cursor.execute(f"ALTER TABLE mislaid RENAME TO {table}")
    assert reply.status == 500
    text = (tmp_path / "gunicorn.log").read_text()
    lines = [json.loads(line) for line in text.splitlines()]
    (line,) = [line for line in lines if line["level"] == "ERROR"]
    assert line["logger"] == "django.request"
    assert line["message"] == f"Internal Server Error: {video.url}"
    assert table in line["traceback"]
    assert line["request_id"] == reply.headers["X-Request-ID"]
    assert line["request_id"] in page
    assert PASSWORD not in text


@pytest.mark.django_db(transaction=True)
def test_server_logs_neither_an_address_nor_a_query(child_environment, tmp_path):
    factories.get_home()
    with gunicorn({**child_environment, "LOG_LEVEL": "INFO"}, tmp_path) as server:
        asked = server.connect()
        asked.request("HEAD", f"/search/?q={PASSWORD}")
        assert asked.getresponse().status == 200
        raw = server.connect()
        raw.connect()
        raw.sock.sendall(f"GET /?q={PASSWORD} HTTP/9 x\r\n\r\n".encode())
        assert b"400" in raw.sock.recv(1000).splitlines()[0]
    text = (tmp_path / "gunicorn.log").read_text()
    assert "A request that is no HTTP was refused." in text
    assert PASSWORD not in text and "ip=" not in text and "body bytes" not in text


def test_server_error_is_logged_without_the_query():
    written = record("Error handling request GET /search/?q=typed", name="gunicorn.error")
    assert logs.Context().filter(written)
    assert written.getMessage() == "Error handling request GET /search/"
    other = record("Worker timeout (pid: 7)?", name="gunicorn.error")
    assert logs.Context().filter(other)
    assert other.getMessage() == "Worker timeout (pid: 7)?"


def test_text_that_somebody_sent_neither_breaks_a_line_nor_steers_a_terminal():
    record = logging.LogRecord("n", logging.ERROR, "", 1, "a\x1b[2Jb\x85c\u2028d\r\ne\x00", None, None)
    line = logs.TextFormatter().format(record)
    assert line.endswith(r"a\x1b[2Jb\x85c\u2028d\r\ne\x00")
    assert len(line.splitlines()) == 1


def test_no_line_of_a_traceback_begins_as_a_record_does():
    try:
        raise ValueError("x\n2026-01-01T00:00:00.000+00:00 INFO forged [-] \x1b[2J")
    except ValueError:
        record = logging.LogRecord("n", logging.ERROR, "", 1, "broken", None, sys.exc_info())
    first, *others = logs.TextFormatter().format(record).splitlines()
    assert others and all(line.startswith("  ") and "\x1b" not in line for line in others)
