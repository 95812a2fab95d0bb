"""The facts of an upload. A file is opened in a sandboxed child only, never in a web or worker process."""

import json
import math
import os
import time
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import NoReturn

from django.conf import settings
from django.utils.formats import number_format
from django.utils.translation import gettext_lazy

from video_pages.library import digests
from video_pages.transcoding import pyav_child, sandbox
from video_pages.transcoding.facts import Facts, parse_facts
from video_pages.transcoding.sandbox import ChildResult, OnTick
from video_pages.transcoding.workspace import workspace

CHILD = Path(__file__).with_name("probe_child")
CPU_SHARE = 0.75
"""Share of the time limit that is allowed as CPU time: beyond it the file is the cause, and not a busy machine."""
LIKE_A_BROKEN_DISK = frozenset({"empty", "not-a-video", "no-video", "unknown-codec", "damaged"})
"""The codes that a disk or a share that fails can cause: libav takes its errors for the end of the file."""
END_BLOCKS = 256
"""Megabytes at each end of a file that are read again before it is refused: what lies between is next to never read."""

MESSAGES = {
    "empty": gettext_lazy("This file is empty. Choose the video again."),
    "not-a-video": gettext_lazy(
        "This file is not a video that can be read here. Upload an MP4, MOV, WebM or MKV file."
    ),
    "playlist": gettext_lazy(
        "This file is a list that points to other files, not a video itself. Upload the video it belongs to."
    ),
    "no-video": gettext_lazy("This file holds no moving picture, only sound or still images."),
    "unknown-codec": gettext_lazy("The pictures in this file are stored in a way that can't be read here (codec)."),
    "damaged": gettext_lazy(
        "This file is damaged or incomplete: its pictures can't be read from start to end. "
        "Export it again, or repeat the upload."
    ),
    "too-long": gettext_lazy("This video is longer than the %(hours)s hours that this site takes."),
    "too-many-pixels": gettext_lazy(
        "The picture of this video is larger than this site takes (%(megapixels)s megapixels)."
    ),
    "too-many-frames": gettext_lazy("This video has more than %(rate)s pictures a second, more than this site takes."),
    "dolby-only": gettext_lazy(
        "The colours of this file (Dolby Vision profile 5) can't be shown without a Dolby decoder. "
        "Export it as HDR10, HLG or SDR."
    ),
    "too-many-streams": gettext_lazy("This file holds more than %(streams)s tracks, more than this site takes."),
    "too-demanding": gettext_lazy("Reading this file needs more memory than this site allows for one video."),
    "too-much-work": gettext_lazy(
        "Reading this file takes more computing time than this site allows for one video. It may be damaged: "
        "export it again."
    ),
    "too-slow": gettext_lazy("Reading this file took too long. It may be damaged; if not, try again later."),
}


class UnreadableMedia(Exception):
    """The file can't be used. `code` is a key of MESSAGES; `message` gives the reason to editors."""

    def __init__(self, code: str, detail: str = "") -> None:
        self.code = code
        self.detail = detail
        self.message = _message(code)
        super().__init__(f"{code}: {detail}" if detail else code)


class ProbeTookTooLong(UnreadableMedia):
    """The time or the machine's memory ran out: the cause is the file or a busy machine."""

    def __init__(self, detail: str = "") -> None:
        super().__init__("too-slow", detail)


def probe(path: str | Path, *, seconds: float | None = None, on_tick: OnTick = None) -> Facts:
    """Return the Facts of the file at `path`.

    `seconds` limits the probe, and the reading before a refusal; the default is PROBE_SECONDS. Raises UnreadableMedia
    (ProbeTookTooLong if the time ran out), FileNotFoundError, sandbox.Interrupted when the process is shutting down,
    and another SandboxError or OSError if the server is the cause: then nothing is known about the file.
    """
    seconds = seconds or settings.PROBE_SECONDS
    try:
        return _probe(path, seconds, on_tick)
    except UnreadableMedia as error:
        if error.code in LIKE_A_BROKEN_DISK:
            require_readable(path, end_blocks=END_BLOCKS, seconds=seconds, on_tick=on_tick)
        raise


def require_readable(
    path: str | Path, *, end_blocks: int | None = None, seconds: float = math.inf, on_tick: OnTick = None
) -> None:
    """Read the file at `path`, before it is refused. Raises OSError: then the disk may be the cause.

    A disk or a share that fails within a file looks like the end of the file, or like damage. With `end_blocks`, only
    as many megabytes are read at each end of the file. The reading stops after `seconds`.
    """
    with open(path, "rb") as file:
        size = os.fstat(file.fileno()).st_size
        ends = [0] if end_blocks is None else [0, max(end_blocks, size // digests.BLOCK_BYTES - end_blocks)]
        for end in ends:
            file.seek(end * digests.BLOCK_BYTES)
            until = time.monotonic() + seconds / len(ends)
            for _block in islice(digests.read_blocks(file), end_blocks and end_blocks + bool(end)):
                if on_tick:
                    on_tick()
                if time.monotonic() > until:
                    break


def _probe(path: str | Path, seconds: float, on_tick: OnTick) -> Facts:
    if os.path.getsize(path) == 0:
        raise UnreadableMedia("empty")
    with workspace(path) as space:
        order = {
            "max_pixels": settings.MAX_PIXELS,
            "max_streams": settings.MAX_STREAMS,
            "max_duration_seconds": settings.MAX_DURATION_SECONDS,
            "max_frame_rate": settings.MAX_FRAME_RATE,
            "seconds": seconds,
        }
        try:
            result = pyav_child.run(
                CHILD, order, space=space, wall_seconds=seconds, cpu_seconds=seconds * CPU_SHARE, on_tick=on_tick
            )
        except sandbox.UsedTooMuch as error:
            raise UnreadableMedia("too-much-work", str(error)) from error
        except (sandbox.TookTooLong, sandbox.Killed) as error:
            raise ProbeTookTooLong(str(error)) from error
        except sandbox.OutputTooLong as error:
            raise UnreadableMedia("damaged", str(error)) from error
    return _read_answer(result)


def _read_answer(result: ChildResult) -> Facts:
    """Return the Facts in the child's output if it has the right shape; raise UnreadableMedia or ChildFailed."""
    if result.returncode != 0:
        # The child catches the errors of libav; the rest is a crash in a decoder, or a lack of memory.
        code = "too-demanding" if "MemoryError" in result.stderr else "damaged"
        raise UnreadableMedia(code, result.stderr.strip()[-500:])
    try:
        answer = json.loads(result.stdout, parse_constant=_refuse_constant)
        if "refused" in answer:
            code = answer["refused"] if answer["refused"] in MESSAGES else "damaged"
            detail = str(answer.get("detail", ""))[:500]
            raise ProbeTookTooLong(detail) if code == "too-slow" else UnreadableMedia(code, detail)
        facts = parse_facts(answer["facts"])
    except KeyError as error:  # the child on the disk may be that of another version: an upgrade goes on
        raise pyav_child.ChildFailed(f"an answer without {error}") from error
    except (ValueError, TypeError, OverflowError, RecursionError) as error:
        raise UnreadableMedia("damaged", f"unexpected answer: {error}") from error
    if facts.is_dolby_only:
        raise UnreadableMedia("dolby-only")
    return facts


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number")


def _message(code: str) -> str:
    megapixels = round(settings.MAX_PIXELS / 1_000_000, 1)
    hours = round(settings.MAX_DURATION_SECONDS / 3600, 1)
    return str(MESSAGES[code]) % {
        "hours": number_format(Decimal(f"{hours:g}")),
        "megapixels": number_format(Decimal(f"{megapixels:g}")),
        "streams": settings.MAX_STREAMS,
        "rate": settings.MAX_FRAME_RATE,
    }
