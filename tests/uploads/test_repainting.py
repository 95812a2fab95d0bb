"""Originals of pictures carry no metadata, whichever screen they came in by, and still look as they did."""

import contextlib
import io
from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageCms, PngImagePlugin
from wagtail.images import get_image_model
from wagtail.models import UploadedFile

from tests import factories, fuzz
from video_pages.uploads import repainting

pytestmark = pytest.mark.django_db

MARK = "SECRET-PLACE-47N"
AS_SCRIPT = {"X-Requested-With": "XMLHttpRequest"}
RED, BLUE = (200, 20, 20), (20, 20, 200)


def exif():
    tags = Image.Exif()
    tags[0x010E] = tags[0x0110] = MARK  # description, camera
    tags[0x0112] = 6  # to be turned by 90 degrees
    tags.get_ifd(0x8825)[29] = MARK  # GPS date
    return tags


def picture(kind, size=(40, 20), mode="RGB"):
    """A file with metadata of every sort that `kind` has: its left half is red, its right half blue."""
    image = Image.new(mode, size, RED)
    image.paste(BLUE, (size[0] // 2, 0, *size))
    options = {"exif": exif()}
    if kind in ("JPEG", "GIF"):
        options["comment"] = MARK.encode()
    if kind in ("JPEG", "WEBP", "PNG"):
        options["icc_profile"] = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes() + MARK.encode()
    if kind in ("JPEG", "WEBP", "AVIF"):
        options["xmp"] = f"<x:xmpmeta>{MARK}</x:xmpmeta>".encode()
    if kind == "PNG":
        options["pnginfo"] = PngImagePlugin.PngInfo()
        options["pnginfo"].add_text("Author", MARK)
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue() + MARK.encode()


def upload(kind, **options):
    name = "jpg" if kind == "JPEG" else kind.lower()
    return SimpleUploadedFile(f"holiday.{name}", picture(kind, **options), content_type=f"image/{kind.lower()}")


def repainted(content):
    file = io.BytesIO(content)
    size = repainting.repaint(file)
    assert size == len(file.getvalue())
    return file.getvalue()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF", "AVIF", "TIFF", "BMP"])
def test_what_shows_stays_and_nothing_else_does(kind):
    before = picture(kind)
    assert MARK.encode() in before
    after = repainted(before)
    assert MARK.encode() not in after
    with Image.open(io.BytesIO(after)) as drawn:
        assert drawn.format == kind
        assert kind == "TIFF" or not dict(drawn.getexif())  # which is made of tags
        shown = drawn.convert("RGB")
    turned = kind not in ("GIF", "BMP")  # which have no EXIF
    assert shown.size == ((20, 40) if turned else (40, 20))
    first, last = shown.getpixel((3, 3)), shown.getpixel((shown.width - 4, shown.height - 4))
    assert max(abs(a - b) for a, b in zip(first + last, RED + BLUE, strict=True)) < 40


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "GIF", "AVIF"])
def test_what_is_transparent_stays_so(kind):
    image = Image.new("RGBA", (20, 20), (0, 0, 0, 0))
    image.paste((200, 20, 20, 255), (0, 0, 10, 20))
    file = io.BytesIO()
    image.save(file, kind)
    with Image.open(io.BytesIO(repainted(file.getvalue()))) as drawn:
        shown = drawn.convert("RGBA")
    assert shown.getpixel((2, 10))[3] > 240 and shown.getpixel((17, 10))[3] < 15


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "GIF"])
def test_an_animation_goes_on_moving(kind):
    frames = [Image.new("RGB", (20, 20), colour) for colour in (RED, BLUE, (20, 200, 20))]
    file = io.BytesIO()
    frames[0].save(file, kind, save_all=True, append_images=frames[1:], duration=[100, 200, 300], loop=0)
    with Image.open(io.BytesIO(repainted(file.getvalue()))) as drawn:
        assert drawn.n_frames == 3
        drawn.seek(1)
        assert drawn.convert("RGB").getpixel((10, 10))[2] > 150


def test_what_is_no_picture_is_left_alone():
    file = io.BytesIO(b"/old/,/new/\n")
    assert repainting.repaint(file) is None
    assert file.read() == b"/old/,/new/\n"


def in_other_formats():
    """Files of the formats that Pillow writes and `repainting` does not, with MARK behind the image or in it."""
    Image.init()
    for kind in sorted(set(Image.SAVE) & set(Image.OPEN) - {*repainting.FORMATS, "MPO", "IM"}):  # Pillow drops IM
        file = io.BytesIO()
        for mode in ("RGB", "RGBA", "1", "P"):
            try:
                Image.new(mode, (64, 64), 1 if mode in "1P" else "red").save(file, kind)
            except (OSError, ValueError, KeyError, AttributeError, TypeError, DeprecationWarning):
                continue
            break
        content = file.getvalue() + MARK.encode()
        with contextlib.suppress(OSError), Image.open(io.BytesIO(content)):
            yield kind, content


def test_every_other_format_of_images_is_refused():
    files = dict(in_other_formats())
    assert {"JPEG2000", "TGA", "ICO", "PPM", "DDS", "PCX", "SGI"} <= set(files)
    for kind, content in files.items():
        with pytest.raises(ValidationError) as refused:
            repainting.repaint(io.BytesIO(content))
        assert refused.value.code == "other_format", kind


@fuzz.fuzzed(150)
@given(st.sampled_from(sorted(in_other_formats())), st.data())
def test_a_damaged_file_of_any_format_is_refused_or_no_image(of_kind, data):
    damaged = bytearray(of_kind[1])
    for position in data.draw(st.lists(st.integers(0, min(len(damaged) - 1, 200)), min_size=1, max_size=6)):
        damaged[position] = data.draw(st.integers(0, 255))
    with contextlib.suppress(ValidationError):
        repainting.repaint(io.BytesIO(damaged[: data.draw(st.integers(1, len(damaged)))]))


def test_a_damaged_picture_and_a_bomb_are_refused(monkeypatch):
    with pytest.raises(ValidationError) as refused:
        repainting.repaint(io.BytesIO(picture("PNG", size=(400, 400))[:200]))
    assert refused.value.code == "invalid_image"
    monkeypatch.setattr(repainting, "MAX_PIXELS", 799)
    with pytest.raises(ValidationError) as refused:
        repainting.repaint(io.BytesIO(picture("PNG")))
    assert refused.value.code == "too_many_pixels"


def test_the_frames_of_an_animation_count_together(monkeypatch):
    file = io.BytesIO()
    frames = [Image.new("RGB", (40, 20), colour) for colour in (RED, BLUE)]
    frames[0].save(file, "GIF", save_all=True, append_images=frames[1:])
    monkeypatch.setattr(repainting, "MAX_PIXELS", 1599)
    with pytest.raises(ValidationError) as refused:
        repainting.repaint(file)
    assert refused.value.code == "too_many_pixels"
    monkeypatch.setattr(repainting, "MAX_PIXELS", 1600)
    assert repainting.repaint(file)


class TestScreens:
    @pytest.fixture
    def client(self):
        return factories.browser(factories.make_superuser())

    def public_files(self):
        files = [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]
        assert files
        return b"".join(path.read_bytes() for path in files)

    def test_the_screen_for_one_image(self, client):
        address = reverse("wagtailimages:add")
        client.post(address, {"title": "Holiday", "file": upload("JPEG"), "tags": ""})
        image = get_image_model().objects.get()
        assert (image.width, image.height) == (20, 40)
        assert image.file_size == image.file.size < len(picture("JPEG"))
        assert MARK.encode() not in self.public_files()

    def test_the_screen_for_many(self, client):
        response = client.post(reverse("wagtailimages:add_multiple"), {"files[]": upload("PNG")}, headers=AS_SCRIPT)
        assert response.json()["success"]
        assert MARK.encode() not in self.public_files()

    def test_an_image_that_waits_for_its_title(self, client):
        response = client.post(
            reverse("wagtailimages:add_multiple"),
            {"title": "x" * 300, "files[]": upload("WEBP")},
            headers=AS_SCRIPT,
        )
        assert response.json()["success"] and UploadedFile.objects.exists()
        assert MARK.encode() not in self.public_files()

    def test_the_chooser_and_a_new_file_for_an_old_image(self, client):
        fields = {"title": "Holiday", "tags": "", "file": upload("GIF")}
        in_chooser = {f"image-chooser-upload-{name}": value for name, value in fields.items()}
        client.post(reverse("wagtailimages_chooser:create"), in_chooser)
        image = get_image_model().objects.get()
        client.post(reverse("wagtailimages:edit", args=(image.pk,)), {**fields, "file": upload("AVIF")})
        image.refresh_from_db()
        assert image.file.name.endswith(".avif")
        assert MARK.encode() not in self.public_files()

    def test_the_picture_of_an_account(self, client):
        name = {"name_email-first_name": "A", "name_email-last_name": "B", "name_email-email": "a@example.org"}
        look = {"theme-theme": "system", "theme-contrast": "system", "theme-density": "default"}
        fields = {"avatar-avatar": upload("TIFF"), **name, **look}
        assert client.post(reverse("wagtailadmin_account"), fields).status_code == 302
        assert MARK.encode() not in self.public_files()

    @pytest.mark.parametrize("kind", ["ICO", "JPEG2000", "PPM", "TGA"])
    @pytest.mark.parametrize("name", ["a.png", "a.jp2"])
    def test_no_screen_publishes_an_image_in_another_format(self, client, kind, name):
        content = dict(in_other_formats())[kind]
        before = set(Path(settings.MEDIA_ROOT).rglob("*"))

        def sent():
            return SimpleUploadedFile(name, content, content_type="image/png")

        account = {"name_email-first_name": "A", "name_email-last_name": "B", "name_email-email": "a@example.org"}
        account |= {"theme-theme": "system", "theme-contrast": "system", "theme-density": "default"}
        answer = client.post(reverse("wagtailadmin_account"), {"avatar-avatar": sent(), **account}, follow=True)
        assert "Pictures in this format are not accepted" in answer.content.decode()
        fields = {"title": "Holiday", "tags": ""}
        client.post(reverse("wagtailimages:add"), {**fields, "file": sent()})
        client.post(reverse("wagtailimages:add_multiple"), {"title": "x", "files[]": sent()}, headers=AS_SCRIPT)
        in_chooser = {f"image-chooser-upload-{field}": value for field, value in {**fields, "file": sent()}.items()}
        client.post(reverse("wagtailimages_chooser:create"), in_chooser)
        assert not get_image_model().objects.exists() and not UploadedFile.objects.exists()
        assert set(Path(settings.MEDIA_ROOT).rglob("*")) == before

    def test_a_damaged_one_is_refused_with_a_reason(self, client):
        file = SimpleUploadedFile("holiday.png", picture("PNG", size=(400, 400))[:200], content_type="image/png")
        response = client.post(reverse("wagtailimages:add"), {"title": "Holiday", "file": file, "tags": ""})
        assert response.status_code == 200
        assert "This picture can&#x27;t be read" in response.content.decode()
        assert not get_image_model().objects.exists()
