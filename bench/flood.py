"""A flood of wrong passwords, 16 at once from one address: what other pages wait meanwhile, and refusals a second.

The server is a gunicorn of 2 processes, as `make run` starts it, with SQLite. One visitor opens the home page, a
section, a locked page and the player page in turns, first in quiet, then during the flood; four rounds of both. The
flood comes from a process of its own, on the same two cores: each of its connections sends the next password as soon as
the last is refused. Its client is limited already, as any is after five wrong passwords.
"""

import http.client
import multiprocessing
import os
import statistics
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
os.environ["TRUSTED_PROXIES"] = "1"  # the flood comes from an address of its own

from bench.support import pages_site, report  # noqa: E402
from bench.support.pages_site import PageToAsk  # noqa: E402
from bench.support.site import server, temporary_site  # noqa: E402

if TYPE_CHECKING:
    from multiprocessing.sharedctypes import Synchronized
    from multiprocessing.synchronize import Event

AT_ONCE = 16
ROUNDS, SECONDS = 4, 6
WORKERS, THREADS = 2, 256


def ask(connection: http.client.HTTPConnection, page: PageToAsk) -> float:
    """Request `page` over `connection`; return the seconds until its last byte."""
    started = time.perf_counter()
    connection.request(page.method, page.path, body=page.body or None, headers=page.headers)
    response = connection.getresponse()
    response.read()
    if response.status != page.status:
        raise SystemExit(f"{page.name}: status {response.status} instead of {page.status}")
    return time.perf_counter() - started


def visit(port: int, pages: list[PageToAsk], seconds: int) -> list[float]:
    """Open `pages` in turns for `seconds`; return the seconds of each answer."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    times: list[float] = []
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        times += [ask(connection, page) for page in pages]
    connection.close()
    return times


def flood(port: int, guess: PageToAsk, stop: "Event", count: "Synchronized[int]") -> None:
    """Send `guess` over AT_ONCE connections until `stop` is set; add the number of refusals to `count`."""

    def guesser() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        number = 0
        while not stop.is_set():
            ask(connection, guess)
            number += 1
        with count.get_lock():
            count.value += number

    threads = [threading.Thread(target=guesser) for _number in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def during_flood(port: int, pages: list[PageToAsk], guess: PageToAsk) -> tuple[list[float], float]:
    """Return (seconds of each answer to the visitor, refusals a second) while a flood goes on."""
    stop, count = multiprocessing.Event(), multiprocessing.Value("i", 0)
    process = multiprocessing.Process(target=flood, args=(port, guess, stop, count))
    process.start()
    time.sleep(1)
    started = time.monotonic()
    times = visit(port, pages, SECONDS)
    stop.set()
    process.join()
    took = 1 + time.monotonic() - started
    return times, count.value / took


def high(times: list[float]) -> float:
    return statistics.quantiles(times, n=20)[-1] * 1000


def main() -> None:
    quiet, flooded, refusals, ratios = [], [], [], []
    with temporary_site(WORKERS, THREADS) as environment:
        from django.core.management import call_command
        from django.db import connection

        call_command("collectstatic", interactive=False, verbosity=0)
        *pages, guess = pages_site.make()
        connection.close()
        with server(environment) as site:
            visit(site.port, pages, 2)
            for _round in range(ROUNDS):
                before = visit(site.port, pages, SECONDS)
                meanwhile, rate = during_flood(site.port, pages, guess)
                quiet.append(high(before))
                flooded.append(high(meanwhile))
                ratios.append(flooded[-1] / quiet[-1])
                refusals.append(rate)
                print(f"{quiet[-1]:.0f} ms; {flooded[-1]:.0f} ms; {ratios[-1]:.1f}; {rate:.0f}/s", flush=True)
    rows = [
        ["other pages, 95 % within, in quiet", f"{statistics.median(quiet):.0f} ms", ""],
        ["the same during the flood", f"{statistics.median(flooded):.0f} ms", ""],
        ["ratio", f"{statistics.median(ratios):.1f}", "2 at most"],
        ["refusals", f"{statistics.median(refusals):.0f}/s", "150/s"],
    ]
    measured = report.measured("2 cores shared by server and clients", with_load=True)
    report.write("flood", f"{report.table(['16 wrong passwords at once', '', 'aim'], rows)}\n\n{measured}")


if __name__ == "__main__":
    main()
