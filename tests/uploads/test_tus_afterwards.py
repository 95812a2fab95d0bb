"""After a complete upload: a page takes its file, or it is cancelled, or it is removed because nobody used it."""

import datetime as dt
import os
from pathlib import Path

import pytest
from django.urls import reverse
from django.utils import timezone

from tests import clips, factories
from tests.uploads import resumable as tus
from tests.uploads.forms import fields
from tests.uploads.immutable import immutable
from video_pages.ingest import create, finish_upload
from video_pages.ingest.forms import UploadVideoForm
from video_pages.models import ProcessingJob, ResumableUpload, VideoFile, VideoPage
from video_pages.uploads import temporary
from video_pages.worker import periodic

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)


class TestPagesTakeFiles:
    def test_the_upload_screen_makes_a_page_of_it(self, editor):
        section = factories.make_section()
        address, _response = tus.upload(editor, clips.mp4())
        data = fields(section, upload_token=tus.row(address).token, title="Night train", tags="alps, 2026")
        response = editor.post("/admin/videos/upload/", data, headers={"X-Requested-With": "XMLHttpRequest"})
        page = VideoPage.objects.get()
        message = f"“Night train”\nhttp://testserver{page.url}\nPassword: {factories.PASSWORD}"
        assert response.json() == {"leads_to": reverse("videos:index"), "page": page.pk, "message": message}
        assert page.video_file == VideoFile.objects.get()
        assert (page.title, page.video_file.title, page.video_file.awaits_page_until) == ("Night train",) * 2 + (None,)
        assert sorted(tag.name for tag in page.tags.all()) == ["2026", "alps"]
        assert page.check_password(factories.PASSWORD)
        assert ProcessingJob.objects.count() == 1

    def test_a_token_makes_one_page_and_not_two(self, editor):
        section = factories.make_section()
        address, _response = tus.upload(editor, clips.mp4())
        data = fields(section, upload_token=tus.row(address).token)
        script = {"X-Requested-With": "XMLHttpRequest", "Accept": "application/json"}
        assert editor.post("/admin/videos/upload/", data, headers=script).status_code == 200
        again = editor.post("/admin/videos/upload/", data, headers=script)
        assert (again.status_code, [*again.json()["errors"]]) == (422, ["video_file"])
        assert VideoPage.objects.count() == 1

    def test_two_at_once_make_one_page_too(self, admin):
        video_file = factories.make_video_file(clips.mp4(), user=admin)
        VideoFile.objects.update(awaits_page_until=timezone.now() + DAY)
        section = factories.make_section()
        create.create_video(create.NewVideo(section=section, title="One"), video_file, user=admin)
        with pytest.raises(create.ValidationError):
            create.create_video(create.NewVideo(section=section, title="Two"), video_file, user=admin)
        assert VideoPage.objects.get().title == "One"

    def test_a_file_that_another_tab_took_meanwhile_is_said_and_not_failed_over(self, editor, monkeypatch):
        section = factories.make_section()
        address, _response = tus.upload(editor, clips.mp4())
        data = fields(section, upload_token=tus.row(address).token)
        as_it_is = UploadVideoForm.save

        def save_after_the_other_tab(form):
            VideoFile.objects.update(awaits_page_until=None)
            return as_it_is(form)

        monkeypatch.setattr(UploadVideoForm, "save", save_after_the_other_tab)
        script = {"X-Requested-With": "XMLHttpRequest", "Accept": "application/json"}
        answer = editor.post("/admin/videos/upload/", data, headers=script)
        assert (answer.status_code, answer.json()["errors"]["__all__"][0]["code"]) == (422, "taken")
        assert not VideoPage.objects.exists()

    @pytest.mark.parametrize("token", ["x" * 32, "../x", "\x00"])
    def test_an_invented_token_is_refused_beside_the_file(self, editor, token):
        data = fields(factories.make_section(), upload_token=token)
        response = editor.post("/admin/videos/upload/", data)
        assert list(response.context["form"].errors) == ["video_file"]

    def test_anothers_token_is_refused(self, editor):
        address, _response = tus.upload(editor, clips.mp4())
        other = factories.browser(factories.make_superuser("other"))
        data = fields(factories.make_section(), upload_token=tus.row(address).token)
        other.post("/admin/videos/upload/", data)
        assert not VideoPage.objects.exists()

    def test_wagtailmedias_screen_takes_it_into_the_library(self, editor):
        address, _response = tus.upload(editor, clips.mp4())
        data = {"title": "From the library", "tags": "alps", "upload_token": tus.row(address).token}
        response = editor.post(reverse("wagtailmedia:add", args=["video"]), {**data, "collection": 1})
        assert response.status_code == 302, response.context["form"].errors
        video_file = VideoFile.objects.get()
        assert (video_file.title, video_file.awaits_page_until) == ("From the library", None)
        assert video_file.tags.get().name == "alps"
        assert video_file.sha256 and video_file.duration and video_file.uploaded_by_user.username == "admin"

    def test_the_chooser_takes_it_and_chooses_it(self, editor):
        address, _response = tus.upload(editor, clips.mp4())
        prefix = "media-chooser-upload"
        typed = {"title": "Chosen", "upload_token": tus.row(address).token, "collection": 1}
        data = {f"{prefix}-{name}": value for name, value in typed.items()}
        response = editor.post(reverse("wagtailmedia:chooser_upload", args=["video"]), data)
        chosen = response.json()
        assert chosen["step"] == "media_chosen"
        assert chosen["result"]["id"] == VideoFile.objects.get().pk
        assert VideoFile.objects.get().awaits_page_until is None

    def test_the_screen_that_changes_a_file_takes_a_replacement_and_no_other_upload(self, editor):
        video_file = factories.make_video_file(clips.mp4())
        other, _response = tus.upload(editor, clips.mp4())
        right, _response = tus.upload(editor, clips.silent_mp4(), replaces=video_file.pk)
        address = reverse("wagtailmedia:edit", args=[video_file.pk])
        data = {"title": "Second cut", "collection": 1}
        refused = editor.post(address, {**data, "upload_token": tus.row(other).token})
        assert "file" in refused.context["form"].errors
        assert editor.post(address, {**data, "upload_token": tus.row(right).token}).status_code == 302
        video_file.refresh_from_db()
        assert (video_file.title, video_file.source_version) == ("Second cut", 2)


class TestForgotten:
    def test_a_finished_upload_that_is_cancelled_takes_its_waiting_file_along(self, editor):
        address, _response = tus.upload(editor, clips.mp4())
        assert editor.delete(address, headers=tus.VERSION).status_code == 204
        assert not VideoFile.objects.exists()
        assert not ResumableUpload.objects.exists()

    def test_a_file_that_a_page_shows_stays(self, editor):
        address, _response = tus.upload(editor, clips.mp4())
        factories.make_video(video_file=VideoFile.objects.get())
        assert editor.delete(address, headers=tus.VERSION).status_code == 204
        assert VideoFile.objects.count() == 1


class TestTidied:
    def test_an_unfinished_upload_goes_after_a_day_and_a_recent_one_stays(self, editor):
        old, recent = tus.create(editor, 4096), tus.create(editor, 4096)
        for address in (old, recent):
            tus.send(editor, address, b"some")
        now = timezone.now()
        ResumableUpload.objects.filter(pk=tus.row(old).pk).update(touched_at=now - DAY)
        long_ago = (now - DAY - dt.timedelta(minutes=5)).timestamp()
        os.utime(tus.part_of(old), (long_ago, long_ago))
        periodic.tidy_uploads(now)
        assert [upload.token in recent for upload in ResumableUpload.objects.all()] == [True]
        assert len(tus.parts()) == 1

    def test_a_complete_upload_that_nobody_has_examined_stays(self, editor, monkeypatch):
        """The workers were stopped over the weekend, and the web server was killed at the last byte."""
        address = tus.left_at_the_end(editor)
        now = timezone.now()
        long_ago = (now - 3 * DAY).timestamp()
        os.utime(tus.part_of(address), (long_ago, long_ago))
        ResumableUpload.objects.update(touched_at=now - 3 * DAY)
        assert temporary.remove_expired(now=now) == 0, "its row does not know all of its bytes"
        ResumableUpload.objects.update(offset_bytes=clips.mp4().stat().st_size)
        assert temporary.remove_expired(now=now) == 0
        assert editor.get(address).json()["state"] == "ready"

    def test_a_row_that_has_lost_its_complete_bytes_goes_after_a_week(self, editor):
        address = tus.left_at_the_end(editor)
        tus.part_of(address).unlink()
        now = timezone.now()
        ResumableUpload.objects.update(touched_at=now - 3 * DAY, offset_bytes=clips.mp4().stat().st_size)
        assert temporary.remove_expired(now=now) == 0
        assert temporary.remove_expired(now=now + 5 * DAY) == 1

    def test_one_that_can_not_be_removed_stops_no_other(self, editor, caplog):
        held, other = tus.left_at_the_end(editor), tus.create(editor, 4096)
        tus.send(editor, other, b"some")
        part = tus.part_of(held)
        part.write_bytes(b"some")
        now = timezone.now()
        for path in (part, tus.part_of(other)):
            os.utime(path, ((now - 2 * DAY).timestamp(),) * 2)
        ResumableUpload.objects.update(touched_at=now - 2 * DAY)
        with immutable(part):
            assert temporary.remove_expired(now=now) == 1
        assert "could not be removed" in caplog.text and part.exists()

    def test_an_upload_that_is_written_to_slowly_stays(self, editor):
        address = tus.create(editor, 4096)
        tus.send(editor, address, b"some")
        ResumableUpload.objects.update(touched_at=timezone.now() - 2 * DAY)
        assert temporary.remove_expired() == 0
        assert tus.row(address)

    def test_the_hourly_removal_of_broken_forms_leaves_live_uploads_alone(self, editor):
        address = tus.create(editor, 4096)
        tus.send(editor, address, b"some")
        hours_ago = (timezone.now() - dt.timedelta(hours=20)).timestamp()
        os.utime(tus.part_of(address), (hours_ago, hours_ago))
        ResumableUpload.objects.update(touched_at=timezone.now() - dt.timedelta(hours=20))
        periodic.remove_stale_files(timezone.now())
        periodic.tidy_uploads(timezone.now())
        assert tus.ask(editor, address)["Upload-Offset"] == "4"

    def test_bytes_whose_row_went_with_its_user_go_an_hour_later(self, editor, admin):
        address = tus.create(editor, 4096)
        tus.send(editor, address, b"some")
        part = tus.part_of(address)
        admin.delete()
        assert temporary.remove_expired() == 0
        long_ago = (timezone.now() - dt.timedelta(hours=2)).timestamp()
        os.utime(part, (long_ago, long_ago))
        assert temporary.remove_expired() == 1
        assert not Path(part).exists()

    def test_a_file_that_no_page_took_in_a_day_goes(self, editor, django_capture_on_commit_callbacks):
        tus.upload(editor, clips.mp4())
        assert finish_upload.remove_unclaimed() == 0
        assert finish_upload.remove_unclaimed(now=timezone.now() + DAY + dt.timedelta(minutes=1)) == 1
        assert not VideoFile.objects.exists()

    @pytest.mark.parametrize("where", ["page", "draft"])
    def test_a_file_that_a_page_or_a_draft_shows_stays(self, editor, where):
        tus.upload(editor, clips.mp4())
        video_file = VideoFile.objects.get()
        page = factories.make_video(video_file=factories.make_video_file())
        page.video_file = video_file
        if where == "page":
            page.save()
        else:
            page.save_revision()
        assert finish_upload.remove_unclaimed(now=timezone.now() + 2 * DAY) == 0
        video_file.refresh_from_db()
        assert video_file.awaits_page_until is None
