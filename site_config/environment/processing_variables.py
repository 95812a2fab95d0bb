"""The variables of processing, as rows of `site_config.environment.variables`: name, type, default and meaning."""

from collections.abc import Callable
from typing import Any

from site_config.environment import casts

GIB = 1024**3

ROWS: tuple[tuple[str, Callable[[str], Any], Any, str], ...] = (
    (
        "WORKER_LADDERS",
        casts.positive,
        1,
        "Films that a worker encodes at the same time; beside them, it makes one more film playable.",
    ),
    ("WORKER_NICE", casts.natural, 10, "Niceness of what a worker starts; half of it before a film plays."),
    (
        "WORKER_QUEUES",
        casts.comma_list,
        ("playable", "ladder"),
        "Work that a worker does: playable (what a film needs before it plays), ladder (all other sizes), or both.",
    ),
    (
        "LADDER_SPLIT",
        casts.flag,
        False,
        "Several workers make the sizes of one film; set it for all workers alike.",
    ),
    ("LADDER_SPLIT_FROM_SECONDS", casts.natural, 600, "Films of this length or more are split, in seconds."),
    ("FFMPEG_BINARY", casts.text, "", "Path of another ffmpeg; empty: the one in the packages."),
    (
        "PROBE_SECONDS",
        casts.positive,
        20,
        "Seconds that the probe of an upload may take; a job probes again, and may take twice as long.",
    ),
    (
        "SANDBOX_MEMORY_BYTES",
        casts.size,
        2 * GIB,
        "Memory of a process that reads an upload; LADDER_MEMORY_BYTES where it encodes or copies the video.",
    ),
    (
        "SANDBOX_CPU_SECONDS",
        casts.positive,
        6 * 3600,
        "Seconds of processor time of such a process, if nothing else limits it: one that encodes or copies a whole "
        "video may use all cores until its time by the clock is over, a probe less.",
    ),
    (
        "SANDBOX_WALL_SECONDS",
        casts.positive,
        48 * 3600,
        "Seconds of wall-clock time of such a process; the length of the video sets a shorter limit.",
    ),
    ("SANDBOX_OUTPUT_BYTES", casts.size, 64 * GIB, "Largest file that such a process may write."),
    ("MAX_PIXELS", casts.positive, 8192 * 4320, "Largest frame (width times height) that is accepted."),
    ("LADDER_MEMORY_BYTES", casts.size, 6 * GIB, "Memory of a process that encodes a video."),
    ("LADDER_MAX_HEIGHT", casts.positive, 2160, "Lines of the largest rendition: 2160, 1440, 1080, 720."),
    ("EXTRA_VIDEO_CODECS", casts.comma_list, (), "Codecs made beside H.264: hevc, av1, or both; much slower."),
    ("MAX_FRAME_RATE", casts.positive, 240, "Highest frame rate that is accepted."),
    ("MAX_STREAMS", casts.positive, 16, "Highest number of streams in a file."),
    ("MAX_DURATION_SECONDS", casts.positive, 12 * 3600, "Longest video that is accepted, in seconds."),
)
