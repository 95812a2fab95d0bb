"""Clients of the delivery bench: wrk for as many requests as a server answers, and viewers that read slowly."""

import re
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Self

WRK = shutil.which("wrk")
# Each connection takes the next cookie; the threads of wrk begin at different ones.
SCRIPT = """
local cookies, ranges = {{}}, {{{ranges}}}
for line in io.lines("{cookies}") do cookies[#cookies + 1] = line end
local started = 0
function setup(thread)
  thread:set("first", started)
  started = started + 1
end
function init(args)
  at = math.floor(first * #cookies / {threads})
end
function request()
  at = at + 1
  local headers = {{ ["Cookie"] = cookies[at % #cookies + 1], ["Range"] = ranges[at % #ranges + 1] }}
  return wrk.format("GET", "{path}", headers)
end
"""
THREADS = 2


def require_wrk() -> str:
    """Return the path of the load generator; raises SystemExit if it is missing."""
    if WRK is None:
        raise SystemExit("This bench needs wrk, a load generator: apt-get install wrk.")
    return WRK


def write_script(folder: Path, name: str, path: str, cookies: Sequence[str], ranges: Sequence[str]) -> Path:
    """Write wrk's script for requests of `path`, which take turns in `cookies` and `ranges`; return its path."""
    listed = folder / f"{name}.cookies"
    listed.write_text("\n".join(cookies))
    script = folder / f"{name}.lua"
    values = ", ".join(f'"{header}"' for header in ranges)
    script.write_text(SCRIPT.format(ranges=values, cookies=listed, path=path, threads=THREADS))
    return script


def rate(port: int, script: Path, *, connections: int, seconds: int) -> float:
    """Return the requests a second that the server on `port` answers with 2xx; raises SystemExit for other answers."""
    command = [require_wrk(), "-t", str(THREADS), "-c", str(connections), "-d", f"{seconds}s", "--timeout", "30s"]
    wrk_run = subprocess.run(
        [*command, "-s", script, f"http://127.0.0.1:{port}"], capture_output=True, text=True, check=True
    )
    found = re.search(r"Requests/sec: +([\d.]+)", wrk_run.stdout)
    if "Non-2xx" in wrk_run.stdout or "Socket errors" in wrk_run.stdout or not found:
        raise SystemExit(f"wrk met errors:\n{wrk_run.stdout}{wrk_run.stderr}")
    return float(found[1])


class SlowViewers:
    """Connections that each read `bytes_per_second` of one answer, until the block ends.

    `received` is the number of bytes of all of them, `late` the number of turns in which a connection had less to read
    than its share.
    """

    TURNS = 10  # a second

    def __init__(self, port: int, path: str, cookies: Sequence[str], *, bytes_per_second: int) -> None:
        self._share = bytes_per_second // self.TURNS
        self._viewers = [self._begin(port, path, cookie) for cookie in cookies]
        self._ends = threading.Event()
        self._thread = threading.Thread(target=self._read_all)
        self.received = self.late = self.turns = 0

    @staticmethod
    def _begin(port: int, path: str, cookie: str) -> socket.socket:
        viewer = socket.socket()
        viewer.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 256 * 1024)
        viewer.connect(("127.0.0.1", port))
        viewer.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {cookie}\r\n\r\n".encode())
        if not viewer.recv(12).endswith(b" 200"):
            raise SystemExit("A slow viewer was refused.")
        viewer.setblocking(False)
        return viewer

    def _read_all(self) -> None:
        buffer = bytearray(self._share)
        due = time.perf_counter()
        while not self._ends.is_set():
            for viewer in self._viewers:
                try:
                    count = viewer.recv_into(buffer)
                except BlockingIOError:
                    count = 0
                self.received += count
                self.late += count < self._share
                self.turns += 1
            due += 1 / self.TURNS
            time.sleep(max(0.0, due - time.perf_counter()))

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._ends.set()
        self._thread.join()
        for viewer in self._viewers:
            viewer.close()


def first_byte(port: int, path: str, cookie: str) -> float:
    """Return the seconds from the connection of a new viewer to the first byte of the answer."""
    began = time.perf_counter()
    with socket.create_connection(("127.0.0.1", port), timeout=30) as viewer:
        headers = f"Host: 127.0.0.1\r\nCookie: {cookie}\r\nRange: bytes=0-65535\r\nConnection: close\r\n"
        viewer.sendall(f"GET {path} HTTP/1.1\r\n{headers}\r\n".encode())
        if not viewer.recv(12).endswith(b" 206"):
            raise SystemExit("A new viewer was refused.")
        return time.perf_counter() - began
