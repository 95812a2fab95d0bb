"""The cost of the gate: processor time of a request, segments a second, slow viewers that are held.

    make bench BENCH=gate                all of it
    .venv/bin/python bench/gate.py cpu   one of: cpu, bytes, viewers

Both sides of each ratio are measured in one run, alternately, in four rounds; a figure is the median.
"""

import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.support import report, slow_viewers  # noqa: E402
from bench.support.clients import Client, Request, run  # noqa: E402
from bench.support.nginx import nginx  # noqa: E402
from bench.support.site import Server, server, temporary_site  # noqa: E402

if TYPE_CHECKING:
    from video_pages.models import VideoPage

ROUNDS = 4
KIB, MIB = 1024, 1024 * 1024
SEGMENT = 1_500_000
PART, FILM = 64 * KIB, 64 * MIB
LONG_VIDEO = 512 * MIB
COLD_SESSIONS = 400
PAUSE = 32.0  # seconds after which no verdict is in memory (`verdicts.UNUSED_SECONDS`)
REQUESTS = 1500
CLIENTS = 8


def make_video_of(size: int) -> tuple["VideoPage", Path]:
    """Return (page, path of the file) of a video behind a password whose progressive file has `size` bytes."""
    from tests import factories
    from video_pages.library.storage import protected_storage

    video = factories.make_video()
    path = Path(protected_storage().path(video.video_file.playable_name))
    block = random.Random(size).randbytes(MIB)  # noqa: S311
    with path.open("wb") as file:
        for _number in range(size // MIB):
            file.write(block)
        file.write(block[: size % MIB])
    return video, path


def make_sessions(video: "VideoPage", number: int) -> list[dict[str, str]]:
    """Return the cookies of `number` browsers that have unlocked `video`."""
    from datetime import timedelta

    from django.contrib.sessions.backends.db import SessionStore
    from django.db import transaction
    from django.utils import timezone

    from video_pages.access.browser import SESSION_NAME, digest
    from video_pages.models import VideoAccessSession

    now, cookies = timezone.now(), []
    with transaction.atomic():
        for _browser in range(number):
            session = SessionStore()
            session[SESSION_NAME] = f"{random.random()}"  # noqa: S311
            session.create()
            VideoAccessSession.objects.create(
                session_key=digest(session[SESSION_NAME]),
                video=video,
                created_at=now,
                expires_at=now + timedelta(hours=5),
            )
            cookies.append({"Cookie": f"sessionid={session.session_key}"})
    return cookies


def cpu_each(site: Server, requests: Sequence[Request], clients: int = 1) -> float:
    """Return the milliseconds of processor time that the server uses for each of `requests`."""
    used = site.cpu_seconds()
    run(site.port, requests, clients)
    return (site.cpu_seconds() - used) / len(requests) * 1000


def median_ratio(rounds: dict[str, list[float]], name: str, base: str) -> float:
    return statistics.median(ours / other for ours, other in zip(rounds[name], rounds[base], strict=True))


def again_each(video: "VideoPage", cookies: list[dict[str, str]]) -> float:
    """Return the milliseconds that deciding one verdict again takes this process, among as many as `cookies`."""
    from video_pages.delivery.verdicts import Verdicts

    memory = Verdicts()
    for cookie in cookies:
        memory.decide(cookie["Cookie"].partition("=")[2], str(video.uuid))
    memory.confirm()
    used = time.thread_time()
    for _round in range(ROUNDS):
        memory.confirm()
    return (time.thread_time() - used) / ROUNDS / len(memory) * 1000


def measure_cpu() -> None:
    """The first table: milliseconds of a request, and against an empty view."""
    with temporary_site(1, 16) as environment:
        video, _path = make_video_of(4 * MIB)
        cookies = make_sessions(video, COLD_SESSIONS)
        address, part = f"/stream/{video.uuid}/source", {"Range": f"bytes=100000-{100000 + PART - 1}"}
        refused: list[Request] = [(address, part)] * REQUESTS
        warm: list[Request] = [(address, {**part, **cookies[0]})] * REQUESTS
        first: list[Request] = [(address, {**part, **cookie}) for cookie in cookies]
        cold: list[Request] = [(address, {**part, **cookie}) for cookie in cookies]
        empty: list[Request] = [("/empty/",)] * REQUESTS
        rounds: dict[str, list[float]] = {"empty": [], "warm": [], "cold": [], "first": [], "refused": []}
        with server(environment) as site:
            for requests in (empty[:200], refused[:50], first[:20]):
                cpu_each(site, requests)
            rounds["first"] = [cpu_each(site, first[20 + number :: ROUNDS]) for number in range(ROUNDS)]
            for number in range(ROUNDS):
                time.sleep(PAUSE)
                rounds["cold"].append(cpu_each(site, cold))
                cases = [("empty", empty), ("warm", warm), ("refused", refused)]
                for name, requests in cases if number % 2 else reversed(cases):
                    rounds[name].append(cpu_each(site, requests))
        again = again_each(video, cookies)
    names = {
        "empty": ("an empty view", ""),
        "warm": ("64 KiB, the verdict in memory", "1.0"),
        "cold": ("64 KiB, the verdict read from the database", "2.5"),
        "first": ("the first request of a view, which is counted", ""),
        "refused": ("a refusal without a cookie", "1.0"),
    }
    rows = [
        [text, f"{statistics.median(rounds[name]):.2f} ms", f"{median_ratio(rounds, name, 'empty'):.2f}", aim]
        for name, (text, aim) in names.items()
    ]
    rows.append(["deciding a verdict in memory again, each 0.75 s", f"{again:.3f} ms", "", ""])
    write("gate-cpu", ["", "CPU a request", "against the empty view", "aim, at most"], rows)


def per_second(port: int, requests: Sequence[Request], clients: int = CLIENTS) -> float:
    seconds, statuses = run(port, requests, clients)
    if not set(statuses) <= {200, 206}:
        raise SystemExit(f"statuses {statuses}")
    return len(requests) / seconds


def measure_bytes() -> None:
    """The second table: segments, parts and a long file a second, against nginx and a plain FileResponse."""
    with temporary_site(2, 256) as environment, tempfile.TemporaryDirectory(prefix="bench-nginx-") as prefix:
        films = {size: make_video_of(size) for size in (SEGMENT, PART, FILM, LONG_VIDEO)}
        cookie = {size: make_sessions(video, 1)[0] for size, (video, _path) in films.items()}
        root = os.environ["DATA_DIR"]

        def ours(size: int, headers: dict[str, str] | None = None) -> Request:
            return f"/stream/{films[size][0].uuid}/source", {**cookie[size], **(headers or {})}

        def plain(size: int) -> Request:
            return f"/plain/{films[size][0].uuid}/source", cookie[size]

        def static(size: int) -> Request:
            return (f"/{films[size][1].relative_to(root)}",)

        part = {"Range": f"bytes={30 * MIB}-{30 * MIB + PART - 1}"}
        with server(environment) as site, nginx(Path(root), Path(prefix)) as port:
            cases = {
                "segment": (site.port, [ours(SEGMENT)] * 800, CLIENTS),
                "segment, FileResponse": (site.port, [plain(SEGMENT)] * 200, CLIENTS),
                "segment, nginx": (port, [static(SEGMENT)] * 2000, CLIENTS),
                "part": (site.port, [ours(FILM, part)] * 1500, CLIENTS),
                "part, FileResponse": (site.port, [plain(PART)] * 300, CLIENTS),
                "film": (site.port, [ours(LONG_VIDEO)] * 3, 1),
                "film, nginx": (port, [static(LONG_VIDEO)] * 3, 1),
            }
            rounds: dict[str, list[float]] = {name: [] for name in cases}
            for request_port, requests, clients in cases.values():
                per_second(request_port, requests[:60], clients)
            for number in range(ROUNDS):
                for name in list(cases) if number % 2 else reversed(cases):
                    rounds[name].append(per_second(*cases[name]))
    lines = [
        ("segments of 1.5 MB", "segment", "nginx, no check", "segment, nginx", "0.40"),
        ("segments of 1.5 MB", "segment", "FileResponse, the same check", "segment, FileResponse", "2.0"),
        ("parts of 64 KiB", "part", "FileResponse of a file of 64 KiB", "part, FileResponse", "2.3"),
        ("a film of 512 MiB, one viewer", "film", "nginx, no check", "film, nginx", "0.95"),
    ]
    rows = [
        [
            text,
            against,
            f"{statistics.median(rounds[name]):,.1f}/s",
            f"{statistics.median(rounds[other]):,.1f}/s",
            f"{median_ratio(rounds, name, other):.2f}",
            aim,
        ]
        for text, name, against, other, aim in lines
    ]
    write("gate-bytes", ["", "against", "ours", "the other", "ratio", "aim, at least"], rows)


def measure_viewers() -> None:
    """The third table: many slow viewers, and how long a new one waits for the first byte meanwhile."""
    with temporary_site(2, 384) as environment:
        video, _path = make_video_of(FILM)
        cookies = make_sessions(video, slow_viewers.VIEWERS)
        address = f"/stream/{video.uuid}/source"
        with server(environment) as site:
            client = Client(site.port)
            for cookie in cookies:
                client.get(address, {**cookie, "Range": "bytes=0-9"})
            result = slow_viewers.hold(site, address, cookies)
    rows = [
        ["viewers held at 500 KB/s", str(result.held), "500"],
        ["slowest of them", f"{result.slowest / 1000:,.0f} KB/s", ""],
        ["first byte of a new viewer, half within", f"{result.first_bytes[0] * 1000:.1f} ms", ""],
        ["first byte of a new viewer, 95 % within", f"{result.first_bytes[1] * 1000:.1f} ms", "50 ms"],
        ["memory for each viewer", f"{result.memory / 1e6:.2f} MB", "0.6 MB"],
        ["processor time of the server", f"{result.cpu * 100:.0f} % of one core", ""],
    ]
    write("gate-viewers", ["", "measured", "aim"], rows)


def write(name: str, head: list[str], rows: list[list[str]]) -> None:
    measured = report.measured("2 cores shared by servers and clients", with_load=True)
    report.write(name, f"{report.table(head, rows)}\n\n{measured}")


PARTS = {"cpu": measure_cpu, "bytes": measure_bytes, "viewers": measure_viewers}


def main() -> None:
    chosen = sys.argv[1:]
    if chosen:
        for name in chosen:
            PARTS[name]()
        return
    # Each part sets Django up for a site of its own, so each has its own process.
    for name in PARTS:
        subprocess.run([sys.executable, __file__, name], check=True)


if __name__ == "__main__":
    main()
