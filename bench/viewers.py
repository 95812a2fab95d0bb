"""Viewers of segments of 4 s that one machine of two cores holds, each with a session and a connection of its own.

    make bench BENCH=viewers                          both tables
    .venv/bin/python bench/viewers.py nginx           one backend, and its table
    .venv/bin/python bench/viewers.py nginx 500 1000  one backend and these steps, printed only

Each viewer begins as a player does (two playlists, the header of the film), asks for a range of a packaged film every
four seconds on a connection that it keeps, and posts a watch report every 15 seconds. Viewers come at random moments of
the ramp before each step, and stay. A segment is late if it is complete later than 4 s after it was due. Segments are
of 64 KB, so that copying in memory is not what is measured. How much more a segment of 1.5 MB costs is measured with
few viewers, and added in a column of its own.
"""

import os
import resource
import statistics
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
SECRET = "a secret of the bench, which nginx and the site share"  # noqa: S105
os.environ.update(GATE_SECRET=SECRET, TRUSTED_PROXIES="1")

from bench.support import report  # noqa: E402
from bench.support.browsers import make_viewers  # noqa: E402
from bench.support.players import HEADER_BYTES, SEGMENT_SECONDS, Counts, Players  # noqa: E402
from bench.support.site import cpu_seconds_of_children, server, temporary_site  # noqa: E402

if TYPE_CHECKING:
    from video_pages.models import VideoPage

STEPS = {"stream": [500, 1000, 2000], "nginx": [1000, 2000, 4000, 6000]}
AIMS = {"stream": 2000, "nginx": 6000}
MOST_CPU = 0.7  # of two cores
KIB, MIB = 1024, 1024 * 1024
SHORT, LONG, STRIDE, SEGMENTS = 64 * KIB, 1_500_000, 3 * MIB // 2, 64
FEW = 200  # viewers of the comparison of both lengths
ARRIVALS = 50  # a second
SETTLE, SECONDS, FEW_SECONDS, ROUNDS = 5.0, 30.0, 15.0, 3  # both multiples of the 15 s of reports
SPARE_FILES = 200
LATE_SHARE = 0.1  # a step with more late segments is the last
WORKERS, THREADS, CORES = 2, 256, 2
PACKAGE, RENDITION = "0123456789ab", "720p"


def raise_file_limit(viewers: int) -> None:
    """Allow this process, and the servers that it starts, as many open files as there may be."""
    wanted, (_soft, hard) = viewers + SPARE_FILES, resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < wanted:
        raise SystemExit(f"{viewers} viewers need {wanted} open files; `ulimit -Hn` says {hard}.")
    resource.setrlimit(resource.RLIMIT_NOFILE, (wanted if hard == resource.RLIM_INFINITY else hard, hard))


def make_film() -> "VideoPage":
    """A film of two hours behind a password, with a package of one rendition; its segments begin each STRIDE bytes."""
    from tests import factories
    from video_pages.library import paths
    from video_pages.library.models import Rendition, VideoFile
    from video_pages.library.storage import protected_storage

    file = factories.make_video_file(duration=7200.0)
    folder = Path(protected_storage().path(paths.package_directory(file.uuid, PACKAGE)))
    folder.mkdir(parents=True)
    block = os.urandom(MIB)
    with open(folder / paths.media_of(RENDITION), "wb") as media:
        media.write(bytes(HEADER_BYTES))
        for _part in range(SEGMENTS * STRIDE // MIB):
            media.write(block)
    lines = ["#EXTM3U", "#EXT-X-VERSION:7", f'#EXT-X-MAP:URI="720p.mp4",BYTERANGE="{HEADER_BYTES}@0"']
    for number in range(1800):
        first = HEADER_BYTES + number % SEGMENTS * STRIDE
        lines += ["#EXTINF:4,", f"#EXT-X-BYTERANGE:{SHORT}@{first}", "720p.mp4"]
    (folder / paths.playlist_of(RENDITION)).write_text("\n".join(lines))
    variant = "#EXT-X-STREAM-INF:BANDWIDTH=3000000,RESOLUTION=1280x720"
    (folder / paths.MASTER_PLAYLIST).write_text(f"#EXTM3U\n{variant}\n../{PACKAGE}/{RENDITION}.m3u8\n")
    facts = {"kind": Rendition.Kind.VIDEO, "width": 1280, "height": 720, "frame_rate": 25, "bandwidth": 3_000_000}
    Rendition.objects.create(video_file=file, package=PACKAGE, name=RENDITION, codecs="avc1.64001f", **facts)
    VideoFile.objects.filter(pk=file.pk).update(package=PACKAGE)
    return factories.make_video(video_file=file)


class Measure:
    """Processor time of the servers, whose first processes are `servers`, and of this process, while players play."""

    def __init__(self, players: Players, servers: list[int], log: Path) -> None:
        self.players, self._servers, self._log = players, servers, log

    def take(self, seconds: float) -> tuple[Counts, list[float], float]:
        """Return (Counts, processor time of each server, that of the players): seconds each second."""
        began, lost = time.monotonic(), self._lost_reports()
        used, own = [cpu_seconds_of_children(pid) for pid in self._servers], time.process_time()
        counts = self.players.counted(seconds)
        seconds = time.monotonic() - began
        used = [cpu_seconds_of_children(pid) - before for pid, before in zip(self._servers, used, strict=True)]
        own = (time.process_time() - own) / seconds
        counts.reports -= self._lost_reports() - lost  # they are answered like the others
        return counts, [one / seconds for one in used], own

    def _lost_reports(self) -> int:
        return self._log.read_text().count("was not stored")


def percent(seconds: float) -> str:
    """Return `seconds` of processor time a second as a share of the cores."""
    return f"{seconds / CORES:.0%}"


def compare_lengths(measure: Measure) -> tuple[list[str], float]:
    """Return (the row of LONG segments, seconds of processor time that one costs more than one of SHORT)."""
    each: dict[int, list[tuple[float, Counts, list[float], float]]] = {SHORT: [], LONG: []}
    for number in range(ROUNDS):
        for length in (SHORT, LONG) if number % 2 else (LONG, SHORT):
            measure.players.segment_bytes = length
            measure.players.play(SEGMENT_SECONDS)
            counts, used, own = measure.take(FEW_SECONDS)
            each[length].append((sum(used) / (FEW / SEGMENT_SECONDS), counts, used, own))
    measure.players.segment_bytes = SHORT
    # A cost below the noise of a run is none.
    more = max(0.0, statistics.median(long[0] - short[0] for short, long in zip(each[SHORT], each[LONG], strict=True)))
    _each, counts, used, own = each[LONG][-1]
    return row("1.5 MB", FEW, counts, used, own, FEW_SECONDS, None), more


def row(
    length: str, viewers: int, counts: Counts, used: list[float], own: float, seconds: float, more: float | None
) -> list[str]:
    """Return the cells of a line of the table; `more` as `compare_lengths` returns it, or None if nothing is added."""
    waits = sorted(counts.waits)
    failed = counts.errors.total()
    total = sum(used) + (len(waits) / seconds * more if more else 0)
    return [
        f"{viewers:,}, {length}",
        f"{len(waits) / seconds:,.0f}/s",
        str(counts.late + failed),
        f"{waits[int(len(waits) * 0.99)] * 1000:,.0f} ms",
        f"{counts.reports / seconds:,.0f}/s",
        f"{counts.opened / seconds:,.0f}/s",
        " + ".join(percent(one) for one in used),
        percent(total),
        percent(own),
    ]


def measure_backend(backend: str, steps: list[int]) -> tuple[list[list[str]], float]:
    """Return the lines of the table and the sentence about bandwidth."""
    raise_file_limit(max(steps))
    os.environ["DELIVERY"] = backend
    with temporary_site(WORKERS, THREADS) as environment, ExitStack() as stack:
        from tests.delivery import nginx_server
        from tests.programs import find

        video = make_film()
        cookies = make_viewers(video, max(steps))
        log = Path(environment["DATA_DIR"]) / "gunicorn.log"
        site = stack.enter_context(server(environment, log=log))
        port, servers = site.port, [site.pid]
        if backend == "nginx":
            program = find("nginx")
            if program is None:
                raise SystemExit("This bench needs nginx: apt-get install nginx-light.")
            folder = Path(environment["DATA_DIR"]) / "front"
            folder.mkdir()
            options = {"tls": False, "workers": 2, "connections": 2 * max(steps) + SPARE_FILES}
            front = stack.enter_context(nginx_server.nginx(program, folder, site.port, secret=SECRET, **options))
            port, servers = front.port, [site.pid, front.pid]
        base = f"/stream/{video.uuid}"
        film = f"{base}/{PACKAGE}/{RENDITION}.mp4"
        playlists = [f"{base}/hls/master.m3u8", f"{base}/{PACKAGE}/{RENDITION}.m3u8"]
        players = Players(port, base, film, playlists, segment_bytes=SHORT, stride=STRIDE, count=SEGMENTS)
        stack.callback(players.close)
        measure = Measure(players, servers, log)
        players.arrive(cookies[:FEW], FEW / ARRIVALS)
        players.play(SETTLE)
        first, more = compare_lengths(measure)
        print(*first, sep="; ", flush=True)
        rows = [first]
        for viewers in steps:
            coming = cookies[len(players.players) : viewers]
            players.arrive(coming, len(coming) / ARRIVALS)
            players.play(SETTLE)
            counts, used, own = measure.take(SECONDS)
            rows.append(row("64 KB", viewers, counts, used, own, SECONDS, more))
            print(*rows[-1], dict(counts.errors), sep="; ", flush=True)
            if counts.late + counts.errors.total() > LATE_SHARE * len(counts.waits):
                break
    return rows, more


def write(backend: str, rows: list[list[str]], more: float) -> None:
    head = ["viewers, segments", "segments", "late or failed", "99 % within", "reports stored", "connections opened"]
    names = {"stream": "CPU of the application", "nginx": "CPU: application + nginx"}
    head += [names[backend], "CPU with 1.5 MB", "CPU of the players"]
    gigabits = AIMS[backend] / SEGMENT_SECONDS * LONG * 8 / 1e9
    report.write(
        f"viewers-{backend}",
        f"{report.table(head, rows)}\n\nA segment of 1.5 MB costs {more * 1000:.2f} ms more than one of 64 KB; the "
        f"column *CPU with 1.5 MB* adds this for each. Aim: {AIMS[backend]:,} viewers, none late, below "
        f"{MOST_CPU:.0%}; with 1.5 MB they would receive {gigabits:.0f} Gbit/s.\n\n"
        f"{report.measured('2 cores shared by servers and players', with_load=True)}",
    )


def main() -> None:
    chosen = sys.argv[1:]
    if chosen:
        backend, steps = chosen[0], [int(text) for text in chosen[1:]]
        rows, more = measure_backend(backend, steps or STEPS[backend])
        if not steps:
            write(backend, rows, more)
        return
    # Each backend sets Django up for a site of its own, so each has its own process.
    for backend in STEPS:
        subprocess.run([sys.executable, __file__, backend], check=True)


if __name__ == "__main__":
    main()
