"""HTTP clients that cost little processor time of their own: keep-alive, one request after the other, bodies discarded.

On Linux the kernel discards the bytes of a body (MSG_TRUNC, tcp(7)), so the figures are those of the server.
"""

import socket
import sys
import threading
import time
from collections.abc import Mapping, Sequence

DISCARD = socket.MSG_TRUNC if sys.platform == "linux" else 0
BLOCK = 1024 * 1024


# What `Client.get` takes: an address, its headers, and the most bytes of the body.
Request = tuple[str] | tuple[str, dict[str, str]] | tuple[str, dict[str, str], int]


class Client:
    """One connection to 127.0.0.1:`port`, opened again when the server has closed it."""

    def __init__(self, port: int) -> None:
        self.port = port
        self._socket: socket.socket | None = None

    def get(self, address: str, headers: Mapping[str, str] | None = None, most: int | None = None) -> tuple[int, int]:
        """Ask for `address` and discard the body; return (status, bytes of the body).

        With `most`, the connection is closed after so many bytes of the body.
        """
        if self._socket is None:
            self._socket = socket.create_connection(("127.0.0.1", self.port), timeout=60)
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        lines = [
            f"GET {address} HTTP/1.1",
            "Host: 127.0.0.1",
            *(f"{key}: {value}" for key, value in (headers or {}).items()),
        ]
        self._socket.sendall("\r\n".join([*lines, "", ""]).encode())
        head = b""
        while b"\r\n\r\n" not in head:
            received = self._socket.recv(4096)
            if not received:
                raise SystemExit(f"{address}: the server closed the connection")
            head += received
        head, _end, body = head.partition(b"\r\n\r\n")
        fields = head.lower().split(b"\r\n")
        length = next((int(field[15:]) for field in fields if field.startswith(b"content-length:")), 0)
        left = min(length, most or length) - len(body)
        while left > 0:
            most_now = min(left, BLOCK)
            # With MSG_TRUNC, the kernel discards the bytes and tells their number.
            left -= self._socket.recv_into(SCRAP, most_now, DISCARD) if DISCARD else len(self._socket.recv(most_now))
        if (most is not None and most < length) or b"connection: close" in fields:
            self.close()
        return int(head[9:12]), min(length, most or length)

    def close(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None


SCRAP = bytearray(BLOCK)


def run(port: int, requests: Sequence[Request], clients: int) -> tuple[float, dict[int, int]]:
    """Send `requests`, a list of (address, headers, most), over `clients` connections at once.

    Returns (seconds by the clock, {status: number}).
    """
    statuses: dict[int, int] = {}
    lock = threading.Lock()
    remaining = iter(requests)

    def one() -> None:
        client = Client(port)
        own: dict[int, int] = {}
        while True:
            with lock:
                request = next(remaining, None)
            if request is None:
                break
            status, _length = client.get(*request)
            own[status] = own.get(status, 0) + 1
        client.close()
        with lock:
            for status, number in own.items():
                statuses[status] = statuses.get(status, 0) + number

    threads = [threading.Thread(target=one) for _client in range(clients)]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return time.perf_counter() - began, statuses
