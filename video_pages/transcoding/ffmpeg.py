"""The only module that starts ffmpeg: with argument lists, never shell strings, and always in the sandbox."""

import errno
import re
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

import imageio_ffmpeg
from django.conf import settings

from video_pages.transcoding import sandbox
from video_pages.transcoding.sandbox import ChildResult, OnTick
from video_pages.transcoding.workspace import Workspace

# Containers that hold video and audio themselves. Playlists, concat lists, image sequences, subtitles and device
# inputs are not among them: those open other files.
FORMATS = ("mov", "mp4", "matroska", "webm", "avi", "mpeg", "mpegts", "ogg", "flv", "asf", "mxf", "dv", "nut")
PROTOCOLS = ("file",)
WRITTEN = re.compile(r"^out_time_us=(\d{1,15})$", re.MULTILINE)
SCARCE_BYTES = 4 * 1024 * 1024
"""If less than this is free where ffmpeg writes, a failed run has failed for lack of disk space."""
THREADS = 2
"""Decoder and filter threads: ffmpeg's default of one for each core multiplies the memory of a frame."""


class FfmpegFailed(Exception):
    """ffmpeg ended without writing the file; the text is the end of its standard error."""


def binary() -> str:
    """Return the absolute path of the ffmpeg in use: FFMPEG_BINARY, or the one of imageio-ffmpeg."""
    return str(Path(settings.FFMPEG_BINARY or imageio_ffmpeg.get_ffmpeg_exe()).absolute())


def open_options() -> dict[str, str]:
    """Return the options with which libavformat opens an upload, by name."""
    return {
        "protocol_whitelist": ",".join(PROTOCOLS),
        "format_whitelist": ",".join(FORMATS),
        "max_streams": str(max(settings.MAX_STREAMS, 1) * 4),  # the probe counts exactly, and names the limit
    }


def input_arguments(
    source: str | Path, *, start_seconds: float | None = None, length_seconds: float | None = None, exact: bool = True
) -> list[str]:
    """Return the arguments that open `source` (an absolute path) and no other file.

    `start_seconds` seeks before decoding; with `exact=False` to the key frame before, which costs one frame.
    """
    arguments = []
    for name, value in open_options().items():
        arguments += [f"-{name}", value]
    arguments += ["-max_pixels", str(settings.MAX_PIXELS), "-threads", str(THREADS)]
    if start_seconds is not None:
        arguments += [] if exact else ["-noaccurate_seek"]
        arguments += ["-ss", f"{start_seconds:.3f}"]
    length_seconds = settings.MAX_DURATION_SECONDS if length_seconds is None else length_seconds
    return arguments + ["-t", f"{length_seconds:.3f}", "-i", f"file:{source}"]


def run(
    arguments: Sequence[str],
    *,
    space: Workspace,
    wall_seconds: float | None = None,
    cpu_seconds: int | None = None,
    memory_bytes: int | None = None,
    on_tick: OnTick = None,
    on_seconds: Callable[[float], None] | None = None,
) -> ChildResult:
    """Run ffmpeg with `arguments` in the workspace `space`; return its ChildResult.

    `on_seconds(seconds)` is called about once a second with the length of video that is written. Raises FfmpegFailed
    for an exit code other than 0, OSError (ENOSPC) if the disk was full, and what `sandbox.run` raises. An exit code
    of 0 proves nothing: the caller has to look at the file that was to be written.
    """
    progress = ["-progress", "pipe:1", "-stats_period", "1"] if on_seconds else []
    result = sandbox.run(
        [binary(), "-hide_banner", "-nostdin", "-loglevel", "error", "-y", *progress, *arguments],
        space=space,
        limits=sandbox.Limits(
            wall_seconds=wall_seconds or settings.SANDBOX_WALL_SECONDS,
            cpu_seconds=cpu_seconds or settings.SANDBOX_CPU_SECONDS,
            memory_bytes=memory_bytes or settings.SANDBOX_MEMORY_BYTES,
            file_bytes=settings.SANDBOX_OUTPUT_BYTES,
        ),
        on_tick=on_tick,
        on_output=_progress_reader(on_seconds) if on_seconds else None,
    )
    if result.returncode != 0:
        # The partial output is still there. The messages of ffmpeg prove nothing: a hostile file may dictate them.
        if shutil.disk_usage(space.root).free < SCARCE_BYTES:
            raise OSError(errno.ENOSPC, "no room was left for what ffmpeg writes", str(space.root))
        raise FfmpegFailed(result.stderr.strip() or f"exit code {result.returncode}")
    return result


def _progress_reader(on_seconds: Callable[[float], None]) -> Callable[[str], None]:
    """Return a function that passes on the last time in the text of `-progress`; a child's text may be hostile."""

    def read(text: str) -> None:
        written = WRITTEN.findall(text)
        if written:
            on_seconds(int(written[-1]) / 1_000_000)

    return read
