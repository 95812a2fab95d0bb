"""An upload to a bucket; files of resumable uploads are removed after each test, as rows are rolled back."""

from pathlib import Path

import pytest
from django.conf import settings

from tests.uploads import resumable
from tests.uploads.bucket import SIZE


@pytest.fixture(autouse=True)
def no_parts_left(own_media_roots):
    yield
    for path in Path(settings.FILE_UPLOAD_TEMP_DIR).glob("*resumable-*"):
        path.unlink()


@pytest.fixture
def upload(site, editor):
    """The address of an upload that `editor` has announced; `site` is the fixture of the test's module."""
    return resumable.create(editor, SIZE, filename="film.mp4")
