"""Uploads straight to the bucket: who may, the worker's verdict, the way back through the server, and the screens."""

import datetime as dt
import hashlib
import logging
import re

import pytest
from django.urls import reverse

from tests import clips, factories
from tests.uploads import bucket
from tests.uploads import resumable as tus
from tests.uploads.bucket import unfinished
from tests.wagtail_admin.page_screens import make_editor_of
from video_pages.ingest import finish_object, finish_upload
from video_pages.library.models import VideoFile
from video_pages.models import ResumableUpload
from video_pages.transcoding import processing
from video_pages.transcoding.models import ProcessingJob, State

pytestmark = pytest.mark.django_db

GIB = 1024**3


@pytest.fixture
def site(settings, gateway_site):
    """The storage of a site whose browsers may send to the bucket."""
    settings.S3_BROWSER_UPLOADS = True
    return gateway_site


class TestWho:
    def test_anothers_upload_is_as_little_there_as_none(self, editor, upload):
        bucket.parts(editor, upload)
        other = factories.browser(factories.make_superuser("other"))
        for name in ("parts", "complete", "leave"):
            assert bucket.post(other, f"{upload}{name}/").status_code == 404

    def test_who_may_no_longer_upload_gets_no_address(self, editor, upload):
        user = tus.row(upload).user
        user.is_superuser = False
        user.save()
        assert bucket.post(editor, f"{upload}parts/", numbers=[1]).status_code in (302, 403)

    def test_without_the_setting_it_goes_through_the_server(self, editor, upload, settings):
        settings.S3_BROWSER_UPLOADS = False
        answer = bucket.post(editor, f"{upload}parts/")
        assert (answer.status_code, answer.json()["code"]) == (409, "not_direct")
        assert tus.send(editor, upload, b"x" * 100).status_code == 204

    def test_an_upload_of_which_the_server_has_bytes_stays_there(self, editor, upload):
        tus.send(editor, upload, b"x" * 100)
        assert bucket.post(editor, f"{upload}parts/").json()["code"] == "not_direct"

    def test_the_bytes_of_one_that_goes_to_the_bucket_are_not_taken_here(self, editor, upload):
        bucket.parts(editor, upload)
        assert tus.ask(editor, upload).status_code == 404
        assert tus.send(editor, upload, b"x" * 100).status_code == 404
        assert tus.parts() == []

    def test_an_expired_one_gets_no_address(self, editor, upload):
        row = tus.row(upload)
        ResumableUpload.objects.filter(pk=row.pk).update(touched_at=row.touched_at - dt.timedelta(days=1))
        assert bucket.post(editor, f"{upload}parts/", numbers=[1]).status_code == 410

    def test_each_address_costs_the_same_queries(self, editor, upload, django_assert_num_queries):
        bucket.parts(editor, upload)
        with django_assert_num_queries(5):  # session, user, the right to add, the upload, its time
            bucket.parts(editor, upload, 1)
        with django_assert_num_queries(5):
            bucket.parts(editor, upload, 1, 2, 3)


class TestVerdict:
    def test_the_worker_reads_the_facts_and_the_digest(self, site, editor):
        clip = clips.mp4().read_bytes()
        upload = tus.create(editor, len(clip), filename="film.mp4")
        address = bucket.parts(editor, upload, 1)["addresses"]["1"]
        assert bucket.status_of_put(address, clip) == 200
        assert bucket.complete(editor, upload).json()["state"] == "inspecting"
        processing.run(ProcessingJob.objects.get().pk)
        video_file = VideoFile.objects.get()
        assert (video_file.sha256, video_file.video_codec) == (hashlib.sha256(clip).hexdigest(), "h264")
        assert editor.get(upload).json()["state"] == "ready"

    def test_a_file_that_is_no_film_is_refused_with_its_reason(self, site, editor):
        upload = tus.create(editor, 7, filename="film.mp4")
        assert bucket.status_of_put(bucket.parts(editor, upload, 1)["addresses"]["1"], b"no film") == 200
        bucket.complete(editor, upload)
        processing.run(ProcessingJob.objects.get().pk)
        payload = editor.get(upload).json()
        assert payload["state"] == "refused" and payload["reason"] == ProcessingJob.objects.get().reason != ""

    def test_a_busy_worker_is_not_waited_for_long(self, editor, upload):
        bucket.send(editor, upload, 1, 2, 3)
        bucket.complete(editor, upload)
        ResumableUpload.objects.update(touched_at=tus.row(upload).touched_at - finish_object.INSPECTED_WITHIN)
        assert ProcessingJob.objects.get().state == State.QUEUED
        assert editor.get(upload).json()["state"] == "ready"

    def test_the_list_asks_as_often_for_one_as_for_many(self, editor, site, django_assert_num_queries):
        def make():
            upload = tus.create(editor, 7)
            bucket.status_of_put(bucket.parts(editor, upload, 1)["addresses"]["1"], b"no film")
            bucket.complete(editor, upload)

        make()
        with django_assert_num_queries(4):
            editor.get(reverse("tus_uploads"))
        make()
        with django_assert_num_queries(4):
            assert len(editor.get(reverse("tus_uploads")).json()["uploads"]) == 2


class TestLeave:
    def test_the_same_upload_goes_through_the_server_and_the_operator_reads_why(self, editor, upload, settings, caplog):
        bucket.send(editor, upload, 1)
        with caplog.at_level(logging.WARNING):
            answer = bucket.post(editor, f"{upload}leave/", problem="status 0\nforged line")
        assert (answer.status_code, answer.json()["is_direct"], answer.json()["offset"]) == (200, False, 0)
        (line,) = [record.getMessage() for record in caplog.records if "straight to the bucket" in record.getMessage()]
        assert settings.S3_BUCKET in line and "check_storage --origin http://testserver" in line and "\n" not in line
        assert unfinished(settings) == []
        assert tus.send(editor, upload, b"x" * 100).status_code == 204
        assert tus.row(upload).object_name == ""

    def test_a_library_that_moved_to_files_takes_it_from_the_beginning(self, editor, upload, settings):
        bucket.send(editor, upload, 1)
        settings.LIBRARY_STORAGE = "files"
        assert bucket.post(editor, f"{upload}parts/").status_code == 503
        assert finish_upload.finish_complete() == 0
        assert bucket.post(editor, f"{upload}leave/").json()["is_direct"] is False
        assert tus.send(editor, upload, b"x" * 100).status_code == 204


class TestScreen:
    def test_only_the_screens_that_take_films_may_send_to_the_bucket(self, site, editor, gateway, settings):
        video = factories.make_video("Harbour", section=factories.make_section("Reviews"))

        def connects(path, browser=editor):
            answer = browser.get(path)
            policy = answer["Content-Security-Policy"]
            (sources,) = re.findall(r"connect-src ([^;]*)", policy)
            return sources.split(), b"data-direct" in answer.getvalue()

        own = ("/admin/videos/upload/", "/admin/media/video/add/", f"/admin/videos/{video.pk}/new-version/")
        others = ("/admin/", "/admin/media/")
        assert [connects(path) for path in own] == [(["'self'", gateway.url], True)] * 3
        assert [connects(path) for path in others] == [(["'self'"], False)] * 2
        the_list = "/admin/videos/"
        editor = factories.browser(make_editor_of(video.get_parent(), "change"))
        assert connects(the_list)[0] == ["'self'", gateway.url], "films may be dropped on it"
        for path in (f"{the_list}results/", f"{the_list}?export=csv"):
            assert connects(path)[0] == ["'self'"]
        assert connects(the_list, editor)[0] == ["'self'"], "who may upload nothing"
        settings.S3_BROWSER_UPLOADS = False
        assert [connects(path) for path in own] == [(["'self'"], False)] * 3
        assert connects(the_list)[0] == ["'self'"]
