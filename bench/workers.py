"""Two workers against one: films an hour, and how soon one long ladder is made if both share it (LADDER_SPLIT).

Each worker is a real process with one core of its own, so its encoders have one thread. Workers start and wait for
work before the clock starts; both sides of a ratio are measured in turns, and the medians are written.
"""

import contextlib
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.processing import draw_video  # noqa: E402
from bench.support import report  # noqa: E402
from bench.support.site import ROOT, temporary_site  # noqa: E402

FILMS, VIDEO_SECONDS = 4, 16
LONG_SECONDS = 45
ROUNDS = 3
LONGEST_SECONDS = 1200
AIM = "1.80"


@contextlib.contextmanager
def workers(environment: dict[str, str], cores: list[int]) -> Iterator[list[subprocess.Popen[bytes]]]:
    """Run a worker on each of `cores` while the block lasts; yields when all wait for work."""
    from video_pages.models import WorkerHeartbeat

    command = [sys.executable, str(ROOT / "manage.py"), "process_videos", "--verbosity", "0"]
    running = [
        subprocess.Popen(command, env=environment, cwd=ROOT, preexec_fn=partial(os.sched_setaffinity, 0, {core}))
        for core in cores
    ]
    try:
        _wait(lambda: WorkerHeartbeat.objects.count() == len(running), running)
        time.sleep(3)  # the periodic tasks of the start
        yield running
    finally:
        for worker in running:
            worker.terminate()
        for worker in running:
            worker.wait(60)
        WorkerHeartbeat.objects.all().delete()


def seconds_for(films: list[Path], environment: dict[str, str], cores: list[int]) -> float:
    """Return the seconds from the submission of `films` (paths) to the end of the last job; a worker on each core."""
    from tests import factories
    from video_pages.models import ProcessingJob
    from video_pages.transcoding import jobs
    from video_pages.transcoding.models import State

    files = [factories.make_video_file(film, ready=False) for film in films]
    with workers(environment, cores) as running:
        began = time.perf_counter()
        ids = [jobs.submit(file).pk for file in files]
        ours = ProcessingJob.objects.filter(pk__in=ids)
        _wait(lambda: not ours.exclude(state__in=(State.READY, State.FAILED, State.REFUSED)).exists(), running)
        taken = time.perf_counter() - began
    if ours.exclude(state=State.READY).exists():
        raise SystemExit(f"A film was not made: {list(ours.values_list('state', 'reason'))}")
    return taken


def _wait(condition: Callable[[], bool], running: list[subprocess.Popen[bytes]]) -> None:
    deadline = time.monotonic() + LONGEST_SECONDS
    while not condition():
        if any(worker.poll() is not None for worker in running) or time.monotonic() > deadline:
            raise SystemExit("A worker has ended, or it takes too long.")
        time.sleep(0.1)


def compare(films: list[Path], environment: dict[str, str], split: str) -> tuple[float, float]:
    """Return the medians (seconds of one worker, seconds of two) for `films`, in turns; `split` holds for the two."""
    ones, twos = [], []
    for number in range(ROUNDS):
        ones.append(seconds_for(films, environment, [number % 2]))
        twos.append(
            seconds_for(films, {**environment, "LADDER_SPLIT": split, "LADDER_SPLIT_FROM_SECONDS": "1"}, [0, 1])
        )
        print(f"round {number + 1}: one worker {ones[-1]:.1f} s, two {twos[-1]:.1f} s", flush=True)
    return statistics.median(ones), statistics.median(twos)


def main() -> None:
    if not hasattr(os, "sched_setaffinity") or len(os.sched_getaffinity(0)) < 2:
        raise SystemExit("This bench needs Linux and two cores.")
    with temporary_site(1, 1) as environment:
        from django.conf import settings

        from video_pages.transcoding import ffmpeg

        folder = Path(settings.DATA_DIR)
        short = draw_video(ffmpeg.binary(), folder / "short.mp4", VIDEO_SECONDS)
        long = draw_video(ffmpeg.binary(), folder / "long.mp4", LONG_SECONDS)
        several = compare([short] * FILMS, environment, split="0")
        shared = compare([long], environment, split="1")
        alone = compare([long], environment, split="0")
    rows = [
        _row(f"{FILMS} films of {VIDEO_SECONDS} s", several, AIM),
        _row(f"one film of {LONG_SECONDS} s, whose ladder two workers share", shared, ""),
        _row("the same without `LADDER_SPLIT`", alone, ""),
    ]
    text = report.table(["", "one worker", "two workers", "times as fast", "aim, at least"], rows)
    report.write("workers", f"{text}\n\n{report.measured('a core for each worker')}")


def _row(name: str, seconds: tuple[float, float], aim: str) -> list[str]:
    one, two = seconds
    return [name, f"{one:.1f} s", f"{two:.1f} s", f"{one / two:.2f}", aim]


if __name__ == "__main__":
    main()
