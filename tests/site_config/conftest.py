"""A server that stands for Sentry: it takes what sentry-sdk really sends."""

import gzip
import http.server
import json
import threading
import time

import pytest

KEY = "c" * 32


@pytest.fixture
def sentry():
    """A server that takes what sentry-sdk sends; `events` are the events in the envelopes, `raw` their bytes."""
    received = []

    class Taker(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            received.append(gzip.decompress(body) if self.headers.get("Content-Encoding") == "gzip" else body)
            self.send_response(200)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, *arguments):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Taker)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield Received(f"http://{KEY}@127.0.0.1:{server.server_port}/1", received)
    server.shutdown()
    server.server_close()


class Received:
    def __init__(self, dsn, raw):
        self.dsn, self.raw = dsn, raw

    def events(self, wanted=1):
        """The events that have come; waits until there are `wanted`."""
        deadline = time.monotonic() + 15
        while len(self.raw) < wanted and time.monotonic() < deadline:
            time.sleep(0.1)
        return [json.loads(line) for body in self.raw for line in body.splitlines() if b'"exception"' in line]
