"""Redraw the images that are uploaded on Wagtail's own screens, in their own format.

An original has a public address and is downloaded unchanged. So it contains only pixels: no place, camera, date or name
in its metadata, no thumbnail of an uncropped image, nothing after its end.
"""

import io
from typing import IO, Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageCms, ImageOps, ImageSequence, UnidentifiedImageError

from video_pages.uploads.thumbnails import (
    DAMAGED,
    MAX_PIXELS,
    MESSAGES,
    too_many_pixels,
)

FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "AVIF", "TIFF", "BMP")
ANIMATED = ("GIF", "PNG", "WEBP", "AVIF")
WRITTEN_AS = {"MPO": "JPEG"}
"""Cameras put several images into one JPEG; the first is the one that is shown."""
UNREADABLE = (*DAMAGED, ArithmeticError, AssertionError, AttributeError, RuntimeError)
"""Exceptions of Pillow's readers of rare formats for damaged files."""
OTHER_FORMAT = _("Pictures in this format are not accepted. Choose a JPEG, PNG, WebP, GIF, AVIF, TIFF or BMP file.")
OPTIONS: dict[str, dict[str, Any]] = {
    "JPEG": {"quality": 92},
    "WEBP": {"quality": 90},
    "AVIF": {"quality": 90},
    "PNG": {"blend": 0},
}
DEFAULT_FRAME_MILLISECONDS = 100
"""The duration of a frame without one."""


def repaint(upload: IO[bytes]) -> int | None:
    """Replace the image in the open file `upload` by a redrawn one; return its new size in bytes.

    Returns None, and changes nothing, if the file is no image. Raises ValidationError (codes "invalid_image",
    "other_format", "too_many_pixels").
    """
    upload.seek(0)
    try:
        with Image.open(upload, formats=FORMATS) as image:
            frames: int = getattr(image, "n_frames", 1) if image.format in ANIMATED else 1
            # Only the header is read so far: a decompression bomb needs memory when it is decoded.
            if image.width * image.height * frames > MAX_PIXELS:
                raise too_many_pixels()
            drawn = _animation(image) if frames > 1 else _still(image)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise too_many_pixels() from None
    except UnidentifiedImageError:
        _refuse_other_formats(upload)
        upload.seek(0)
        return None
    except DAMAGED:
        raise ValidationError(MESSAGES["invalid_image"], code="invalid_image") from None
    upload.seek(0)
    upload.truncate()
    upload.write(drawn)
    upload.seek(0)
    return len(drawn)


def _refuse_other_formats(upload: IO[bytes]) -> None:
    """Raise ValidationError if the file is an image in a format that is not in FORMATS.

    A form accepts whatever Pillow opens, such as the picture of an account: unchanged, it would be public.
    """
    upload.seek(0)
    try:
        with Image.open(upload):
            pass
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise too_many_pixels() from None
    except UnidentifiedImageError:
        return
    except UNREADABLE:
        raise ValidationError(MESSAGES["invalid_image"], code="invalid_image") from None
    raise ValidationError(OTHER_FORMAT, code="other_format")


def _still(image: Image.Image) -> bytes:
    file_format = _format_of(image)
    image.load()
    upright = _in_srgb(ImageOps.exif_transpose(image))
    if file_format == "JPEG" and upright.mode not in ("L", "RGB"):
        upright = upright.convert("RGB")
    options = dict(OPTIONS.get(file_format, {}))
    if "transparency" in upright.info and file_format in ("PNG", "GIF"):
        options["transparency"] = upright.info["transparency"]
    return _written(upright, file_format, options)


def _animation(image: Image.Image) -> bytes:
    file_format = _format_of(image)
    durations, frames = [], []
    for frame in ImageSequence.Iterator(image):
        durations.append(frame.info.get("duration") or DEFAULT_FRAME_MILLISECONDS)
        frames.append(frame.convert("RGBA"))
    options = dict(OPTIONS.get(file_format, {}), save_all=True, append_images=frames[1:], duration=durations)
    if "loop" in image.info:
        options["loop"] = image.info["loop"]
    if file_format == "GIF":
        options["disposal"] = 2  # each frame is complete, also where it is transparent
    for frame in frames[1:]:
        frame.info = {}
    return _written(frames[0], file_format, options)


def _format_of(image: Image.Image) -> str:
    """Return the format in which `image` is written."""
    file_format = image.format or ""
    return WRITTEN_AS.get(file_format, file_format)


def _written(image: Image.Image, file_format: str, options: dict[str, Any]) -> bytes:
    image.info = {}  # Pillow writes the comment, the profile and other entries of it
    written = io.BytesIO()
    image.save(written, file_format, **options)
    return written.getvalue()


def _in_srgb(image: Image.Image) -> Image.Image:
    """Return `image` in sRGB, the colours of an image without a profile: profiles name devices and people."""
    profile = image.info.get("icc_profile")
    if not profile or image.mode not in ("RGB", "RGBA", "CMYK"):
        return image
    mode = "RGB" if image.mode == "CMYK" else image.mode
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        converted = ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), outputMode=mode)
    except (ImageCms.PyCMSError, OSError, ValueError):
        return image
    return converted or image
