"""The administrator who uploads; files of resumable uploads are removed after each test, as rows are rolled back."""

from pathlib import Path

import pytest
from django.conf import settings

from tests import factories
from tests.uploads import resumable
from tests.uploads.bucket import SIZE


@pytest.fixture(autouse=True)
def no_parts_left(own_media_roots):
    yield
    for path in Path(settings.FILE_UPLOAD_TEMP_DIR).glob("*resumable-*"):
        path.unlink()


@pytest.fixture
def user(db):
    """An administrator."""
    return factories.make_superuser()


@pytest.fixture
def admin(user):
    """The browser of `user`."""
    return factories.browser(user)


@pytest.fixture
def upload(site, admin):
    """The address of an upload that `admin` has announced; `site` is the fixture of the test's module."""
    return resumable.create(admin, SIZE, filename="film.mp4")
