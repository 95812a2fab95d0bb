"""Many viewers that read slowly, in one thread, and new viewers who ask for their first byte meanwhile."""

import dataclasses
import socket
import statistics
import threading
import time
from pathlib import Path

from bench.support.site import Server

VIEWERS = 500
RATE = 500_000  # bytes a second for each
SECONDS = 12
TICK = 0.1  # seconds between two reads of one viewer
NEW_EACH = 0.05  # seconds between two new viewers
SETTLE = 3.0


@dataclasses.dataclass(frozen=True)
class Result:
    """`slowest` in bytes a second, `first_bytes` the median and the 95th percentile in seconds.

    `memory` in bytes for each viewer, `cpu` in seconds of processor time a second.
    """

    held: int
    slowest: float
    first_bytes: tuple[float, float]
    memory: float
    cpu: float


def memory_of(site: Server) -> int:
    """Return the bytes of memory that the workers alone use (Pss without shared pages counted twice)."""
    total = 0
    for worker in Path(f"/proc/{site.pid}/task/{site.pid}/children").read_text().split():
        for line in Path(f"/proc/{worker}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                total += int(line.split()[1]) * 1024
    return total


def request_of(address: str, cookie: dict[str, str], first: int) -> bytes:
    lines = [f"GET {address} HTTP/1.1", "Host: 127.0.0.1", f"Range: bytes={first}-", f"Cookie: {cookie['Cookie']}"]
    return "\r\n".join([*lines, "", ""]).encode()


def hold(site: Server, address: str, cookies: list[dict[str, str]]) -> Result:
    """Let each of `cookies` watch `address` at RATE for SECONDS; return a Result."""
    before = memory_of(site)
    viewers = []
    for cookie in cookies:
        viewer = socket.socket()
        viewer.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 128 * 1024)
        viewer.connect(("127.0.0.1", site.port))
        viewer.sendall(request_of(address, cookie, 0))
        viewers.append(viewer)
    received = [0] * len(viewers)
    for viewer in viewers:
        viewer.setblocking(False)
    scrap = bytearray(int(RATE * TICK) + 1)
    stopped = threading.Event()
    waits: list[float] = []

    def ask_for_first_bytes() -> None:
        number = 0
        while not stopped.wait(NEW_EACH):
            number += 1
            began = time.perf_counter()
            with socket.create_connection(("127.0.0.1", site.port), timeout=30) as viewer:
                viewer.sendall(request_of(address, cookies[number % len(cookies)], 1000))
                viewer.recv(1)
                waits.append(time.perf_counter() - began)

    newcomers = threading.Thread(target=ask_for_first_bytes)
    began = time.monotonic()
    end, started_at, used = began + SETTLE + SECONDS, 0.0, 0.0
    counted_from = [0] * len(viewers)
    while (now := time.monotonic()) < end:
        if not started_at and now >= began + SETTLE:
            started_at, used, counted_from = now, site.cpu_seconds(), list(received)
            newcomers.start()
        for number, viewer in enumerate(viewers):
            due = int((now - began) * RATE) - received[number]
            if due > 0:
                try:
                    received[number] += viewer.recv_into(scrap, min(due, len(scrap)), socket.MSG_TRUNC)
                except BlockingIOError:
                    continue
        time.sleep(max(0.0, TICK - (time.monotonic() - now)))
    seconds = time.monotonic() - started_at
    used = site.cpu_seconds() - used
    grown = memory_of(site) - before
    stopped.set()
    newcomers.join()
    rates = [(have - had) / seconds for have, had in zip(received, counted_from, strict=True)]
    for viewer in viewers:
        viewer.close()
    quantiles = statistics.quantiles(waits, n=20)
    return Result(
        held=sum(rate >= 0.97 * RATE for rate in rates),
        slowest=min(rates),
        first_bytes=(statistics.median(waits), quantiles[18]),
        memory=grown / len(viewers),
        cpu=used / seconds,
    )
