"""Removal of deleted files: one that can't be removed keeps its mark and stops no other."""

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone

from tests import clips, factories
from tests.uploads.immutable import immutable
from video_pages.library import packages, removal, usage
from video_pages.library.models import DiscardedFile, VideoFile
from video_pages.library.storage import GRACE, protected_storage
from video_pages.transcoding import jobs
from video_pages.transcoding.models import State
from video_pages.uploads import direct
from video_pages.worker import periodic

pytestmark = pytest.mark.django_db


def later():
    return timezone.now() + 2 * GRACE


def deleted(*names):
    storage = protected_storage()
    for name in names:
        storage.save(name, ContentFile(b"film"))
        storage.delete(name)


def test_a_file_that_can_not_be_removed_stops_no_other_and_is_tried_again(caplog):
    deleted("first.mp4", "second.mp4")
    storage = protected_storage()
    with immutable(storage.path("first.mp4")):
        assert removal.remove_discarded(now=later()) == 1
        assert storage.exists("first.mp4") and not storage.exists("second.mp4")
        assert "1 deleted files" in caplog.text and "first.mp4" in caplog.text and "not permitted" in caplog.text
        assert [mark.name for mark in DiscardedFile.objects.all()] == ["first.mp4"]
        assert usage.bytes_in_use() == 4, "its bytes are there still"
    assert removal.remove_discarded(now=later()) == 1
    assert not storage.exists("first.mp4") and not DiscardedFile.objects.exists()


def test_a_folder_of_which_a_file_stays_keeps_its_mark():
    video_file = factories.make_video_file(clips.mp4(), ready=False)
    jobs.submit(video_file)
    assert jobs.run(video_file.job.pk) == State.READY
    video_file.refresh_from_db()
    packages.discard(video_file, video_file.package)
    VideoFile.objects.update(package="", progressive_name="")
    folder = DiscardedFile.objects.get().name
    storage = protected_storage()
    held = f"{folder}/{storage.listdir(folder)[1][0]}"
    with immutable(storage.path(held)):
        assert removal.remove_discarded(now=later()) == 0
        assert DiscardedFile.objects.get().name == folder
    assert removal.remove_discarded(now=later()) == 1
    assert not DiscardedFile.objects.exists() and not storage.exists(folder)


def test_a_mark_that_is_to_be_kept_stays():
    deleted("new version.mp4")
    assert removal.remove_discarded(now=later(), keep={"new version.mp4"}) == 0
    assert protected_storage().exists("new version.mp4") and DiscardedFile.objects.count() == 1


def test_the_source_of_a_deleted_or_replaced_film_is_marked_with_its_row():
    """A process that is killed after the commit has nothing to do any more."""
    video_file = factories.make_video_file(clips.mp4())
    name = video_file.file.name
    video_file.delete()
    assert DiscardedFile.objects.get().name == name, "before the end of the transaction"
    assert DiscardedFile.objects.get().size_bytes == clips.mp4().stat().st_size


def test_the_worker_spares_what_waits_for_a_verdict(monkeypatch):
    deleted("new version.mp4", "old.mp4")
    DiscardedFile.objects.update(marked_at=timezone.now() - 2 * GRACE)
    monkeypatch.setattr(direct, "names_in_progress", lambda: {"new version.mp4"})
    periodic.remove_discarded_files(timezone.now())
    assert [mark.name for mark in DiscardedFile.objects.all()] == ["new version.mp4"]
