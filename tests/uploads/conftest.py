"""Remove the files of resumable uploads after each test: rows are rolled back, files are not."""

from pathlib import Path

import pytest
from django.conf import settings


@pytest.fixture(autouse=True)
def no_parts_left(own_media_roots):
    yield
    for path in Path(settings.FILE_UPLOAD_TEMP_DIR).glob("*resumable-*"):
        path.unlink()
