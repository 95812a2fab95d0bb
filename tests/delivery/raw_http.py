"""Requests written byte by byte: header lines that come twice, odd paths and cookies reach the server as they are."""

import functools
import http.client
import socket
import ssl
from dataclasses import dataclass

# These say which server answered, when, and over which connection.
OF_THE_SERVER = {"server", "date", "connection", "x-request-id", "keep-alive"}


@dataclass(frozen=True)
class Served:
    """An answer: `headers` are (name in lower case, value) in the order in which they came."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def header(self, name):
        """Return the value of a header, or None; fails if it came twice."""
        values = [value for found, value in self.headers if found == name.lower()]
        assert len(values) < 2, (name, values)
        return values[0] if values else None

    @property
    def answer_parts(self):
        """Everything that the answer tells its reader: status, headers without those of the server, body."""
        return self.status, sorted(pair for pair in self.headers if pair[0] not in OF_THE_SERVER), self.body


def _bytes(text):
    return text if isinstance(text, bytes) else text.encode("latin-1")


def request(path, *, method="GET", headers=(), cookie=None, body=b"", host="localhost"):
    """Return the bytes of a request. `headers` are pairs or a dictionary, `cookie` one Cookie header or None."""
    pairs = list(headers.items()) if isinstance(headers, dict) else list(headers)
    if cookie is not None:
        pairs.append(("Cookie", cookie))
    if body:
        pairs.append(("Content-Length", str(len(body))))
    lines = [_bytes(method) + b" " + _bytes(path) + b" HTTP/1.1", b"Host: " + _bytes(host)]
    lines += [_bytes(name) + b": " + _bytes(value) for name, value in pairs]
    return b"\r\n".join([*lines, b"Connection: close", b"", body])


@functools.cache
def _unchecked():
    """Return one context for all connections, without a check; Python's default reads all authorities each time."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


class Address:
    """The address of a server; `is_secure` with TLS, whose certificate is not checked."""

    def __init__(self, port, *, is_secure=False):
        self.port, self.is_secure = port, is_secure

    def connect(self):
        plain = socket.create_connection(("127.0.0.1", self.port), timeout=30)
        if not self.is_secure:
            return plain
        return _unchecked().wrap_socket(plain, server_hostname="localhost")

    def ask(self, path, *, method="GET", **options):
        """Send one request on a connection of its own and return what was Served."""
        with self.connect() as connection:
            connection.sendall(request(path, method=method, **options))
            reply = http.client.HTTPResponse(connection, method=method if isinstance(method, str) else "GET")
            reply.begin()
            headers = tuple((name.lower(), value) for name, value in reply.getheaders())
            return Served(reply.status, headers, reply.read())
