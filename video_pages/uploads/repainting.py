"""Pictures that come in through Wagtail's own screens, drawn anew in the format that they came in.

An original lies at a public address and is downloaded as it is. So it carries what shows and nothing else: no place,
camera, date or name in its metadata, no thumbnail of an uncropped picture, nothing behind its end.
"""

import io

from django.core.exceptions import ValidationError
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
"""Cameras put several pictures into one JPEG; the first is the one that shows."""
OPTIONS = {"JPEG": {"quality": 92}, "WEBP": {"quality": 90}, "AVIF": {"quality": 90}, "PNG": {"blend": 0}}
USUAL_MILLISECONDS = 100
"""What a frame lasts that does not say it."""


def repaint(upload):
    """Put the picture in the open file `upload` in its own place, drawn anew; return its new size in bytes.

    Returns None, and changes nothing, if the file is no picture in one of FORMATS. Raises ValidationError (codes
    "invalid_image", "too_many_pixels").
    """
    upload.seek(0)
    try:
        with Image.open(upload, formats=FORMATS) as picture:
            frames = picture.n_frames if picture.format in ANIMATED else 1
            # The header is read, the pixels are not: a bomb goes off only when it is decoded.
            if picture.width * picture.height * frames > MAX_PIXELS:
                raise too_many_pixels()
            drawn = _animation(picture) if frames > 1 else _still(picture)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise too_many_pixels() from None
    except UnidentifiedImageError:
        upload.seek(0)
        return None
    except DAMAGED:
        raise ValidationError(MESSAGES["invalid_image"], code="invalid_image") from None
    upload.seek(0)
    upload.truncate()
    upload.write(drawn)
    upload.seek(0)
    return len(drawn)


def _still(picture):
    kind = WRITTEN_AS.get(picture.format, picture.format)
    picture.load()
    upright = _in_srgb(ImageOps.exif_transpose(picture))
    if kind == "JPEG" and upright.mode not in ("L", "RGB"):
        upright = upright.convert("RGB")
    options = dict(OPTIONS.get(kind, {}))
    if "transparency" in upright.info and kind in ("PNG", "GIF"):
        options["transparency"] = upright.info["transparency"]
    return _written(upright, kind, options)


def _animation(picture):
    kind = picture.format
    durations, frames = [], []
    for frame in ImageSequence.Iterator(picture):
        durations.append(frame.info.get("duration") or USUAL_MILLISECONDS)
        frames.append(frame.convert("RGBA"))
    options = dict(OPTIONS.get(kind, {}), save_all=True, append_images=frames[1:], duration=durations)
    if "loop" in picture.info:
        options["loop"] = picture.info["loop"]
    if kind == "GIF":
        options["disposal"] = 2  # each frame is whole, also where it is transparent
    for frame in frames[1:]:
        frame.info = {}
    return _written(frames[0], kind, options)


def _written(picture, kind, options):
    picture.info = {}  # Pillow would write a comment, a profile and others found there
    written = io.BytesIO()
    picture.save(written, kind, **options)
    return written.getvalue()


def _in_srgb(picture):
    """Return `picture` in the colours that are meant without a profile: profiles name devices and people."""
    profile = picture.info.get("icc_profile")
    if not profile or picture.mode not in ("RGB", "RGBA", "CMYK"):
        return picture
    mode = "RGB" if picture.mode == "CMYK" else picture.mode
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        return ImageCms.profileToProfile(picture, source, ImageCms.createProfile("sRGB"), outputMode=mode)
    except (ImageCms.PyCMSError, OSError, ValueError):
        return picture
