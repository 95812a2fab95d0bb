"""Thumbnails: an uploaded image is redrawn from its pixels, and only the new image is shown.

So metadata about places and cameras, data after the end of the image and scripts in an SVG are removed.
"""

import io
import struct
from typing import IO, Any

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps

FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
ACCEPT = "image/jpeg,image/png,image/webp,image/gif"
MAX_BYTES = 20 * 1024 * 1024
MAX_PIXELS = 50_000_000
"""The images of a large camera; 200 MB when decoded."""
MAX_SIZE = (2560, 2560)
POSTER_SIZE = (1280, 1280)
QUALITY = 88
DAMAGED = (OSError, EOFError, SyntaxError, ValueError, TypeError, LookupError, MemoryError, struct.error)
"""The exceptions of Pillow for damaged files; its UnidentifiedImageError is an OSError."""

MESSAGES = {
    "invalid_image": _("This picture can't be read. Choose a JPEG, PNG, WebP or GIF file."),
    "too_many_pixels": _("This picture is too large: at most %(megapixels)d megapixels are taken."),
}


class UnreadableImage(Exception):
    """Pillow can't decode the file."""


def redraw(upload: Any, *, max_size: tuple[int, int] = MAX_SIZE) -> ContentFile:
    """Return the image in the open file `upload` as a new JPEG, upright and of at most `max_size` pixels.

    Raises ValidationError (codes "invalid_image", "too_many_pixels", or that of a refused upload).
    """
    refusal = getattr(upload, "refusal", None)
    if refusal is not None:
        raise ValidationError(refusal.message, code=refusal.code)
    try:
        return ContentFile(_jpeg(upload, max_size), name="thumbnail.jpg")
    except UnreadableImage:
        raise ValidationError(MESSAGES["invalid_image"], code="invalid_image") from None


def _jpeg(upload: IO[bytes], max_size: tuple[int, int]) -> bytes:
    upload.seek(0)
    try:
        with Image.open(upload, formats=FORMATS) as image:
            # Only the header is read so far: a decompression bomb needs memory when it is decoded.
            if image.width * image.height > MAX_PIXELS:
                raise too_many_pixels()
            image.draft("RGB", max_size)
            image.load()
            upright = ImageOps.exif_transpose(image)
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


def _on_white(image: Image.Image) -> Image.Image:
    """Return `image` in RGB; transparent pixels become white."""
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        image = image.convert("RGBA")
        background = Image.new("RGBA", image.size, "white")
        return Image.alpha_composite(background, image).convert("RGB")
    return image.convert("RGB")


def too_many_pixels() -> ValidationError:
    """Return the error for an image with more than MAX_PIXELS."""
    return ValidationError(
        MESSAGES["too_many_pixels"], code="too_many_pixels", params={"megapixels": MAX_PIXELS // 1_000_000}
    )
