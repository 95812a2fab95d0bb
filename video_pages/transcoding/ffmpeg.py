"""The only module that starts ffmpeg. Argument lists, never shell strings; always in the sandbox."""

import errno
import re
import shutil
from pathlib import Path

import imageio_ffmpeg
from django.conf import settings

from video_pages.transcoding import sandbox

# Containers that hold pictures and sound themselves. Playlists, concat lists, image sequences, subtitles and device
# inputs are not among them: those open other files.
FORMATS = ("mov", "mp4", "matroska", "webm", "avi", "mpeg", "mpegts", "ogg", "flv", "asf", "mxf", "dv", "nut")
PROTOCOLS = ("file",)
WRITTEN = re.compile(r"^out_time_us=(\d{1,15})$", re.MULTILINE)
SCARCE_BYTES = 4 * 1024 * 1024
"""With less than this free where it writes, a run that failed has failed for want of room."""
THREADS = 2
"""Decoder and filter threads: ffmpeg's default of one for each core multiplies the memory of a frame."""


class FfmpegFailed(Exception):
    """ffmpeg ended without writing what it was to write; the text is the end of what it said."""


def binary():
    """The absolute path of the ffmpeg in use: FFMPEG_BINARY, or the one that imageio-ffmpeg brings along."""
    return str(Path(settings.FFMPEG_BINARY or imageio_ffmpeg.get_ffmpeg_exe()).absolute())


def open_options():
    """What any reader of an upload tells libavformat before it opens it, as a dictionary of option and value."""
    return {
        "protocol_whitelist": ",".join(PROTOCOLS),
        "format_whitelist": ",".join(FORMATS),
        "max_streams": str(max(settings.MAX_STREAMS, 1) * 4),  # the probe counts, and says so in words
    }


def input_arguments(source, *, start_seconds=None, length_seconds=None, exact=True):
    """The arguments that open `source` (an absolute path) and nothing else.

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


def run(arguments, *, space, wall_seconds=None, cpu_seconds=None, memory_bytes=None, on_tick=None, on_seconds=None):
    """Run ffmpeg with `arguments` in the workspace `space`; return its sandbox.ChildResult.

    `on_seconds(seconds)` is told, about once a second, how much of the film is written. Raises FfmpegFailed for an
    exit code other than 0, OSError (ENOSPC) if there was no room for what it wrote, and what `sandbox.run` raises. An
    exit code of 0 proves nothing: the caller looks at the file that was to be written.
    """
    progress = ["-progress", "pipe:1", "-stats_period", "1"] if on_seconds else []
    outcome = sandbox.run(
        [binary(), "-hide_banner", "-nostdin", "-loglevel", "error", "-y", *progress, *arguments],
        space=space,
        limits=sandbox.Limits(
            wall_seconds=wall_seconds or settings.SANDBOX_WALL_SECONDS,
            cpu_seconds=cpu_seconds or settings.SANDBOX_CPU_SECONDS,
            memory_bytes=memory_bytes or settings.SANDBOX_MEMORY_BYTES,
            file_bytes=settings.SANDBOX_OUTPUT_BYTES,
        ),
        on_tick=on_tick,
        on_output=(lambda text: _tell(text, on_seconds)) if on_seconds else None,
    )
    if outcome.returncode != 0:
        # What it wrote so far is still there. Its own words are not asked: they may be those of a hostile file.
        if shutil.disk_usage(space.root).free < SCARCE_BYTES:
            raise OSError(errno.ENOSPC, "no room was left for what ffmpeg writes", str(space.root))
        raise FfmpegFailed(outcome.stderr.strip() or f"exit code {outcome.returncode}")
    return outcome


def _tell(text, on_seconds):
    """Read the last time in what `-progress` printed, which is hostile like everything a child says."""
    written = WRITTEN.findall(text)
    if written:
        on_seconds(int(written[-1]) / 1_000_000)
