"""The one way to the children that open a file with PyAV: probe_child and audio_scan_child, in the sandbox."""

import json
import sys

from django.conf import settings

from video_pages.transcoding import ffmpeg, sandbox


def run(child, order, *, space, wall_seconds, cpu_seconds, on_tick=None):
    """Run the package at the path `child` on `space.source` and return its Outcome.

    The child is given `order`, a dict, as JSON, with the options for opening a file. It may read its own code and the
    source, and writes nothing. Raises what `sandbox.run` raises.
    """
    told = json.dumps({"options": ffmpeg.open_options(), **order})
    return sandbox.run(
        [sys.executable, "-I", str(child), str(space.source), told],
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
