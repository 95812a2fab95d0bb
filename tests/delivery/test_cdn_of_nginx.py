"""`deploy/nginx/cdn.conf` in real nginx: what reaches the site, and under which key an answer is kept."""

import contextlib
import http.server
import ssl
import threading

import pytest

from tests.delivery import nginx_server
from tests.delivery.nginx_server import self_signed
from tests.delivery.raw_http import Address
from tests.engines import free_port

FILES = (
    "/static/wagtailadmin/css/core.0123456789ab.css",
    "/static/video_pages/js/a_b-c~1.mjs",
    "/media/images/Still_x1Y2z3A.2e16d0ba.fill-400x225-c50.format-webp.webp",
    "/media/documents/%C3%9Cbersicht_AbCdEfG.pdf",
    f"/cdn/{'0a' * 16}/0123456789ab/audio-1/1042-{'9f' * 16}.m4s",
)
SPLIT = "/static/s%20HTTP/1.1%0d%0aHost:%20videos.example.org%0d%0a%0d%0aGET%20/media/evil%20HTTP/1.1%0d%0aFoo:%20bar"
NO_FILES = (
    SPLIT,
    "/static/x%0aX:%20y",
    "/static/%252e%252e/admin/login/",
    "/static/%2e%2e/static/x.css",
    "/static/../static/x.css",
    "/admin/../static/x.css",
    "/static/./x.css",
    "/static//x.css",
    "/static/..%2fadmin/",
    "/static%2fx.css",
    "/static/x%2ecss",
    "/static/x%3fy",
    "/static/x%23y",
    "/static/x%00",
    "/static/x;y",
    "/static/x#y",
    "/static/",
    "/media",
    f"/cdn/{'0a' * 16}/0123456789ab/720p.mp4",
    f"/cdn/{'0a' * 16}/0123456789ab/720p/../1-{'9f' * 16}.m4s",
    f"/cdn/{'0a' * 16}/0123456789ab/720p/1-{'9f' * 16}.m4s/",
    f"/stream/{'0a' * 16}/0123456789ab/720p.0.01234567.key",
    f"/stream/{'0a' * 16}/0123456789ab/720p.m3u8",
)


@contextlib.contextmanager
def recording_origin(certificate=None, key=None):
    """A site that answers each request by its path and keeps the connection; yields its port and what has arrived.

    With `certificate` and `key` (paths), it has HTTPS.
    """
    arrived = []

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self):
            arrived.append((self.path, dict(self.headers)))
            body = f"the file {self.path}".encode()
            self.send_response(200)
            self.send_header("Cache-Control", "public, max-age=604800")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_arguments):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate, key)
            server.socket = context.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server.server_port, arrived
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture(scope="module")
def cdn_and_arrived(require, tmp_path_factory):
    """(the Address of the CDN, the list of what has arrived at the site)."""
    folder, port = tmp_path_factory.mktemp("cdn"), free_port()
    with recording_origin() as (origin, arrived), nginx_server.cdn(require("nginx"), folder, origin, port):
        yield Address(port), arrived


@pytest.mark.parametrize("path", FILES)
def test_a_file_is_asked_for_by_its_own_path_and_kept(cdn_and_arrived, path):
    cdn, arrived = cdn_and_arrived
    arrived.clear()
    for query in ("", "?v=1", "?x=%0d%0a"):
        served = cdn.ask(path + query)
        assert (served.status, served.body) == (200, f"the file {path}".encode())
    assert [asked for asked, _headers in arrived] == [path]


@pytest.mark.parametrize("path", NO_FILES)
def test_another_spelling_reaches_no_site(cdn_and_arrived, path):
    cdn, arrived = cdn_and_arrived
    arrived.clear()
    assert cdn.ask(path).status in (400, 404)
    assert arrived == []


def test_nothing_of_the_visitor_reaches_the_site(cdn_and_arrived):
    cdn, arrived = cdn_and_arrived
    arrived.clear()
    personal = {
        "Authorization": "Bearer x",
        "Referer": "https://x.example/",
        "User-Agent": "browser",
        "Accept-Language": "de",
        "X-Forwarded-Host": "evil.example",
        "X-Forwarded-For": "203.0.113.7",
        "Accept-Encoding": "gzip",
    }
    assert cdn.ask("/static/personal.js", cookie="sessionid=x", headers=personal, body=b"x").status == 200
    [(_path, headers)] = arrived
    assert {name.lower() for name in headers} == {"host", "x-forwarded-proto", "accept-encoding"}
    assert headers["Accept-Encoding"] == "gzip"


@pytest.mark.parametrize(
    ("name", "is_trusted", "expected"), [("localhost", True, 200), ("localhost", False, 502), ("other", True, 502)]
)
def test_only_the_site_with_its_own_certificate_is_asked(require, tmp_path, name, is_trusted, expected):
    for folder in ("cdn", "site", "another"):
        (tmp_path / folder).mkdir()
    certificate, key = self_signed(tmp_path / "site", name)
    trusted = certificate if is_trusted else self_signed(tmp_path / "another")[0]
    port = free_port()
    with recording_origin(certificate, key) as (origin, arrived):
        with nginx_server.cdn(require("nginx"), tmp_path / "cdn", origin, port, trusted=trusted):
            assert Address(port).ask("/static/x.js").status == expected
    assert len(arrived) == (1 if expected == 200 else 0)
