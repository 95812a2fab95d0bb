"""Uploads straight to the bucket, on two S3 servers: who may, what the server believes, and what is removed."""

import datetime as dt
import re
from urllib.parse import parse_qs, urlsplit

import pytest
from django.urls import reverse

from tests.s3_servers import one_server
from tests.uploads import bucket
from tests.uploads import resumable as tus
from tests.uploads.bucket import PART, SIZE, objects, unfinished
from video_pages.ingest import finish_object, finish_upload
from video_pages.library import local_files, removal
from video_pages.library.models import DiscardedFile, VideoFile
from video_pages.library.s3.client import internal_client
from video_pages.library.s3.outage import outage
from video_pages.models import ResumableUpload
from video_pages.transcoding.models import ProcessingJob
from video_pages.uploads import direct, temporary

pytestmark = pytest.mark.django_db

GIB = 1024**3


@pytest.fixture
def site(s3_site, settings):
    """The storage of a site whose browsers may send to the bucket."""
    settings.S3_BROWSER_UPLOADS = True
    return s3_site


class TestParts:
    @pytest.mark.parametrize(
        ("size", "part", "count"),
        [
            (1, PART, 1),
            (PART, PART, 1),
            (PART + 1, PART, 2),
            (6 * GIB, PART, 1229),
            (40 * GIB, 21 * 1024**2, 1951),
            (1000 * GIB, 103 * 1024**2, 9942),
            (5000 * GIB, 512 * 1024**2, 10_000),
        ],
    )
    def test_their_size_keeps_the_limits_of_s3(self, size, part, count):
        sizes = direct.part_sizes(size)
        assert (direct.part_bytes(size), len(sizes), sum(sizes.values())) == (part, count, size)
        assert len(sizes) <= direct.MAX_PARTS and list(sizes) == list(range(1, count + 1))

    @one_server
    def test_they_are_sent_in_any_order_and_listed_for_another_day(self, editor, upload):
        begun = bucket.parts(editor, upload)
        assert (begun["part_bytes"], begun["sent"], begun["addresses"]) == (PART, [], {})
        bucket.send(editor, upload, 3, 1)
        assert bucket.parts(editor, upload)["sent"] == [1, 3]
        found = editor.get(reverse("tus_uploads")).json()["uploads"][0]
        assert (found["is_direct"], found["offset"], found["state"]) == (True, PART + 1000, "uploading")

    def test_an_address_is_for_one_part_of_its_size_and_ends_in_minutes(self, editor, upload, s3_server):
        addresses = bucket.parts(editor, upload, 1, 3)["addresses"]
        query = parse_qs(urlsplit(addresses["1"]).query)
        assert query["partNumber"] == ["1"] and 60 <= int(query["X-Amz-Expires"][0]) <= 900
        assert re.fullmatch(
            r"\S+/library/[0-9a-f]{2}/[0-9a-f]{32}/v1/source-[0-9a-f]{16}\.mp4", urlsplit(addresses["1"]).path
        )
        if s3_server.name == "moto":
            return  # it checks no signatures
        assert bucket.status_of_put(addresses["1"], b"x" * 1000) == 403
        second = addresses["1"].replace("partNumber=1", "partNumber=2")
        assert bucket.status_of_put(second, bucket.bytes_of(2)) in (0, 403)
        assert bucket.status_of_put(addresses["3"], bucket.bytes_of(3)) == 200

    @one_server
    @pytest.mark.parametrize("numbers", [[0], [4], list(range(1, 18)), ["1"], [True]])
    def test_other_numbers_are_refused(self, editor, upload, numbers):
        assert bucket.post(editor, f"{upload}parts/", numbers=numbers).status_code == 400

    @one_server
    def test_a_body_that_is_no_object_is_refused(self, editor, upload):
        answer = editor.generic("POST", f"{upload}parts/", "[1", content_type="application/json", headers=tus.VERSION)
        assert answer.status_code == 400


class TestComplete:
    def test_the_object_becomes_a_file_that_waits_for_its_page(self, editor, upload, site, settings):
        bucket.send(editor, upload, 1, 2, 3)
        answer = bucket.complete(editor, upload)
        assert (answer.status_code, answer.json()["state"]) == (200, "inspecting")
        video_file = VideoFile.objects.get()
        assert (video_file.size_bytes, video_file.original_filename, video_file.title) == (SIZE, "film.mp4", "Film")
        assert video_file.file.name.startswith(f"{video_file.uuid.hex[:2]}/{video_file.uuid.hex}/v1/source-")
        assert video_file.awaits_page_until and video_file.uploaded_by_user == tus.row(upload).user
        with video_file.file.open() as file:
            assert file.read() == bucket.CONTENT
        assert ProcessingJob.objects.get().video_file == video_file
        assert not DiscardedFile.objects.exists() and unfinished(settings) == []
        assert bucket.complete(editor, upload).status_code == 200
        assert VideoFile.objects.count() == 1

    @one_server
    def test_what_the_bucket_does_not_have_is_not_believed(self, editor, upload):
        bucket.send(editor, upload, 1, 3)
        answer = bucket.complete(editor, upload)
        assert (answer.status_code, answer.json()["code"]) == (409, "parts_missing")
        assert not VideoFile.objects.exists()
        bucket.send(editor, upload, 2)
        assert bucket.complete(editor, upload).status_code == 200

    def test_a_part_of_another_size_does_not_count(self, editor, upload, site):
        bucket.send(editor, upload, 1, 2)
        row = tus.row(upload)
        place = {"Bucket": site.bucket_name, "Key": site.key(row.object_name), "UploadId": row.object_parts}
        internal_client().upload_part(**place, PartNumber=3, Body=b"short")
        assert bucket.complete(editor, upload).json()["code"] == "parts_missing"

    def test_a_server_that_died_after_the_last_part_or_the_join_is_made_up_for(self, editor, upload, site):
        bucket.send(editor, upload, 1, 2, 3)
        row = tus.row(upload)
        direct.join(row)  # and no more
        assert DiscardedFile.objects.get().marked_at > row.touched_at + dt.timedelta(hours=23)
        assert finish_upload.finish_complete() == 1
        assert VideoFile.objects.get().size_bytes == SIZE
        assert not DiscardedFile.objects.exists()

    @one_server
    def test_the_periodic_task_finds_parts_that_no_browser_has_told_of(self, editor, upload):
        bucket.send(editor, upload, 1, 2)
        assert finish_upload.finish_complete() == 0
        bucket.send(editor, upload, 3)
        assert tus.row(upload).offset_bytes < SIZE
        assert finish_upload.finish_complete() == 1

    @one_server
    def test_looking_does_not_make_an_upload_younger(self, editor, upload):
        bucket.send(editor, upload, 1)
        finish_upload.finish_complete()
        before = tus.row(upload).touched_at
        finish_upload.finish_complete()
        assert tus.row(upload).touched_at == before

    @one_server
    def test_who_may_no_longer_add_files_loses_the_object(self, editor, upload, monkeypatch, settings):
        bucket.send(editor, upload, 1, 2, 3)
        monkeypatch.setattr(finish_object, "waiting_collection", lambda user, section: None)
        assert bucket.complete(editor, upload).json()["state"] == "refused"
        assert not VideoFile.objects.exists()
        removal.remove_discarded(grace=dt.timedelta(0))
        assert objects(settings) == []

    @one_server
    def test_a_bucket_that_is_away_is_said_so(self, editor, upload, monkeypatch):
        bucket.send(editor, upload, 1, 2, 3)
        monkeypatch.setattr(outage, "admits", lambda: False)
        for name in ("parts", "complete"):
            answer = bucket.post(editor, f"{upload}{name}/")
            assert (answer.status_code, answer["Retry-After"]) == (503, "10")
        assert finish_upload.finish_complete() == 0
        monkeypatch.undo()
        assert bucket.complete(editor, upload).status_code == 200


class TestRemoved:
    @one_server
    def test_an_abandoned_upload_leaves_nothing(self, editor, upload, settings):
        bucket.send(editor, upload, 1)
        assert len(unfinished(settings)) == 1
        assert tus.cancel(editor, upload).status_code == 204
        assert unfinished(settings) == [] and not ResumableUpload.objects.exists()

    @one_server
    def test_an_expired_one_is_removed_by_the_periodic_task(self, editor, upload, settings):
        bucket.send(editor, upload, 1)
        now = tus.row(upload).touched_at
        assert temporary.remove_expired(now=now + dt.timedelta(hours=23)) == 0
        assert temporary.remove_expired(now=now + dt.timedelta(hours=25)) == 1
        assert unfinished(settings) == [] and not ResumableUpload.objects.exists()

    def test_parts_without_a_row_are_removed_and_those_of_a_long_upload_stay(self, editor, upload, settings):
        bucket.send(editor, upload, 1)
        gone = tus.create(editor, SIZE, filename="gone.mp4")
        bucket.send(editor, gone, 1)
        ResumableUpload.objects.filter(pk=tus.row(gone).pk).delete()  # as with its user
        later = tus.row(upload).touched_at + dt.timedelta(days=2)
        assert local_files.abort_unfinished(before=later, keep=direct.names_in_progress()) == 1
        assert unfinished(settings) == [f"{settings.S3_PREFIX}/{tus.row(upload).object_name}"]

    @one_server
    def test_an_object_that_no_row_names_is_removed_after_its_upload_would_have_expired(self, editor, upload, settings):
        bucket.send(editor, upload, 1, 2, 3)
        row = tus.row(upload)
        direct.join(row)
        ResumableUpload.objects.all().delete()
        removal.remove_discarded(now=row.touched_at + dt.timedelta(hours=12))
        assert len(objects(settings)) == 1
        removal.remove_discarded(now=row.touched_at + dt.timedelta(hours=25))
        assert objects(settings) == []

    def test_parts_that_a_rule_of_the_bucket_has_removed_are_begun_anew(self, editor, upload, site):
        bucket.send(editor, upload, 1)
        row = tus.row(upload)
        site.drop_parts(row.object_name, row.object_parts)
        assert bucket.parts(editor, upload)["sent"] == []
        assert tus.row(upload).object_parts != row.object_parts
        bucket.send(editor, upload, 1, 2, 3)
        assert bucket.complete(editor, upload).status_code == 200

    @one_server
    def test_a_file_that_nobody_takes_goes_with_its_object(
        self, editor, upload, settings, django_capture_on_commit_callbacks
    ):
        bucket.send(editor, upload, 1, 2, 3)
        bucket.complete(editor, upload)
        with django_capture_on_commit_callbacks(execute=True):
            finish_upload.discard(tus.row(upload))
        removal.remove_discarded(grace=dt.timedelta(0))
        assert objects(settings) == [] and not VideoFile.objects.exists()
