"""Helpers of the tests of the screens for captions and poster."""

import io

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from tests import factories
from video_pages.library import posters
from video_pages.library.storage import protected_storage

SRT = b"1\n00:00:00,100 --> 00:00:00,900\n<b>Hello</b> & welcome\n"


def captions(page, name=""):
    return f"/admin/videos/{page.pk}/captions/{name}"


def poster(page, name=""):
    return f"/admin/videos/{page.pk}/poster/{name}"


def track_form(content=SRT, *, name="words.srt", **changes):
    """Return the data of a track's form; `content=None` without a file."""
    fields = {"language": "de", "kind": "subtitles", "label": "", **changes}
    return fields if content is None else {**fields, "file": SimpleUploadedFile(name, content)}


def picture(colour="lime", size=(320, 180), kind="PNG"):
    written = io.BytesIO()
    Image.new("RGB", size, colour).save(written, kind)
    return SimpleUploadedFile("picture.png", written.getvalue())


def give_frames(film, colours=("red", "blue")):
    """Give the video file a live package with a frame of each colour."""
    type(film).objects.filter(pk=film.pk).update(package="0123456789ab", frame_count=len(colours))
    film.refresh_from_db()
    for number, colour in enumerate(colours, start=1):
        frame = io.BytesIO()
        Image.new("RGB", (320, 180), colour).save(frame, "JPEG")
        frame.seek(0)
        protected_storage().save(posters.frame_name(film, number), frame)
    return film


def make_film_with_frames():
    """Return a published video whose file has two frames."""
    page = factories.make_video("Salt flats")
    give_frames(page.video_file)
    return page


def codes(response):
    """Return {field: [codes]} of the form in a response."""
    return {name: [error.code for error in found] for name, found in response.context["form"].errors.as_data().items()}


def shown_messages(response):
    """The messages of a response that was followed."""
    return [str(message).strip() for message in response.context["messages"]]


def editor_browser():
    return factories.browser(factories.make_superuser())
