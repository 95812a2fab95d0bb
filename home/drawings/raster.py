"""A drawing as PNG, for icons, which cannot be drawings on every system."""

from pathlib import Path

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from home.drawings.children import output_of
from home.drawings.cleaning import Drawing

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
    output = output_of(CHILD, drawing.svg.encode(), *size, seconds=SECONDS, output_bytes=MAX_PNG_BYTES)
    if output is None or not output.startswith(b"\x89PNG"):
        raise ValidationError(NOT_DRAWN, code="not_drawn")
    return output
