"""Files of broken connections are removed; files that are still being received are kept."""

import datetime as dt
import os
from pathlib import Path

import pytest
from django.utils import timezone

from tests import factories
from video_pages.models import ResumableUpload
from video_pages.uploads.files import ArrivedFile
from video_pages.uploads.store import PartStore
from video_pages.uploads.temporary import remove_expired, remove_stale_uploads


def test_only_uploads_that_nobody_writes_to_any_more_are_removed(settings):
    directory = Path(settings.FILE_UPLOAD_TEMP_DIR)
    now = timezone.now()
    arriving, forgotten = ArrivedFile("film.mp4"), ArrivedFile("old.mp4")
    foreign = directory / "note.txt"
    foreign.touch()
    two_hours_ago = (now - dt.timedelta(hours=2)).timestamp()
    for path in (forgotten.temporary_file_path(), foreign):
        os.utime(path, (two_hours_ago, two_hours_ago))
    assert remove_stale_uploads(now=now) == 1
    assert os.path.exists(arriving.temporary_file_path())
    assert not os.path.exists(forgotten.temporary_file_path())
    assert foreign.exists()
    assert remove_stale_uploads(now=now + dt.timedelta(hours=3)) == 1
    arriving.close()
    forgotten.close()


def test_an_upload_that_is_being_taken_in_keeps_its_second_name_however_old_its_bytes_are():
    now = timezone.now()
    with PartStore().locked("x" * 32) as part:
        part.append(b"bytes")
        with part.as_upload("film.mp4") as file:
            assert file.temporary_file_path() != str(part.path)
            assert remove_stale_uploads(now=now + dt.timedelta(days=2)) == 0
            assert os.path.exists(file.temporary_file_path())
        part.remove()
        assert not os.path.exists(file.temporary_file_path())


@pytest.mark.django_db
def test_a_directory_that_is_not_there_yet_holds_nothing(settings, tmp_path):
    settings.FILE_UPLOAD_TEMP_DIR = tmp_path / "none"
    assert remove_stale_uploads() == 0


def test_the_temporary_name_holds_nothing_of_the_typed_one():
    with ArrivedFile("../" + "x" * 300 + "." + "y" * 300) as arrived:
        # The random part of the name may hold two of a letter; it never holds ten.
        assert "x" * 10 not in arrived.temporary_file_path()
        assert "y" * 10 not in arrived.temporary_file_path()


@pytest.mark.django_db
def test_a_complete_upload_in_a_bucket_that_the_library_has_left_ends_after_a_week():
    """Its editor could only cancel it: no worker inspects it, and it counted as unfinished."""
    size = {"size_bytes": 5, "offset_bytes": 5}
    upload = ResumableUpload.objects.create(
        user=factories.make_superuser(), filename="film.mp4", object_name="films/source.mp4", **size
    )
    now = upload.touched_at
    assert remove_expired(now=now + dt.timedelta(days=6)) == 0
    assert remove_expired(now=now + dt.timedelta(days=8)) == 1
    assert not ResumableUpload.objects.exists()
