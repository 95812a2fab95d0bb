"""A proxy between the site and an S3 server that spoils chosen answers, as a bad network or a busy server does."""

import contextlib
import http.client
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

import pytest
from botocore.retries.standard import ExponentialBackoff

SLOW_DOWN = (503, b"<Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message></Error>")
INTERNAL = (500, b"<Error><Code>InternalError</Code><Message>We failed.</Message></Error>")
HALF, DROP, LOSE, NO_ETAG, STALL, SPOIL = "half", "drop", "lose", "no-etag", "stall", "spoil"
SLOW, UNHEARD = "slow", "unheard"
STALL_SECONDS = 60
SLOW_PIECES, SLOW_PAUSE_SECONDS = 10, 0.1


class FaultyProxy:
    """`url` is the address; `plan(method, path, number)` names the fault of a request, or None for a sound answer.

    A fault is a (status, body) in place of the server's answer, HALF (the body breaks in its middle), DROP (no answer),
    LOSE (success, but the server never gets the request), NO_ETAG, STALL (the body is not read), SPOIL (the server
    gets another signature), SLOW (the body comes in pieces, with pauses) or UNHEARD (the server does it, and its answer
    is lost). `number` counts from 1.
    """

    def __init__(self, url):
        self.url = url
        self.plan = lambda method, path, number: None
        self.seen = []


@contextlib.contextmanager
def faulty_proxy(upstream):
    """Run a FaultyProxy before the server at `upstream` while the block lasts.

    botocore waits up to a second, two, four and so on after SLOW_DOWN; meanwhile it waits as after other errors.
    """
    target = urlsplit(upstream).netloc
    lock, ended = threading.Lock(), threading.Event()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *args):
            pass

        def answer(self):
            with lock:
                proxy.seen.append((self.command, self.path))
                fault = proxy.plan(self.command, self.path, len(proxy.seen))
            if fault == STALL:
                self.close_connection = True
                ended.wait(STALL_SECONDS)
                return
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            if fault == SPOIL:
                self.path = self.path.replace("X-Amz-Signature=", "X-Amz-Signature=00")
            if fault == DROP:
                self.close_connection = True
                return
            if fault == LOSE:
                return self.send(200, {"ETag": '"00000000000000000000000000000000"'}, b"")
            if isinstance(fault, tuple):
                headers = {"Content-Type": "application/xml", "Access-Control-Allow-Origin": "*"}
                return self.send(fault[0], headers, fault[1])
            connection = http.client.HTTPConnection(target, timeout=30)
            connection.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
            for name, value in self.headers.items():
                connection.putheader(name, value)
            connection.endheaders(body)
            got = connection.getresponse()
            content, headers = got.read(), dict(got.getheaders())
            connection.close()
            if fault == UNHEARD:
                self.close_connection = True
                return
            if fault == NO_ETAG:
                headers.pop("ETag", None)
            headers.pop("Transfer-Encoding", None)
            self.send(got.status, headers, content, half=fault == HALF, pieces=SLOW_PIECES if fault == SLOW else 1)

        def send(self, status, headers, content, *, half=False, pieces=1):
            self.send_response_only(status)
            length = headers.pop("Content-Length", len(content))
            for name, value in {**headers, "Content-Length": length}.items():
                self.send_header(name, value)
            self.end_headers()
            if half:
                self.close_connection = True
                content = content[: len(content) // 2]
            if self.command == "HEAD":
                return
            length = -(-len(content) // pieces) or 1
            for begin in range(0, len(content), length):
                ended.wait(SLOW_PAUSE_SECONDS if begin else 0)
                self.wfile.write(content[begin : begin + length])

        do_GET = do_PUT = do_POST = do_HEAD = do_DELETE = do_OPTIONS = answer

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    proxy = FaultyProxy(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    waits = ExponentialBackoff._DEFAULT_BACKOFF_CONFIG
    try:
        with pytest.MonkeyPatch.context() as patch:
            patch.setitem(waits, "throttling_base_scale", waits["non_throttling_base_scale"])
            yield proxy
    finally:
        ended.set()
        server.shutdown()
        server.server_close()
        thread.join()
