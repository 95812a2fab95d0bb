"""`deploy/nginx/screening-room.conf` as operators use it: its syntax, TLS, other files, uploads, logs, and the disk."""

import gzip
import socket
import subprocess
import time
import uuid
from pathlib import Path

import pytest
from django.conf import settings

from tests import factories
from tests.delivery.addresses import source_url, unlocked
from tests.delivery.backends.conftest import cookie_of
from tests.delivery.nginx_server import CONFIGURATION, EDIT, nginx, written
from tests.delivery.raw_http import Address, request
from tests.engines import free_port
from video_pages.library.storage import protected_storage

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(scope="package")
def site(run_backend):
    """The backend `nginx`."""
    return run_backend("nginx")


def test_nginx_accepts_the_file(site, require):
    folder = site.nginx.folder
    command = [require("nginx"), "-t", "-p", str(folder), "-c", str(folder / "nginx.conf"), "-e", "stderr"]
    tested = subprocess.run(command, capture_output=True, text=True)
    assert (tested.returncode, "warn" in tested.stderr) == (0, False), tested.stderr


def test_every_place_of_this_machine_is_marked():
    text = CONFIGURATION.read_text()
    unmarked = "\n".join(line for line in EDIT.sub("", text).splitlines() if not line.strip().startswith("#"))
    for place in ("/srv/", "/etc/", "/var/", "/run/", "example.org", "127.0.0.1", "listen ", "server_name videos"):
        assert place not in unmarked, place


def test_http_is_sent_to_https_of_the_name(site):
    plain = Address(site.nginx.plain_port)
    served = plain.ask("/videos/?x=1", host="evil.example")
    assert (served.status, served.header("Location")) == (301, "https://localhost/videos/?x=1")


def test_http_2_and_its_split_cookies(site, film, cookie, require):
    address = f"https://127.0.0.1:{site.port}{source_url(film)}"
    command = ["curl", "--silent", "--insecure", "--http2", "--cookie", f"x=1; {cookie}; y=2", "--range", "0-9"]
    output = subprocess.run(
        [*command, "--output", "-", "--write-out", "%{http_code} %{http_version}", address], capture_output=True
    )
    assert output.stdout == bytes(range(10)) + b"206 2"


def test_the_log_has_no_query_no_cookie_and_no_token(site, film, cookie):
    # No other test writes this word. Lines of earlier tests may still come.
    site.ask(f"{source_url(film)}?hush=query", cookie=cookie, headers={"Referer": "https://x.example/?hush"})
    site.ask("/admin/password_reset/confirm/MQ/hush-token/?x")
    site.ask("/w/hush-token/?x")
    site.ask("/%77/srw_hushed")  # the application decodes it
    log = site.nginx.log_that_has("/%77/*** ")
    assert f'"GET {source_url(film)} HTTP/1.1" 200' in log
    assert "/admin/password_reset/confirm/*** " in log and "/w/*** " in log
    assert "hush" not in log and cookie.partition("=")[2] not in log


def test_the_log_of_errors_has_no_link(site):
    assert site.ask("/videos/", method="POST", body=b"x" * 70_000).status == 413
    for link in ("/w/srw_hushed", f"/embed/{uuid.uuid4()}/?w=srw_hushed"):
        assert site.ask(link, method="POST", body=b"x" * 70_000).status == 413
    errors = (site.nginx.folder / "errors.log").read_text()
    assert "too large body" in errors and '"POST /videos/' in errors
    assert "hush" not in errors


@pytest.mark.parametrize("files_by", ["nginx", "off"])
def test_the_log_of_errors_has_no_key_of_a_frame(tmp_path, require, files_by):
    uuid4, key = uuid.uuid4(), "hush" * 10 + "key"
    with nginx(require("nginx"), tmp_path, free_port(), engine=files_by, tls=False) as front:  # the application is away
        for tilde in ("~", "%7E", "%7e"):
            for name in ("source", "hls/master.m3u8", "nothing"):
                assert Address(front.port).ask(f"/stream/{uuid4}/{tilde}{key}/{name}").status == 502
        large = Address(front.port).ask(f"/stream/{uuid4}/~{key}/source", method="POST", body=b"x" * 70_000)
        assert large.status == 413
        assert Address(front.port).ask(f"/stream/{uuid4}/source").status == 502
    errors = (tmp_path / "errors.log").read_text()
    assert "hush" not in errors
    assert "connect() failed" in errors and f"GET /stream/{uuid4}/source" in errors


def test_answers_do_not_tell_the_version_of_nginx(site, film):
    for path in ("/", source_url(film), "/static/nothing", "/media/nothing"):
        assert site.ask(path).header("Server") == "nginx"


class TestOtherFiles:
    def place(self, root, name, content):
        path = Path(root) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)

    def test_public_media_have_the_headers_of_the_application(self, site, reference):
        for name in ("images/a.jpg", "images/a.svg", "images/a.webp", "images/a.html", "images/a"):
            self.place(settings.MEDIA_ROOT, name, b"content")
            ours, expected = site.ask(f"/media/{name}"), reference.ask(f"/media/{name}")
            assert (ours.status, ours.body) == (200, b"content")
            names = ["cache-control", "content-security-policy", "x-content-type-options", "x-frame-options"]
            names += ["referrer-policy", "cross-origin-opener-policy", "last-modified"]
            if name.endswith(("jpg", "svg", "webp")):
                names.append("content-type")
            assert [ours.header(each) for each in names] == [expected.header(each) for each in names], name
        assert site.ask("/media/images/a.html").header("Content-Type") == "application/octet-stream"

    def test_static_files_are_cached_by_their_names_and_compressed(self, site):
        text = b"export const answer = 42;\n" * 100
        for name in ("try/module.0123456789ab.mjs", "try/module.js"):
            self.place(settings.STATIC_ROOT, name, text)
            self.place(settings.STATIC_ROOT, f"{name}.gz", gzip.compress(text))
        hashed = site.ask("/static/try/module.0123456789ab.mjs", headers={"Accept-Encoding": "gzip"})
        assert (hashed.status, gzip.decompress(hashed.body)) == (200, text)
        assert hashed.header("Content-Encoding") == "gzip"
        assert hashed.header("Cache-Control") == "max-age=315360000, public, immutable"
        plain = site.ask("/static/try/module.js")
        assert (plain.body, plain.header("Cache-Control")) == (text, "max-age=60, public")
        for served in (hashed, plain):
            assert served.header("Content-Type") == "text/javascript; charset=utf-8"
            assert served.header("Vary") == "Accept-Encoding"
            assert served.header("Access-Control-Allow-Origin") == "*"
            assert served.header("X-Content-Type-Options") == "nosniff"

    def test_every_kind_of_static_file_has_its_type(self):
        from django.contrib.staticfiles.finders import get_finders

        known = CONFIGURATION.read_text().partition("location /static/")[2].partition("}")[0]
        suffixes = {Path(name).suffix for finder in get_finders() for name, _storage in finder.list([])}
        for suffix in suffixes - {"", ".map"}:
            assert f" {suffix[1:]}" in known.replace(";", " "), suffix

    def test_no_path_leaves_these_folders(self, site, film):
        secret = film.video_file.playable_name
        for path in (
            "/media/../protected/{}",
            "/media/%2e%2e/protected/{}",
            "/media..%2fprotected/{}",
            "/media../protected/{}",
            "/media/..%2fprotected%2f{}",
            "/static/../media/protected/{}",
            "/static../media/protected/{}",
            "/static/..%2fmedia%2fprotected%2f{}",
            "/static/%2e%2e/db.sqlite3",
            "/static../.secret-key",
            "/media/",
            "/static/",
        ):
            assert site.ask(path.format(secret)).status in (400, 403, 404), path


def test_a_large_body_is_refused_outside_of_the_admin(site):
    by_nginx = site.ask("/videos/", method="POST", body=b"x" * (64 * 1024 + 1))
    by_the_application = site.ask("/admin/login/", method="POST", body=b"x" * (64 * 1024 + 1))
    assert (by_nginx.status, by_the_application.status) == (413, 413)  # nobody is signed in
    assert (by_nginx.header("X-Request-ID"), by_the_application.header("X-Request-ID") is None) == (None, False)


def test_log_of_nginx_has_the_id_that_the_application_uses(site):
    reply = site.ask("/videos/")
    number = reply.header("X-Request-ID")
    log = site.nginx.log_that_has(number)
    assert [line.split()[-1] for line in log.splitlines() if '"GET /videos/ ' in line][-1] == number


def test_an_upload_reaches_the_application_while_it_arrives(site):
    """Its answer comes before the body is complete: nginx neither stores the body nor waits for it."""
    with site.connect() as connection:
        connection.sendall(request("/admin/uploads/tus/", method="POST", headers={"Content-Length": "33554432"}))
        connection.settimeout(20)
        assert connection.recv(12)[:10] == b"HTTP/1.1 4" or connection.recv(1)
    assert not written(site.nginx.folder / "client_body")


class TestTheDisk:
    def test_nginx_writes_nothing_of_a_video_for_a_slow_viewer(self, run_backend, film, cookie):
        """The application sends 8 MB through nginx, and the viewer reads slowly: memory holds what waits."""
        streaming = run_backend("stream", configured="off")
        with open(protected_storage().path(film.video_file.playable_name), "wb") as file:
            file.truncate(8 * 1024 * 1024)
        with streaming.connect() as viewer:
            viewer.sendall(request(source_url(film), cookie=cookie))
            assert viewer.recv(1024).startswith(b"HTTP/1.1 200")
            time.sleep(1)
            assert written(streaming.nginx.folder / "proxy_temp") == []
            assert "temporary file" not in (streaming.nginx.folder / "errors.log").read_text()
        assert streaming.ask(source_url(film), cookie=cookie).status == 200

    def test_what_nginx_keeps_is_a_verdict_and_not_that_of_an_editor(self, site, film, cookie):
        editor = cookie_of(factories.browser(factories.make_superuser()))
        for sent in (cookie, editor, None):
            site.ask(source_url(film), cookie=sent)
        kept = [path.read_bytes() for path in written(site.nginx.folder / "verdicts")]
        assert any(cookie.partition("=")[2].encode() in content for content in kept)
        assert all(b"HTTP/1.1 204" in content and len(content) < 4096 for content in kept)
        assert not [content for content in kept if editor.partition("=")[2].encode() in content]


@pytest.mark.parametrize(("delivery", "configured"), [("stream", "nginx"), ("x-accel", "nginx"), ("nginx", "off")])
def test_a_site_works_while_its_setting_and_the_file_differ(run_backend, film, cookie, delivery, configured):
    mixed = run_backend(delivery, configured=configured)
    assert mixed.ask(source_url(film), cookie=cookie).body == bytes(range(256)) * 16
    assert mixed.ask(source_url(film)).status == 403
    assert mixed.ask("/stream-gate/", cookie=cookie).status == 403


def test_a_stopped_application_lets_nobody_in(run_backend, film, cookie):
    """The verdict that nginx keeps ends as always, and then nobody gets a byte."""
    stopped = run_backend("nginx", number=2)
    assert stopped.ask(source_url(film), cookie=cookie).status == 200
    stopped.application.stop()
    time.sleep(2.05)
    for sent in (cookie, None, cookie_of(unlocked(film))):
        assert stopped.ask(source_url(film), cookie=sent).status == 502


def test_a_viewer_that_reads_slowly_holds_no_thread_of_the_application(site, film, cookie):
    with open(protected_storage().path(film.video_file.playable_name), "wb") as file:
        file.truncate(8 * 1024 * 1024)
    viewers = [site.connect() for _viewer in range(40)]  # the application has 24 threads
    try:
        for viewer in viewers:
            viewer.sendall(request(source_url(film), cookie=cookie))
        for viewer in viewers:
            assert viewer.recv(1024).startswith(b"HTTP/1.1 200")
        assert site.ask(f"/stream/{film.uuid}/status", cookie=cookie).status == 200
    finally:
        for viewer in viewers:
            viewer.shutdown(socket.SHUT_RDWR)
            viewer.close()
