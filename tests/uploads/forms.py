"""Forms as a browser sends them from the upload screens."""

from contextlib import contextmanager

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tests import clips, factories

URL = "upload_video"


def fields(section, **changes):
    """The typed fields of the Upload video form."""
    return {
        "title": "A film",
        "password": factories.PASSWORD,
        "section": section.pk,
        "description": "null",
        "publish": "yes",
        **changes,
    }


@contextmanager
def clip_named(name="film.mp4", path=None):
    """An open clip that a browser would call `name`."""
    content = (path or clips.mp4()).read_bytes()
    yield SimpleUploadedFile(name, content, content_type="video/mp4")


def upload(client, section, *, name="film.mp4", path=None, **changes):
    """Send the Upload video form with a clip and return the response."""
    with clip_named(name, path) as video_file:
        data = {"video_file": video_file, **fields(section, **changes)}
        return client.post(reverse(URL), {key: value for key, value in data.items() if value is not None})


def upload_bytes(client, section, content, *, name="film.mp4", **changes):
    """Send the form with these bytes as the file."""
    data = {"video_file": SimpleUploadedFile(name, content), **fields(section, **changes)}
    return client.post(reverse(URL), data)


def errors(response):
    """Return {field: [codes]} of the form in a response."""
    return {name: [error.code for error in found] for name, found in response.context["form"].errors.as_data().items()}
