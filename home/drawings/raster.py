"""A drawing as PNG, for icons, which cannot be drawings on every system."""

import sys
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from home.drawings.cleaning import Drawing
from video_pages.transcoding import sandbox
from video_pages.transcoding.workspace import workspace

CHILD = Path(__file__).with_name("raster_child.py")
LONGER_SIDE = 512  # pixels
SECONDS = 10
MAX_PNG_BYTES = 2 * 1024 * 1024

NOT_DRAWN = _("This SVG could not be drawn. Save it with fewer shapes and effects, or choose a PNG.")


def png_of(drawing: Drawing) -> bytes:
    """Return the PNG of `drawing`, its longer side LONGER_SIDE pixels. Raises ValidationError if that takes too much.

    A child of the sandbox draws it, since the time and memory of some shapes, such as a line of tiny dashes, do not
    follow from their number.
    """
    scale = LONGER_SIDE / max(drawing.width, drawing.height)
    size = [str(max(1, round(side * scale))) for side in (drawing.width, drawing.height)]
    try:
        with workspace() as space:
            space.source.write_text(drawing.svg, "utf-8")
            result = sandbox.run(
                [sys.executable, "-I", str(CHILD), str(space.source), *size],
                space=space,
                readable=[CHILD, space.source],
                limits=sandbox.Limits(
                    wall_seconds=3 * SECONDS,
                    cpu_seconds=SECONDS,
                    memory_bytes=settings.SANDBOX_MEMORY_BYTES,
                    file_bytes=0,
                    stdout_bytes=MAX_PNG_BYTES,
                ),
            )
    except sandbox.SandboxError:
        raise ValidationError(NOT_DRAWN, code="not_drawn") from None
    if result.returncode != 0 or not result.stdout.startswith(b"\x89PNG"):
        raise ValidationError(NOT_DRAWN, code="not_drawn")
    return result.stdout
