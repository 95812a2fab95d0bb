"""Thumbnails: a picture that someone uploaded is never shown itself, only what is drawn anew from its pixels.

So nothing rides along: no place or camera in its metadata, no second file behind it, no script in an SVG.
"""

import io
import struct

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps

FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
ACCEPT = "image/jpeg,image/png,image/webp,image/gif"
MAX_BYTES = 20 * 1024 * 1024
MAX_PIXELS = 50_000_000
"""What a large camera gives; 200 MB when decoded."""
MAX_SIZE = (2560, 2560)
POSTER_SIZE = (1280, 1280)
QUALITY = 88
DAMAGED = (OSError, EOFError, SyntaxError, ValueError, TypeError, LookupError, MemoryError, struct.error)
"""What comes out of Pillow for damaged files; its UnidentifiedImageError is an OSError."""

MESSAGES = {
    "invalid_image": _("This picture can't be read. Choose a JPEG, PNG, WebP or GIF file."),
    "too_many_pixels": _("This picture is too large: at most %(megapixels)d megapixels are taken."),
}


class UnreadableImage(Exception):
    """Pillow could not make pixels of the file."""


def redraw(upload, *, max_size=MAX_SIZE):
    """Return the picture in `upload` as a new JPEG, upright and at most `max_size` pixels wide and high.

    Raises ValidationError (codes "invalid_image", "too_many_pixels", or that of a refused upload).
    """
    refusal = getattr(upload, "refusal", None)
    if refusal is not None:
        raise ValidationError(refusal.message, code=refusal.code)
    try:
        return ContentFile(_jpeg(upload, max_size), name="thumbnail.jpg")
    except UnreadableImage:
        raise ValidationError(MESSAGES["invalid_image"], code="invalid_image") from None


def _jpeg(upload, max_size):
    upload.seek(0)
    try:
        with Image.open(upload, formats=FORMATS) as picture:
            # The header is read, the pixels are not: a bomb goes off only when it is decoded.
            if picture.width * picture.height > MAX_PIXELS:
                raise too_many_pixels()
            picture.draft("RGB", max_size)
            picture.load()
            upright = ImageOps.exif_transpose(picture)
            upright.thumbnail(max_size)
            written = io.BytesIO()
            pixels = _on_white(upright)
            pixels.info = {}  # Pillow would write a comment found in the original into the new file
            pixels.save(written, "JPEG", quality=QUALITY, optimize=True)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise too_many_pixels() from None
    except DAMAGED as error:
        raise UnreadableImage(str(error)) from error
    return written.getvalue()


def _on_white(picture):
    """Return `picture` in RGB; what was transparent becomes white."""
    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        picture = picture.convert("RGBA")
        ground = Image.new("RGBA", picture.size, "white")
        return Image.alpha_composite(ground, picture).convert("RGB")
    return picture.convert("RGB")


def too_many_pixels():
    """The refusal of a picture with more than MAX_PIXELS."""
    return ValidationError(
        MESSAGES["too_many_pixels"], code="too_many_pixels", params={"megapixels": MAX_PIXELS // 1_000_000}
    )
