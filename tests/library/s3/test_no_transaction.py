"""No request to the bucket within a transaction: a bucket that hangs would hold SQLite's one write lock for minutes."""

import io

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from PIL import Image

from tests import clips, factories
from tests.s3_servers import one_server
from video_pages.library import identity, posters, services, usage
from video_pages.library.identity import LibraryState
from video_pages.library.models import DiscardedFile, LibraryIdentity, VideoFile
from video_pages.library.s3 import client, outage
from video_pages.library.storage import protected_storage
from video_pages.uploads import limits, resumable

pytestmark = [pytest.mark.django_db(transaction=True), one_server]


@pytest.fixture
def asked(s3_site, monkeypatch):
    """[whether a transaction was open] of each request to the bucket."""
    found, admits = [], outage.Outage.admits

    def noted(self):
        found.append(connection.in_atomic_block)
        return admits(self)

    monkeypatch.setattr(outage.Outage, "admits", noted)
    return found


def jpeg():
    content = io.BytesIO()
    Image.new("RGB", (32, 18), "teal").save(content, "JPEG")
    return content.getvalue()


def test_the_library_gets_its_id_and_is_adopted(asked):
    assert identity.establish() == LibraryState.OURS
    LibraryIdentity.objects.all().delete()
    identity.adopt()
    assert identity.state() == LibraryState.OURS
    assert asked and not any(asked)


def test_posters_are_written(asked, tmp_path):
    path = tmp_path / "poster.jpg"
    path.write_bytes(jpeg())
    video_file = factories.make_video_file(clips.mp4(), ready=False)
    asked.clear()
    assert services.attach_poster(video_file, path, "", version=1)
    assert posters.use_image(VideoFile.objects.get(), jpeg())
    assert asked and not any(asked)
    row = VideoFile.objects.get()
    assert row.poster_is_chosen and row.poster_version == 1 and protected_storage().exists(row.poster_name)
    assert services.attach_poster(video_file, path, "", version=1)
    assert VideoFile.objects.get().poster_is_chosen, "the editor's stays"


def test_the_picture_of_an_editor_stays_if_a_job_writes_its_own_at_the_same_time(asked, tmp_path, monkeypatch):
    path = tmp_path / "poster.jpg"
    path.write_bytes(b"\xff\xd8 drawn by the job")
    video_file = factories.make_video_file(clips.mp4(), ready=False)
    assert services.attach_poster(video_file, path, "", version=1)
    write = services.local_files.write

    def then_the_job(*arguments, **options):
        monkeypatch.setattr(services.local_files, "write", write)
        write(*arguments, **options)
        assert services.attach_poster(video_file, path, "", version=1)

    monkeypatch.setattr(services.local_files, "write", then_the_job)
    assert posters.use_image(video_file, jpeg())
    row = VideoFile.objects.get()
    with protected_storage().open(row.poster_name) as poster:
        assert row.poster_is_chosen and poster.read() == jpeg()


@pytest.mark.parametrize("named", [None, 1])
def test_a_poster_of_a_source_that_was_replaced_meanwhile_is_marked(asked, tmp_path, monkeypatch, named):
    """Unless the row still names it: it is shown until the new source has its own."""
    path = tmp_path / "poster.jpg"
    path.write_bytes(jpeg())
    video_file = factories.make_video_file(clips.mp4(), ready=False)
    write = services.local_files.write

    def slow(*arguments, **options):
        write(*arguments, **options)
        VideoFile.objects.update(source_version=2, poster_version=named)

    monkeypatch.setattr(services.local_files, "write", slow)
    assert not services.attach_poster(video_file, path, "", version=1)
    marked = [mark.name.rsplit("/", 2)[1:] for mark in DiscardedFile.objects.all()]
    assert marked == ([] if named else [["v1", "poster.jpg"]])
    assert VideoFile.objects.get().poster_version == named


def test_uploads_are_announced(asked, settings):
    identity.establish()
    settings.LIBRARY_QUOTA_BYTES = 10**9
    protected_storage().save("old.mp4", ContentFile(b"deleted"))
    protected_storage().delete("old.mp4")
    asked.clear()
    resumable.create(user=factories.make_superuser(), filename="film.mp4", size_bytes=1000)
    assert asked and not any(asked)


def test_the_quota_asks_the_bucket_for_no_deleted_file_and_each_counts_once_it_was_measured(asked, settings):
    identity.establish()
    settings.LIBRARY_QUOTA_BYTES = 10**9
    for number in range(5):
        protected_storage().save(f"{number}.mp4", ContentFile(b"deleted"))
        protected_storage().delete(f"{number}.mp4")
    asked.clear()
    assert limits.quota_left() == 10**9 and asked == []
    assert usage.measure_discarded() == 5
    sent = len(asked)
    assert limits.quota_left() == 10**9 - 5 * len(b"deleted") and len(asked) == sent
    assert usage.measure_discarded() == 0 and len(asked) == sent
    assert usage.bytes_in_use() == 5 * len(b"deleted")
    client.forget_clients()
