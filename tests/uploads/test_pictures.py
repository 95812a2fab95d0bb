"""Thumbnails are drawn anew: what is hidden in a picture stays out, and bombs don't go off."""

import io
import struct
import zlib

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from PIL import Image

from video_pages.uploads import thumbnails
from video_pages.uploads.files import RefusedFile
from video_pages.uploads.limits import UploadRefusal


def saved(picture, kind, **options):
    file = io.BytesIO()
    picture.save(file, kind, **options)
    return ContentFile(file.getvalue(), name=f"picture.{kind.lower()}")


def redrawn(file):
    return Image.open(io.BytesIO(thumbnails.redraw(file).read()))


def code_of(file):
    with pytest.raises(ValidationError) as refused:
        thumbnails.redraw(file)
    return refused.value.code


def png_that_promises(width, height):
    """A PNG of a few bytes whose header says width x height."""

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    body = chunk(b"IDAT", zlib.compress(b"\0" * 10_000))
    return ContentFile(b"\x89PNG\r\n\x1a\n" + header + body + chunk(b"IEND", b""), name="bomb.png")


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF"])
def test_every_taken_kind_becomes_a_jpeg(kind):
    picture = redrawn(saved(Image.new("RGB", (640, 360), "teal"), kind))
    assert (picture.format, picture.size, picture.mode) == ("JPEG", (640, 360), "RGB")


def test_a_large_picture_is_made_smaller_and_keeps_its_shape():
    assert redrawn(saved(Image.new("RGB", (4000, 2000)), "JPEG")).size == (2560, 1280)


def test_what_was_transparent_becomes_white():
    picture = redrawn(saved(Image.new("RGBA", (20, 20), (255, 0, 0, 0)), "PNG"))
    assert min(picture.getpixel((10, 10))) > 250


def test_place_camera_and_what_follows_the_picture_stay_out():
    exif = Image.Exif()
    exif[0x010F] = "A camera"
    exif[0x8825] = {1: "N", 2: (52.0, 31.0, 0.0)}
    file = saved(Image.new("RGB", (64, 64)), "JPEG", exif=exif, comment=b"a secret")
    hidden = ContentFile(file.read() + b"<script>alert(1)</script>", name="x.jpg")
    written = thumbnails.redraw(hidden).read()
    for secret in (b"camera", b"secret", b"script", b"Exif"):
        assert secret not in written


def test_a_picture_taken_sideways_stands_upright():
    exif = Image.Exif()
    exif[0x0112] = 6
    assert redrawn(saved(Image.new("RGB", (64, 32)), "JPEG", exif=exif)).size == (32, 64)


@pytest.mark.parametrize("size", [(60_000, 60_000), (20_000, 4_000), (2**31 - 1, 1), (9_000, 9_000)])
def test_a_bomb_is_refused_before_it_is_decoded(size):
    assert code_of(png_that_promises(*size)) in ("too_many_pixels", "invalid_image")


def test_more_pixels_than_are_taken_are_refused_with_a_number():
    with pytest.raises(ValidationError) as refused:
        thumbnails.redraw(png_that_promises(10_000, 5_001))
    assert refused.value.messages == ["This picture is too large: at most 50 megapixels are taken."]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not a picture",
        b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
        b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n",
        b"\xff\xd8\xff\xe0" + b"\0" * 100,
        b"GIF89a" + b"\xff" * 100,
        b"RIFF\x10\0\0\0WEBPVP8 " + b"\0" * 20,
    ],
)
def test_what_is_no_picture_is_refused(content):
    assert code_of(ContentFile(content, name="picture.png")) == "invalid_image"


def test_half_a_picture_is_refused():
    whole = saved(Image.effect_noise((400, 400), 90), "PNG").read()
    assert code_of(ContentFile(whole[: len(whole) // 2], name="half.png")) == "invalid_image"


def test_a_picture_that_was_not_taken_says_why():
    assert code_of(RefusedFile("big.png", UploadRefusal("too_large", "Too large."))) == "too_large"
