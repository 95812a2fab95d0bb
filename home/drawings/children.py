"""Programs of this package as children in the sandbox, with little time and memory."""

import sys
from collections.abc import Sequence
from pathlib import Path

from django.conf import settings

from video_pages.transcoding import sandbox
from video_pages.transcoding.workspace import workspace


def output_of(
    program: Path, content: bytes, *arguments: str, seconds: int, output_bytes: int, readable: Sequence[Path] = ()
) -> bytes | None:
    """Return what the Python `program` writes for a file with `content`; None if it fails or takes too much.

    It gets the path of the file and `arguments`, `seconds` of CPU time, and may read `readable` besides.
    """
    try:
        with workspace() as space:
            space.source.write_bytes(content)
            result = sandbox.run(
                [sys.executable, "-I", str(program), str(space.source), *arguments],
                space=space,
                readable=[program, space.source, *readable],
                limits=sandbox.Limits(
                    wall_seconds=3 * seconds,
                    cpu_seconds=seconds,
                    memory_bytes=settings.SANDBOX_MEMORY_BYTES,
                    file_bytes=0,
                    stdout_bytes=output_bytes,
                ),
            )
    except sandbox.SandboxError:
        return None
    return result.stdout if result.returncode == 0 else None
