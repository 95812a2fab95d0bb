"""The cost of processing a video: one run for all sizes against a run for each, and the time to the first frame.

The film is a minute of 1920x1080 at 25 pictures a second with stereo sound, H.264 and AAC, drawn by ffmpeg. Processor
time is that of all child processes; both sides of a ratio are measured in the same call, in turns where they are short.
"""

import resource
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self
from unittest import mock

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.support import report  # noqa: E402
from bench.support.site import temporary_site  # noqa: E402

if TYPE_CHECKING:
    from video_pages.transcoding.facts import Facts
    from video_pages.transcoding.plan import Rung

SECONDS = 60
SHORT_SECONDS = 12
ROUNDS = 3
NICE = "/usr/bin/nice"


class Cost:
    """The time that the block took by the clock (`wall`), and the processor time of its children (`cpu`)."""

    wall: float
    cpu: float

    def __enter__(self) -> Self:
        self.began, self.used = time.perf_counter(), _children()
        return self

    def __exit__(self, *error: object) -> None:
        self.wall, self.cpu = time.perf_counter() - self.began, _children() - self.used


def _children() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def draw_video(ffmpeg: str, target: Path, seconds: int) -> Path:
    """A film with grain and movement: a test picture alone would be too easy to encode."""
    video = f"testsrc2=size=1920x1080:rate=25:duration={seconds},noise=alls=6:allf=t"
    audio = f"anoisesrc=color=pink:sample_rate=48000:duration={seconds}"
    codecs = ["-c:v", "libx264", "-preset", "veryfast", "-crf", "23", "-maxrate", "5M", "-bufsize", "10M", "-g", "100"]
    inputs = ["-f", "lavfi", "-i", video, "-f", "lavfi", "-i", audio]
    own = [ffmpeg, "-v", "error", "-y", *inputs, *codecs, "-pix_fmt", "yuv420p", "-c:a", "aac", "-ac", "2"]
    subprocess.run([*own, "-movflags", "+faststart", str(target)], check=True)
    return target


def ladder_in_one_run(film: Path, rungs: list["Rung"], facts: "Facts") -> Cost:
    from video_pages.transcoding import audio_tracks, encode
    from video_pages.transcoding.workspace import workspace

    with workspace(film) as space, Cost() as cost:
        encode.encode_ladder(space, facts, rungs, audio_tracks.prepare(space, facts)[1])
    return cost


def ladder_in_separate_runs(film: Path, rungs: list["Rung"], facts: "Facts") -> Cost:
    """Each rung by a run of its own, as a script would: decoded again, its sound made again."""
    from video_pages.transcoding import audio_tracks, encode
    from video_pages.transcoding.workspace import workspace

    with Cost() as cost:
        for rung in rungs:
            with workspace(film) as space:
                encode.encode_ladder(space, facts, [rung], audio_tracks.prepare(space, facts)[1])
    return cost


def time_to_first_frame(film: Path) -> Cost:
    """Probe, the copy that plays, the poster: what happens before visitors can watch."""
    from video_pages.transcoding import audio_tracks, encode, poster, probe
    from video_pages.transcoding.workspace import workspace

    with Cost() as cost, workspace(film) as space:
        facts = probe.probe(film)
        facts, tracks = audio_tracks.prepare(space, facts)
        encode.copy_source(space, facts, tracks)
        poster.make_poster(space, facts)
    return cost


def storyboard_of(film: Path, facts: "Facts", rungs: list["Rung"]) -> Cost:
    from video_pages.transcoding import encode, storyboard
    from video_pages.transcoding.workspace import workspace

    with workspace(film) as space:
        made = encode.encode_ladder(space, facts, rungs[-1:], [])
        with Cost() as cost:
            storyboard.draw(space, made[0], facts.duration_seconds)
    return cost


def full_decode(ffmpeg: str, film: Path) -> Cost:
    with Cost() as cost:
        command = [ffmpeg, "-v", "error", "-i", str(film), "-an", "-vf", "fps=1/4,scale=160:90,tile=10x2"]
        subprocess.run([*command, "-f", "null", "-"], check=True)
    return cost


def machinery(film: Path, rungs: list["Rung"], facts: "Facts") -> float:
    """The ladder with job, claim, lease, sandbox and progress against the bare command; returns the median ratio."""
    from django.utils import timezone

    from tests import factories
    from video_pages.transcoding import claims, encode, jobs, lease_renewal, sandbox
    from video_pages.transcoding.workspace import workspace

    commands: list[tuple[list[str], Path]] = []
    real_run = sandbox.run
    pairs = []

    def noting(command: list[str], **options: Any) -> Any:
        commands.append((command, options["space"].out))
        return real_run(command, **options)

    for number in range(ROUNDS):
        video_file = factories.make_video_file(film, ready=False)
        job = claims.claim(jobs.submit(video_file).pk)
        assert job is not None
        renewal = lease_renewal.LeaseRenewal(job, timezone.now)
        with workspace(film) as space, mock.patch.object(sandbox, "run", noting):
            with Cost() as ours:
                encode.encode_ladder(space, facts, rungs, [], on_tick=renewal, on_share=lambda share: None)
            command, out = commands[-1]
            with Cost() as bare:
                subprocess.run([NICE, "-n", "10", *command], cwd=out, check=True, stdout=subprocess.DEVNULL)
        print(f"round {number + 1}: {ours.wall:.2f} s, bare {bare.wall:.2f} s", flush=True)
        pairs.append(ours.wall / bare.wall)
    return statistics.median(pairs)


def main() -> None:
    with temporary_site(1, 1):
        from django.conf import settings

        from video_pages.transcoding import ffmpeg, plan, probe

        film = draw_video(ffmpeg.binary(), Path(settings.DATA_DIR) / "film.mp4", SECONDS)
        short = draw_video(ffmpeg.binary(), Path(settings.DATA_DIR) / "short.mp4", SHORT_SECONDS)
        facts, short_facts = probe.probe(film), probe.probe(short)
        rungs = plan.ladder(facts, max_height=2160)
        together = ladder_in_one_run(film, rungs, facts)
        apart = ladder_in_separate_runs(film, rungs, facts)
        below = ladder_in_one_run(film, rungs[1:], facts)
        first = time_to_first_frame(film)
        board, whole = storyboard_of(film, facts, rungs), full_decode(ffmpeg.binary(), film)
        overhead = machinery(short, rungs, short_facts)
    rows = [
        _row("the whole ladder in one run / a run for each size", together, apart, "0.75"),
        _row("the same, its top being the source copied", below, apart, "0.45"),
        _row("from upload to playable / the whole ladder", first, together, "0.03"),
        _row("storyboard / decoding every picture", board, whole, "0.10"),
        ["the ladder as a job / the bare command, by the clock", "", "", f"{overhead:.3f}", "1.05"],
    ]
    head = ["", "processor time", "against", "ratio", "aim, at most"]
    sizes = ", ".join(rung.name for rung in rungs)
    report.write("processing", f"{report.table(head, rows)}\n\n{report.measured('2 cores')} Sizes: {sizes}.")


def _row(name: str, ours: Cost, theirs: Cost, aim: str) -> list[str]:
    return [name, f"{ours.cpu:.1f} s", f"{theirs.cpu:.1f} s", f"{ours.cpu / theirs.cpu:.3f}", aim]


if __name__ == "__main__":
    main()
