"""Ranges and a whole film from our delivery, against Django's FileResponse behind the same check.

Both are addresses of one gunicorn, so threads, middleware, database and files are the same; they are asked
in turns, each first in every other round. FileResponse knows no ranges: whoever wants a piece of the film
reads up to its end and hangs up, which is what a player has to do with such a site.
"""

import concurrent.futures
import http.client
import random
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from uuid import UUID

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.support import report  # noqa: E402
from bench.support.site import Server, server, temporary_site  # noqa: E402

MIB = 1024 * 1024
VIDEO_BYTES = 64 * MIB
SHORT_BYTES = 64 * 1024
CLIENTS = 8
ROUNDS = 5
WORKERS, THREADS = 2, 256
# What a client reads, one after the other: first byte (None for a whole file), number of bytes.
Plan = Sequence[tuple[int | None, int]]
OURS, PLAIN = "/stream", "/plain"


def read(
    port: int,
    address: str,
    headers: dict[str, str],
    upto: int,
    keep: bool,
    held: dict[str, http.client.HTTPConnection],
) -> None:
    """Ask for `address` and read `upto` bytes; `keep` the connection in `held` (a dict), or hang up."""
    connection = held.pop("connection", None) or http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", address, headers=headers)
    reply = connection.getresponse()
    buffer = memoryview(bytearray(256 * 1024))
    left = upto
    while left:
        count = reply.readinto(buffer[: min(left, len(buffer))])
        if not count:
            raise SystemExit(f"{address}: {left} bytes of {upto} are missing (status {reply.status})")
        left -= count
    if keep and reply.read(1) == b"":
        held["connection"] = connection
    else:
        connection.close()


def run(site: Server, address: str, cookie: str, plan: Plan) -> tuple[float, float]:
    """Let CLIENTS read what `plan` lists: (first byte or None, number of bytes).

    Returns (seconds by the clock, seconds of processor time that the server used).
    """
    ranges = address.startswith(OURS)

    def one_client(wishes: Plan) -> None:
        held: dict[str, http.client.HTTPConnection] = {}
        for first, length in wishes:
            headers = {"Cookie": cookie}
            if first is None:
                read(site.port, address, headers, length, True, held)
            elif ranges:
                headers["Range"] = f"bytes={first}-{first + length - 1}"
                read(site.port, address, headers, length, True, held)
            else:
                read(site.port, address, headers, first + length, False, held)
        if held:
            held["connection"].close()

    shares = [plan[number::CLIENTS] for number in range(CLIENTS)]
    with concurrent.futures.ThreadPoolExecutor(CLIENTS) as pool:
        began, used = time.perf_counter(), site.cpu_seconds()
        list(pool.map(one_client, shares))
        return time.perf_counter() - began, site.cpu_seconds() - used


def compare(site: Server, uuid: UUID, cookie: str, plan: Plan) -> tuple[dict[str, tuple[float, float]], float]:
    """Interleave ROUNDS of both; return {address: (median seconds, median CPU seconds)} and the median ratio."""
    rounds: dict[str, list[tuple[float, float]]] = {OURS: [], PLAIN: []}
    for which in (OURS, PLAIN):
        run(site, f"{which}/{uuid}/source", cookie, plan[:CLIENTS])  # the page cache and the first view
    for number in range(ROUNDS):
        for which in (OURS, PLAIN) if number % 2 else (PLAIN, OURS):
            rounds[which].append(run(site, f"{which}/{uuid}/source", cookie, plan))
    ratios = [plain[0] / ours[0] for ours, plain in zip(rounds[OURS], rounds[PLAIN], strict=True)]
    medians = {
        which: tuple(statistics.median(column) for column in zip(*times, strict=True))
        for which, times in rounds.items()
    }
    return medians, statistics.median(ratios)


def make_videos() -> tuple[UUID, UUID, str]:
    """A film and a short one behind a password; returns their uuids and the cookie of one browser."""
    from django.core.files.base import ContentFile

    from tests import factories
    from video_pages.library.storage import protected_storage

    uuids = []
    browser = factories.browser(SERVER_NAME="127.0.0.1")
    for size in (VIDEO_BYTES, SHORT_BYTES):
        video = factories.make_video()
        content = random.Random(size).randbytes(MIB) * (size // MIB + 1)  # noqa: S311
        video.video_file.file.save("film.mp4", ContentFile(content[:size]), save=False)
        video.video_file.save()
        # `/source` sends the progressive file: it gets the same bytes as the source, which `/plain` sends.
        protected_storage().delete(video.video_file.progressive_name)
        protected_storage().save(video.video_file.progressive_name, ContentFile(content[:size]))
        if factories.unlock(browser, video).status_code != 303:
            raise SystemExit("The bench's own browser could not unlock its video.")
        uuids.append(video.uuid)
    return *uuids, f"sessionid={browser.cookies['sessionid'].value}"


def plans() -> list[tuple[str, str, Plan, Callable[[float], str]]]:
    """The cases: name, which video, wishes, and how a time in seconds becomes a figure."""
    places = random.Random(9110)  # noqa: S311
    seeks = [(places.randrange(VIDEO_BYTES - MIB), MIB) for _seek in range(24)]
    starts = [(0, SHORT_BYTES)] * 200

    def rate(wishes: Plan) -> Callable[[float], str]:
        megabytes = sum(length for _first, length in wishes) / 1e6
        return lambda seconds: f"{megabytes / seconds:,.0f} MB/s"

    def each(wishes: Plan) -> Callable[[float], str]:
        return lambda seconds: f"{seconds * CLIENTS / len(wishes) * 1000:.1f} ms"

    whole, short = [(None, VIDEO_BYTES)] * CLIENTS, [(None, SHORT_BYTES)] * 200
    return [
        ("a whole film, 64 MiB", "film", whole, rate(whole)),
        ("1 MiB from anywhere in it (a seek)", "film", seeks, each(seeks)),
        ("its first 64 KiB (a player looks in)", "film", starts, each(starts)),
        ("a whole file of 64 KiB", "short", short, each(short)),
    ]


def main() -> None:
    rows = []
    with temporary_site(WORKERS, THREADS) as environment:
        film, short, cookie = make_videos()
        with server(environment) as site:
            for name, which, plan, figure in plans():
                medians, ratio = compare(site, film if which == "film" else short, cookie, plan)
                times = [figure(medians[address][0]) for address in (OURS, PLAIN)]
                cpu = [f"{medians[address][1] / len(plan) * 1000:.1f} ms" for address in (OURS, PLAIN)]
                rows.append([name, *times, f"{ratio:.2f}", *cpu])
                print(*rows[-1], sep="; ", flush=True)
    head = ["", "ours", "FileResponse", "times as fast", "CPU a request, ours", "CPU, FileResponse"]
    text = report.table(head, rows)
    report.write("ranges", f"{text}\n\n{report.measured('2 cores shared by server and clients')}")


if __name__ == "__main__":
    main()
