"""Python code in a sandbox with usual limits, and whether a process still runs."""

import sys

from video_pages.transcoding import sandbox
from video_pages.transcoding.workspace import workspace

MIB = 1024**2
LIMITS = {"wall_seconds": 20, "cpu_seconds": 10, "memory_bytes": 1024 * MIB}


def run(code, source=None, *arguments, on_tick=None, **limits):
    """Run the Python text `code` in a sandbox."""
    with workspace(source) as space:
        command = [sys.executable, "-I", "-c", code, *map(str, arguments)]
        return sandbox.run(command, space=space, limits=sandbox.Limits(**{**LIMITS, **limits}), on_tick=on_tick)


def is_running(pid):
    try:
        with open(f"/proc/{pid}/stat") as stat:
            return stat.read().split(") ")[1][0] != "Z"
    except FileNotFoundError:
        return False
