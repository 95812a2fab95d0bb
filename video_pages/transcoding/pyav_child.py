"""Start a child that opens a file with PyAV in the sandbox: `probe_child` or `audio_scan_child`."""

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.conf import settings

from video_pages.transcoding import ffmpeg, sandbox
from video_pages.transcoding.sandbox import ChildResult, OnTick
from video_pages.transcoding.workspace import Workspace


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
    write nothing. Raises what `sandbox.run` raises.
    """
    argument = json.dumps({"options": ffmpeg.open_options(), **order})
    return sandbox.run(
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
