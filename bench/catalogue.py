"""The pages of a large catalogue against those of a small one: 100,000 videos against 1,000, and at any depth.

Both sites are made by `make_catalogue` and served by gunicorn as `make run` serves one, one process each, and asked in
turns; then the lists of the admin. The figures are the processor time of the server for one request and the time that a
client waits, medians of the rounds. Where `initdb` is, PostgreSQL follows SQLite. `bench/catalogue.py 5000` tries a
smaller catalogue and writes nothing into the docs.
"""

import contextlib
import http.client
import json
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.support import admin_pages, report  # noqa: E402
from bench.support.site import ROOT, Server, server  # noqa: E402
from tests import engines  # noqa: E402

SMALL, LARGE = 1_000, 100_000
ROUNDS, REQUESTS, ADMIN_REQUESTS = 4, 12, 3
ADMIN = "admin: "
# Prints the addresses to ask, as JSON in the last line.
ADDRESSES = """
import json
from video_pages.access.listed import viewer_with
from video_pages.models import VideoIndexPage, VideoPage
from video_pages.pages.list_pages import AFTER, keys_of, write_keys
archive = VideoIndexPage.objects.get(slug="archive")
videos = VideoPage.objects.in_lists(viewer_with(), section=archive).order_by("list_entry__position")
def after(part):
    video = videos[int(videos.count() * part)]
    return f"/videos/archive/?{AFTER}={write_keys(keys_of(video, archive.order), archive.order)}"
below = VideoPage.objects.child_of(archive).filter(live=True, listed="everywhere").order_by("path")
locked = below.exclude(password_hash="").exclude(open_to_everyone=True)
print(json.dumps({
    "home page": "/",
    "section, its first page": "/videos/archive/",
    "section, a page in the middle": after(0.5),
    "section, near the end": after(0.95),
    "sections with their cards": "/videos/",
    "locked page": locked[locked.count() // 2].url,
    "player page": below.filter(open_to_everyone=True)[10].url,
}))
"""


# The environment of its server, and the address and the cookie of each page.
Catalogue = tuple[dict[str, str], dict[str, tuple[str, str]]]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def made(directory: Path, videos: int, database: str = "") -> Catalogue:
    """Make a catalogue of `videos` videos; return (environment of its server, {name: (address, cookie)})."""
    environment = dict(os.environ) | {
        "ENV_FILE": "-",
        "DATA_DIR": str(directory),
        "DATABASE_URL": database,
        "PORT": str(free_port()),
        "WEB_WORKERS": "1",
        "WEB_THREADS": "8",
        "DJANGO_SETTINGS_MODULE": "bench.support.listing_settings",
        "PYTHONPATH": str(ROOT),
    }

    def manage(*command: str) -> str:
        done = subprocess.run(
            [sys.executable, "manage.py", *command],
            cwd=ROOT,
            env=environment,
            check=True,
            capture_output=True,
            text=True,
        )
        return done.stdout

    directory.mkdir()
    manage("migrate", "-v0")
    manage("make_catalogue", f"--videos={videos}", "--days=30")
    public, admin = (
        json.loads(manage("shell", "-v0", "-c", script).strip().splitlines()[-1])
        for script in (ADDRESSES, admin_pages.SCRIPT)
    )
    pages = {name: (address, "") for name, address in public.items()}
    return environment, pages | {f"{ADMIN}{name}": (page, admin["cookie"]) for name, page in admin["pages"].items()}


def ask(running: Server, address: str, cookie: str) -> tuple[float, float]:
    """Ask some times; return (seconds of processor time, seconds of a client) of one request."""
    connection = http.client.HTTPConnection("127.0.0.1", running.port, timeout=60)
    waits, used = [], running.cpu_seconds()
    requests = ADMIN_REQUESTS if cookie else REQUESTS
    for _ in range(requests):
        began = time.perf_counter()
        connection.request("GET", address, headers={"Host": "testserver", "Cookie": cookie})
        response = connection.getresponse()
        response.read()
        waits.append(time.perf_counter() - began)
        assert response.status == 200, (address, response.status)
    connection.close()
    return (running.cpu_seconds() - used) / requests, statistics.median(waits)


def compare(small: Catalogue, large: Catalogue) -> Iterator[tuple[str, float, float, float, float, float]]:
    """Yield (name, CPU small, CPU large, median of the rounds' ratios, wait small, wait large) of each page."""
    with server(small[0]) as few, server(large[0]) as many:
        sites = ((few, small[1]), (many, large[1]))
        for name in small[1]:
            rounds = []
            for number in range(ROUNDS + 1):
                turns = sites if number % 2 else sites[::-1]
                found = {running.port: ask(running, *pages[name]) for running, pages in turns}
                if number:  # the first fills caches
                    rounds.append((found[few.port], found[many.port]))
            ratio = statistics.median(pair[1][0] / pair[0][0] for pair in rounds)
            cpu_few, cpu_many = (statistics.median(pair[which][0] for pair in rounds) for which in (0, 1))
            wait_few, wait_many = (statistics.median(pair[which][1] for pair in rounds) for which in (0, 1))
            yield name, cpu_few, cpu_many, ratio, wait_few, wait_many


def measure(folder: Path, large: int, databases: tuple[str, str], engine: str) -> list[list[str]]:
    """Make both catalogues and compare them; return the rows of the table."""
    sites = [made(folder / f"{engine}-{size}", size, url) for size, url in zip((SMALL, large), databases, strict=True)]
    print(engine, "made", flush=True)
    rows = []
    for name, cpu_small, cpu_large, ratio, wait_small, wait_large in compare(*sites):
        times = [f"{seconds * 1000:.1f} ms" for seconds in (cpu_small, cpu_large)]
        waits = [f"{seconds * 1000:.0f} ms" for seconds in (wait_small, wait_large)]
        rows.append([f"{name}, {engine}", *times, f"{ratio:.2f}", *waits])
        print(*rows[-1], sep="; ", flush=True)
    return rows


@contextlib.contextmanager
def two_databases() -> Iterator[tuple[str, str] | None]:
    """Yield the addresses of two PostgreSQL databases, or None where it is not installed."""
    found = [shutil.which(name) for name in ("initdb", "pg_ctl")]
    if not all(found):
        yield None
        return
    with engines.postgresql(*found) as first, engines.postgresql(*found) as second:
        yield first.url, second.url


def main(large: int = LARGE, *, is_whole: bool = True) -> None:
    head = ["", f"CPU at {SMALL:,}", f"CPU at {large:,}", "ratio", f"wait at {SMALL:,}", f"wait at {large:,}"]
    with tempfile.TemporaryDirectory(prefix="bench-") as directory:
        rows = measure(Path(directory), large, ("", ""), "SQLite")
        with two_databases() as urls:
            if urls:
                rows += measure(Path(directory), large, urls, "PostgreSQL")
    measured = report.measured("2 cores shared by servers and client", with_load=True)
    report.write("catalogue", f"{report.table(head, rows)}\n\n{measured}", is_written=is_whole)


if __name__ == "__main__":
    sizes = [int(size) for size in sys.argv[1:2]]
    main(*sizes, is_whole=not sizes)
