"""Start a child that opens a file with PyAV in the sandbox: `probe_child` or `audio_scan_child`.

The server may be what fails: a package that is replaced at this moment, a library that an update has taken away, a
kernel that does not confine, a disk that can't be read. A child whose modules are loaded and which is confined prints
READY first, and ends with SERVER_FAULT for an error of its own system. So no such fault is taken for one of the file.
"""

import dataclasses
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.conf import settings

from video_pages.transcoding import ffmpeg, sandbox
from video_pages.transcoding.sandbox import ChildResult, OnTick
from video_pages.transcoding.workspace import Workspace

READY = b"ready\n"
"""The first line of a child's output."""
SERVER_FAULT = 3
"""The exit code of a child that the system did not let do its work."""


class ChildFailed(sandbox.SandboxError):
    """The child could not begin, or its system failed; nothing is known about the file."""


def run(
    child: Path,
    order: Mapping[str, Any],
    *,
    space: Workspace,
    wall_seconds: float,
    cpu_seconds: float,
    on_tick: OnTick = None,
) -> ChildResult:
    """Run the program at the path `child` on `space.source` and return its ChildResult.

    The child gets `order` as JSON, with the options for opening a file. It may read its own code and the source, and
    write nothing. Raises ChildFailed, and what `sandbox.run` raises.
    """
    argument = json.dumps({"options": ffmpeg.open_options(), **order})
    result = sandbox.run(
        [sys.executable, "-I", str(child), str(space.source), argument],
        space=space,
        readable=[child],
        limits=sandbox.Limits(
            wall_seconds=wall_seconds,
            cpu_seconds=max(1, round(cpu_seconds)),
            memory_bytes=settings.SANDBOX_MEMORY_BYTES,
            file_bytes=0,
        ),
        on_tick=on_tick,
    )
    if result.returncode == SERVER_FAULT or not result.stdout.startswith(READY):
        raise ChildFailed(f"{child.name}, exit code {result.returncode}: {result.stderr.strip()[-500:]}")
    return dataclasses.replace(result, stdout=result.stdout.removeprefix(READY))
