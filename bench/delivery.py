"""The throughput of the backend `nginx`, against an nginx that serves the same file to everybody.

Both nginx have 2 processes and no TLS; the site behind the one is gunicorn as `make run` starts it, with SQLite. wrk
asks both in turns, each first in every other round, on the same two cores. `warm` repeats the requests of 16 viewers,
whose verdicts nginx keeps; for `every verdict new` 1,500 viewers ask in turn, so none asks twice in two seconds, and
nginx asks the application each time, which has the verdicts in memory as it has those of players.
"""

import os
import random
import statistics
import sys
import threading
import time
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
SECRET = "a secret of the bench, which nginx and the site share"  # noqa: S105
os.environ.update(DELIVERY="nginx", GATE_SECRET=SECRET, TRUSTED_PROXIES="1")

from bench.support import load, report  # noqa: E402
from bench.support.browsers import make_viewers  # noqa: E402
from bench.support.site import cpu_seconds_of_children, server, temporary_site  # noqa: E402

if TYPE_CHECKING:
    from video_pages.models import VideoPage

MIB = 1024 * 1024
VIDEO_BYTES = 96 * MIB
SEGMENT_BYTES, SHORT_BYTES = 3 * MIB // 2, 64 * 1024
ROUNDS, SECONDS = 4, 2
VIEWERS, WARM_VIEWERS = 1500, 16
COUNT_SECONDS = 8  # in which each process learns that the views of all viewers are counted
SLOW, SLOW_RATE, SLOW_SECONDS = 1000, 500_000, 12
NEW_VIEWERS = 150
WORKERS, THREADS = 2, 256
NEW = "every verdict new"
Side = tuple[int, str, list[int]]  # port, path of the film, processes
Case = tuple[str, str, int, int]  # name, whose verdicts, bytes of a piece, connections
CASES: list[Case] = [
    ("segments of 1.5 MB", "warm", SEGMENT_BYTES, 16),
    ("segments of 1.5 MB", NEW, SEGMENT_BYTES, 16),
    ("ranges of 64 KB, 16 connections", "warm", SHORT_BYTES, 16),
    ("ranges of 64 KB, 128 connections", "warm", SHORT_BYTES, 128),
]


def make_packaged_video() -> tuple["VideoPage", Path]:
    """A film behind a password; returns its page and the path of its file."""
    from tests import factories
    from video_pages.library.storage import protected_storage

    video = factories.make_video()
    path = protected_storage().path(video.video_file.playable_name)
    content = random.Random(VIDEO_BYTES).randbytes(MIB)  # noqa: S311
    with open(path, "wb") as file:
        for _part in range(VIDEO_BYTES // MIB):
            file.write(content)
    return video, Path(path)


def ranges(length: int) -> list[str]:
    """Headers of pieces of `length` bytes from all over the film."""
    places = random.Random(length)  # noqa: S311
    firsts = [places.randrange(VIDEO_BYTES - length) for _piece in range(64)]
    return [f"bytes={first}-{first + length - 1}" for first in firsts]


def compare(
    sides: dict[str, tuple[int, Path, list[int]]], *, connections: int
) -> tuple[dict[str, tuple[float, float]], float]:
    """Ask both sides in turns; `sides` is {name: (port, script, pids)}.

    Returns ({name: (median rate, median CPU milliseconds for a request)}, median of the rounds' ratios ours/bare).
    """
    rounds: dict[str, list[tuple[float, float]]] = {name: [] for name in sides}
    for number in range(ROUNDS + 1):
        for name in list(sides) if number % 2 else reversed(sides):
            port, script, pids = sides[name]
            used = sum(map(cpu_seconds_of_children, pids))
            rate = load.rate(port, script, connections=connections, seconds=SECONDS if number else 1)
            used = sum(map(cpu_seconds_of_children, pids)) - used
            if number and not rate:
                raise SystemExit(f"No request was answered in {SECONDS} s: is the machine busy?")
            if number:  # the first round fills caches and counts the views
                rounds[name].append((rate, used / (rate * SECONDS) * 1000))
    medians = {name: tuple(map(statistics.median, zip(*found, strict=True))) for name, found in rounds.items()}
    ratios = [ours[0] / bare[0] for ours, bare in zip(rounds["ours"], rounds["bare"], strict=True)]
    return medians, statistics.median(ratios)


def compare_all(cases: list[Case], folder: Path, cookies: list[str], ours: Side, bare: Side) -> list[list[str]]:
    """Return the lines of the table; `ours` and `bare` are (port, path of the film, pids)."""
    rows: list[list[str]] = []
    for name, wanted, length, connections in cases:
        sides = {}
        for side, (port, path, pids) in (("ours", ours), ("bare", bare)):
            asking = cookies[:WARM_VIEWERS] if wanted == "warm" else cookies
            script = load.write_script(folder, f"{side}-{len(rows)}", path, asking, ranges(length))
            sides[side] = port, script, pids
        if wanted == NEW:
            port, path, _pids = ours
            first = load.write_script(folder, f"first-{len(rows)}", path, cookies, ["bytes=0-0"])
            load.rate(port, first, connections=connections, seconds=COUNT_SECONDS)
        medians, ratio = compare(sides, connections=connections)
        rates = [f"{medians[side][0]:,.0f}/s" for side in ("ours", "bare")]
        cpu = [f"{medians[side][1]:.3f} ms" for side in ("ours", "bare")]
        rows.append([f"{name}, {wanted}", *rates, f"{ratio:.2f}", *cpu])
        print(*rows[-1], sep="; ", flush=True)
    return rows


def hold(port: int, path: str, cookies: list[str]) -> str:
    """Hold SLOW slow viewers, and let others come meanwhile; return the sentence about it."""
    times = []

    def newcomers() -> None:
        for cookie in cookies[SLOW : SLOW + NEW_VIEWERS]:
            times.append(load.first_byte(port, path, cookie))
            time.sleep(SLOW_SECONDS / NEW_VIEWERS / 2)

    with load.SlowViewers(port, path, cookies[:SLOW], bytes_per_second=SLOW_RATE) as viewers:
        began, before = time.perf_counter(), viewers.received
        thread = threading.Thread(target=newcomers)
        thread.start()
        time.sleep(SLOW_SECONDS)
        each = (viewers.received - before) / SLOW / (time.perf_counter() - began) / 1000
        late = viewers.late / max(1, viewers.turns)
        thread.join()
    high = statistics.quantiles(times, n=20)[-1] * 1000
    return (
        f"{SLOW:,} slow viewers of {SLOW_RATE // 1000} KB/s, each with a verdict of its own: each received "
        f"{each:.0f} KB/s ({late:.1%} of their reads found less than their share); {len(times)} new viewers meanwhile "
        f"had their first byte after {statistics.median(times) * 1000:.0f} ms, 95 % within {high:.0f} ms."
    )


def main(wanted: list[int]) -> None:
    """Measure all and write the table; with `wanted`, numbers of cases from 1 on, print these (0: slow viewers)."""
    load.require_wrk()
    with temporary_site(WORKERS, THREADS) as environment, ExitStack() as stack:
        from tests.delivery import nginx_server
        from tests.programs import find

        program = find("nginx")
        if program is None:
            raise SystemExit("This bench needs nginx: apt-get install nginx-light.")
        video, film = make_packaged_video()
        cookies = make_viewers(video, VIEWERS)
        folder = Path(environment["DATA_DIR"])
        site = stack.enter_context(server(environment))
        for name in ("front", "bare"):
            (folder / name).mkdir()
        front = stack.enter_context(
            nginx_server.nginx(program, folder / "front", site.port, secret=SECRET, tls=False, workers=2)
        )
        plain = stack.enter_context(nginx_server.bare_nginx(program, folder / "bare", film.parent, workers=2))
        address = f"/stream/{video.uuid}/source"
        ours = front.port, address, [front.pid, site.pid]
        bare = plain.port, f"/{film.name}", [plain.pid]
        cases = [case for number, case in enumerate(CASES, 1) if not wanted or number in wanted]
        rows = compare_all(cases, folder, cookies, ours, bare)
        sentence = hold(front.port, address, cookies) if not wanted or 0 in wanted else ""
        print(sentence, flush=True)
    if wanted:
        return
    head = ["", "backend nginx", "bare nginx", "ratio", "CPU a request, with the application", "CPU, bare nginx"]
    measured = report.measured("2 cores shared by servers and wrk")
    report.write("delivery", f"{report.table(head, rows)}\n\n{sentence}\n\n{measured}")


if __name__ == "__main__":
    main([int(text) for text in sys.argv[1:]])
