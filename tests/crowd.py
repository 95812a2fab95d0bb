"""A crowd at the password form: many browsers that send it at the same moment, and what each is answered and when."""

import contextlib
import dataclasses
import http.client
import socket
import threading
import time
import urllib.parse
from pathlib import Path

from bench.support.site import server

ROOT = Path(__file__).resolve().parents[1]
PATIENCE_SECONDS = 120
TOKEN = "a" * 32  # what a browser got with the form; Django compares the cookie's with the field's


@contextlib.contextmanager
def server_with_full_rounds(environment, *, workers, threads):
    """Run gunicorn with the operator's configuration and Django's full password hashes; yields a bench Server."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    own = {
        "DJANGO_SETTINGS_MODULE": "tests.settings_with_full_rounds",
        "PORT": str(port),
        "WEB_WORKERS": str(workers),
        "WEB_THREADS": str(threads),
        "PYTHONPATH": str(ROOT),
    }
    with server({**environment, **own}) as running:
        yield running


@dataclasses.dataclass(frozen=True)
class Answer:
    """The answer to one browser: its status, and the seconds since the crowd began."""

    status: int
    seconds: float


def request_of(path, password, address, cookies=""):
    """Return the bytes of a form sent to `path` from the client address `address`."""
    body = urllib.parse.urlencode({"password": password, "csrfmiddlewaretoken": TOKEN})
    lines = [
        f"POST {path} HTTP/1.1",
        "Host: 127.0.0.1",
        f"X-Forwarded-For: {address}",
        "Content-Type: application/x-www-form-urlencoded",
        f"Content-Length: {len(body)}",
        f"Cookie: csrftoken={TOKEN}{cookies}",
        "Connection: close",
    ]
    return "\r\n".join([*lines, "", body]).encode()


def unlock_at_once(port, requests):
    """Send all `requests` (bytes) to `port` of this machine at once, a connection each; return an Answer for each."""
    start, answers = threading.Barrier(len(requests) + 1), [None] * len(requests)
    began = [0.0]

    def visit(number, request):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_SECONDS)
        start.wait()
        connection.connect()
        connection.sock.sendall(request)
        response = http.client.HTTPResponse(connection.sock, method="POST")
        response.begin()
        response.read()
        answers[number] = Answer(response.status, time.perf_counter() - began[0])
        connection.close()

    threads = [threading.Thread(target=visit, args=pair) for pair in enumerate(requests)]
    for thread in threads:
        thread.start()
    began[0] = time.perf_counter()
    start.wait()
    for thread in threads:
        thread.join()
    return answers


def percentile(answers, share):
    """Return the seconds within which `share` (0 to 1) of the answers came."""
    ordered = sorted(answer.seconds for answer in answers)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
