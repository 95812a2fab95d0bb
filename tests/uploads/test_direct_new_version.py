"""A new version straight to the bucket: a worker inspects it, and only then it takes the place of the source."""

import datetime as dt
import errno
import hashlib
import re
from unittest.mock import Mock

import pytest
from django.core.exceptions import ValidationError
from django.core.files import File
from django.utils import timezone
from wagtail.models import PageLogEntry

from tests import clips, factories
from tests.library.working import IN_ORDER, check_library
from tests.s3_servers import one_server
from tests.uploads import bucket
from tests.uploads import resumable as tus
from video_pages.core.log_actions import LogAction
from video_pages.ingest import finish_upload, replace_from_bucket, versions
from video_pages.library import removal
from video_pages.library.models import DiscardedFile, VideoFile
from video_pages.library.s3 import files as bucket_files
from video_pages.library.storage import GRACE, StorageAway, protected_storage
from video_pages.models import ResumableUpload
from video_pages.transcoding import jobs
from video_pages.transcoding.models import ProcessingJob, State
from video_pages.transcoding.probe import probe
from video_pages.uploads import direct, temporary, tokens
from video_pages.worker import periodic

pytestmark = pytest.mark.django_db


@pytest.fixture
def site(s3_site, settings, top):
    settings.S3_BROWSER_UPLOADS = True
    return s3_site


@pytest.fixture
def film(site):
    """A page with a film that plays."""
    page = factories.make_video("Harbour", video_file=factories.make_video_file(clips.mp4(), ready=False))
    jobs.submit(page.video_file)
    assert jobs.run(page.video_file.job.pk) == State.READY
    page.video_file.refresh_from_db()
    return page


def send(editor, video_file, content):
    """Send `content` as a new version, and say so; return the address of the upload."""
    upload = tus.create(editor, len(content), filename="second cut.mp4", replaces=video_file.pk)
    address = bucket.parts(editor, upload, 1)["addresses"]["1"]
    assert bucket.status_of_put(address, content) == 200
    assert bucket.complete(editor, upload).json()["state"] == "inspecting"
    return upload


def check():
    """Remove what is left over, and check what stays."""
    removal.remove_discarded(now=timezone.now() + GRACE + dt.timedelta(minutes=1))
    return check_library()


def test_it_replaces_the_source_after_a_worker_has_inspected_it(editor, film, django_capture_on_commit_callbacks):
    file, content = film.video_file, clips.mp4(2).read_bytes()
    former, package = file.file.name, file.package
    upload = send(editor, file, content)
    file.refresh_from_db()
    assert (file.source_version, file.file.name) == (1, former), "nothing is replaced before"
    assert tokens.replaced_file(tus.row(upload).token, tus.row(upload).user) is None

    with django_capture_on_commit_callbacks(execute=True):
        assert replace_from_bucket.inspect_all() == 1
    file.refresh_from_db()
    assert (file.source_version, file.sha256, file.video_codec) == (2, hashlib.sha256(content).hexdigest(), "h264")
    assert (file.original_filename, file.size_bytes) == ("second cut.mp4", len(content))
    assert re.search(rf"/{file.uuid.hex}/v2/source-[0-9a-f]{{16}}\.mp4$", file.file.name)
    assert file.package == package and file.plays_earlier_source
    assert editor.get(upload).json()["state"] == "ready"
    assert tokens.replaced_file(tus.row(upload).token, tus.row(upload).user) == file
    assert PageLogEntry.objects.get(page=film.pk, action=LogAction.NEW_VERSION).user == tus.row(upload).user

    assert replace_from_bucket.inspect_all() == 0
    assert jobs.run(ProcessingJob.objects.get().pk) == State.READY
    assert check() == IN_ORDER
    assert not protected_storage().exists(former)
    assert list(DiscardedFile.objects.all()) == []


@one_server
def test_file_that_is_no_film_leaves_the_present_one_and_says_why(editor, film):
    former = film.video_file.file.name
    upload = send(editor, film.video_file, b"no film")
    assert replace_from_bucket.inspect_all() == 1
    payload = editor.get(upload).json()
    assert payload["state"] == "refused" and payload["reason"]
    film.video_file.refresh_from_db()
    assert (film.video_file.file.name, film.video_file.source_version) == (former, 1)
    assert ProcessingJob.objects.get().state == State.READY
    assert check() == IN_ORDER
    assert not protected_storage().exists(tus.row(upload).object_name)


@one_server
def test_it_replaces_nothing_if_the_right_was_taken_away_meanwhile(editor, film):
    """The addresses of the bucket hold for a while, and the worker completes what was sent to them."""
    former, content = film.video_file.file.name, clips.mp4(2).read_bytes()
    upload = tus.create(editor, len(content), filename="second cut.mp4", replaces=film.video_file.pk)
    address = bucket.parts(editor, upload, 1)["addresses"]["1"]
    user = tus.row(upload).user
    user.is_superuser = False
    user.save()
    assert bucket.status_of_put(address, content) == 200
    finish_upload.finish_complete()
    assert replace_from_bucket.inspect_all() == 1
    assert tus.row(upload).refusal
    film.video_file.refresh_from_db()
    assert (film.video_file.file.name, film.video_file.source_version) == (former, 1)


@one_server
def test_bucket_that_is_away_or_a_full_disk_is_waited_for(editor, film, monkeypatch):
    upload = send(editor, film.video_file, clips.mp4(2).read_bytes())
    for error in (StorageAway("away"), OSError(28, "No space left on device")):
        with monkeypatch.context() as broken:
            broken.setattr(bucket_files.transfer, "fetch", lambda *a, e=error, **k: (_ for _ in ()).throw(e))
            assert replace_from_bucket.inspect_all() == 1
        assert editor.get(upload).json()["state"] == "inspecting"
        assert replace_from_bucket.inspect_all() == 0, "not before its time"
        later = timezone.now() + replace_from_bucket.AGAIN_AFTER
        assert [one.pk for one in replace_from_bucket.waiting(later)] == [tus.row(upload).pk]
        ResumableUpload.objects.update(inspected_until=None)
    assert replace_from_bucket.inspect_all() == 1
    assert editor.get(upload).json()["state"] == "ready"


@one_server
def test_worker_that_was_taken_for_dead_replaces_nothing(editor, film, monkeypatch):
    upload = send(editor, film.video_file, clips.mp4(2).read_bytes())
    real = replace_from_bucket.facts_at

    def slow(path, **options):
        ResumableUpload.objects.update(inspected_until=timezone.now() + dt.timedelta(minutes=5))  # another has begun
        return real(path, **options)

    with monkeypatch.context() as slowed:
        slowed.setattr(replace_from_bucket, "facts_at", slow)
        assert replace_from_bucket.inspect_all() == 1
    film.video_file.refresh_from_db()
    assert film.video_file.source_version == 1
    ResumableUpload.objects.update(inspected_until=timezone.now() - dt.timedelta(seconds=1))
    assert replace_from_bucket.inspect_all() == 1
    assert editor.get(upload).json()["state"] == "ready"


@one_server
def test_the_last_of_two_new_versions_stays_and_nothing_of_it_is_removed_with_the_first(
    editor, film, django_capture_on_commit_callbacks
):
    file, content = film.video_file, clips.mp4(3).read_bytes()
    with django_capture_on_commit_callbacks(execute=True):
        send(editor, file, clips.mp4(2).read_bytes())
        upload = tus.create(editor, len(content), filename="third.mp4", replaces=file.pk)
        bucket.status_of_put(bucket.parts(editor, upload, 1)["addresses"]["1"], content)  # into the folder of the first
        assert replace_from_bucket.inspect_all() == 1
    bucket.complete(editor, upload)
    with django_capture_on_commit_callbacks(execute=True), open(clips.webm(), "rb") as stream:
        # One more, through the server, makes the first go.
        versions.replace(VideoFile.objects.get(), File(stream, name="new.webm"), probe(clips.webm()), user=None)
    removal.remove_discarded(now=timezone.now() + GRACE + dt.timedelta(minutes=1))
    with django_capture_on_commit_callbacks(execute=True):
        assert replace_from_bucket.inspect_all() == 1
    file.refresh_from_db()
    assert (file.source_version, file.original_filename) == (4, "third.mp4")
    assert jobs.run(ProcessingJob.objects.get().pk) == State.READY
    assert check() == IN_ORDER


@one_server
def test_periodic_task_joins_it_and_leaves_it_to_the_inspection(editor, film):
    content = clips.mp4(2).read_bytes()
    upload = tus.create(editor, len(content), filename="second.mp4", replaces=film.video_file.pk)
    bucket.status_of_put(bucket.parts(editor, upload, 1)["addresses"]["1"], content)
    assert finish_upload.finish_complete() == 0
    assert protected_storage().exists(tus.row(upload).object_name)
    assert replace_from_bucket.inspect_all() == 1


@one_server
def test_one_that_waits_for_a_worker_longer_than_uploads_live_is_neither_removed_nor_forgotten(editor, film):
    """Sent on Friday evening; the worker is started on Monday, and tidies up before it inspects."""
    upload = send(editor, film.video_file, clips.mp4(2).read_bytes())
    friday = timezone.now() - dt.timedelta(days=3)
    ResumableUpload.objects.update(touched_at=friday)
    DiscardedFile.objects.update(marked_at=friday + direct.UPLOAD_LIFETIME)
    periodic.tidy_uploads(timezone.now())
    periodic.remove_discarded_files(timezone.now())
    assert protected_storage().exists(tus.row(upload).object_name)
    assert replace_from_bucket.inspect_all() == 1
    assert editor.get(upload).json()["state"] == "ready"


@one_server
def test_one_whose_last_part_no_server_has_heard_of_is_not_removed_unasked(editor, film, monkeypatch):
    content = clips.mp4(2).read_bytes()
    upload = tus.create(editor, len(content), filename="second.mp4", replaces=film.video_file.pk)
    bucket.status_of_put(bucket.parts(editor, upload, 1)["addresses"]["1"], content)
    now = timezone.now()
    ResumableUpload.objects.update(touched_at=now - dt.timedelta(days=3))
    with monkeypatch.context() as away:
        away.setattr(direct, "sent_parts", lambda upload: (_ for _ in ()).throw(StorageAway("away")))
        finish_upload.clean_up_uploads(now=now)
    assert ResumableUpload.objects.count() == 1
    assert temporary.remove_expired(now=now) == 0
    assert tus.row(upload).offset_bytes == len(content)


@one_server
@pytest.mark.parametrize(("code", "ends"), [("not_examined", False), ("too-slow", True)])
def test_one_that_can_not_be_examined_is_tried_from_its_first_try_on(editor, film, monkeypatch, code, ends):
    upload = send(editor, film.video_file, clips.mp4(2).read_bytes())
    ResumableUpload.objects.update(touched_at=timezone.now() - dt.timedelta(hours=5))

    def fails(path, **_options):
        raise ValidationError("busy", code=code)

    with monkeypatch.context() as broken:
        broken.setattr(replace_from_bucket, "facts_at", fails)
        for since in (None, dt.timedelta(minutes=50), dt.timedelta(hours=3)):
            if since:
                ResumableUpload.objects.update(not_examined_since=timezone.now() - since, inspected_until=None)
            assert replace_from_bucket.inspect_all() == 1
            assert bool(tus.row(upload).refusal) == (ends and since == dt.timedelta(hours=3))
    if not ends:
        waits = tus.row(upload).inspected_until - timezone.now()
        assert dt.timedelta(minutes=14) < waits < dt.timedelta(minutes=16), "it fetches a large file less often"
        assert protected_storage().exists(tus.row(upload).object_name)


@one_server
def test_one_waits_for_room_on_the_disk_and_is_tried_soon(editor, film, monkeypatch, caplog):
    upload = send(editor, film.video_file, clips.mp4(2).read_bytes())
    ResumableUpload.objects.update(touched_at=timezone.now() - dt.timedelta(hours=5))
    with monkeypatch.context() as full:
        full.setattr("video_pages.ingest.inspection.probe", Mock(side_effect=OSError(errno.ENOSPC, "No space left")))
        assert replace_from_bucket.inspect_all() == 1
    assert "waits for room on the disk" in caplog.text
    row = tus.row(upload)
    assert row.inspected_until - timezone.now() <= replace_from_bucket.AGAIN_AFTER and not row.refusal


@one_server
def test_deleted_film_takes_its_new_version_with_it(editor, film, django_capture_on_commit_callbacks):
    upload = send(editor, film.video_file, clips.mp4(2).read_bytes())
    name = tus.row(upload).object_name
    with django_capture_on_commit_callbacks(execute=True):
        film.delete()
        film.video_file.delete()
    assert replace_from_bucket.inspect_all() == 0
    later = timezone.now() + direct.UPLOAD_LIFETIME + GRACE + dt.timedelta(minutes=1)
    removal.remove_discarded(now=later)
    assert not protected_storage().exists(name)


def test_library_in_files_asks_nothing(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert replace_from_bucket.inspect_all() == 0
