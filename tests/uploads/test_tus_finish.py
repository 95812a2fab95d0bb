"""A complete upload is finished once, however often the server was killed; an unused one is removed."""

import datetime as dt
import hashlib
import os
from pathlib import Path
from unittest.mock import Mock

import pytest
from django.urls import reverse
from django.utils import timezone

from tests import clips, factories
from tests.uploads import resumable as tus
from tests.uploads.forms import fields
from tests.uploads.immutable import immutable
from tests.uploads.wire import in_library
from video_pages.ingest import create, finish_upload
from video_pages.ingest.forms import UploadVideoForm
from video_pages.models import ProcessingJob, ResumableUpload, VideoFile, VideoPage
from video_pages.transcoding import probe, sandbox
from video_pages.transcoding.probe import ProbeTookTooLong
from video_pages.uploads import temporary
from video_pages.uploads.store import UploadLocked, store
from video_pages.worker import periodic

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)


@pytest.fixture
def user():
    return factories.make_superuser()


@pytest.fixture
def editor(user):
    return factories.browser(user)


def an_address_at_the_end(editor, clip=None, **options):
    """An upload whose last byte arrived in a server that was killed before it did anything with it."""
    content = (clip or clips.mp4()).read_bytes()
    address = tus.create(editor, len(content), **options)
    tus.part_of(address).write_bytes(content)
    return address


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

    def test_a_server_killed_while_it_wrote_down_its_doubt_loses_nothing(self, editor):
        address = tus.create(editor, 1000)
        part = tus.part_of(address)
        part.write_bytes(bytes(600))
        part.with_suffix(".unproved").write_text("")
        token = tus.row(address).token
        assert store.length(token) == 600
        with store.locked(token) as locked:
            assert locked.length == 600


class TestTakenIn:
    def test_the_last_byte_makes_a_video_file_that_waits_a_day_for_its_page(self, editor, user):
        address, response = tus.upload(editor, clips.mp4(), filename="salt_flats-final.mp4")
        assert (response.status_code, response["Upload-Offset"]) == (204, str(clips.mp4().stat().st_size))
        video_file = VideoFile.objects.get()
        assert video_file.uploaded_by_user == user
        assert video_file.sha256 == hashlib.sha256(clips.mp4().read_bytes()).hexdigest()
        assert (video_file.title, video_file.original_filename) == ("Salt flats final", "salt_flats-final.mp4")
        assert (video_file.container, video_file.width) == ("mp4", 320)
        assert DAY - dt.timedelta(minutes=1) < video_file.awaits_page_until - timezone.now() <= DAY
        assert ProcessingJob.objects.get().video_file == video_file
        assert tus.row(address).video_file == video_file
        assert tus.parts() == []
        assert os.stat(video_file.file.path).st_nlink == 1
        assert video_file.file.open().read() == clips.mp4().read_bytes()

    def test_its_json_says_what_became_of_it(self, editor):
        address, _response = tus.upload(editor, clips.mp4())
        told = editor.get(address).json()
        assert (told["state"], told["video_file"]) == ("ready", VideoFile.objects.get().pk)
        assert told["token"] in address

    def test_a_title_of_its_own_is_kept(self, editor):
        tus.upload(editor, clips.mp4(), title="Three days")
        assert VideoFile.objects.get().title == "Three days"

    def test_a_file_that_is_no_video_is_refused_with_its_reason_and_leaves_nothing(self, editor, tmp_path):
        lie = tmp_path / "film.mp4"
        lie.write_text("ffconcat version 1.0\nfile 'other.mp4'\n")
        before = in_library()
        address, response = tus.upload(editor, lie)
        assert response.status_code == 204, "the bytes arrived"
        told = editor.get(address).json()
        assert told["state"] == "refused" and "list that points to other files" in told["reason"]
        assert tus.row(address).refusal == told["reason"]
        assert (in_library(), tus.parts(), VideoFile.objects.count()) == (before, [], 0)
        assert tus.ask(editor, address)["Upload-Offset"] == str(lie.stat().st_size)

    def test_a_machine_too_busy_to_look_keeps_the_bytes_and_tries_again(self, editor, monkeypatch):
        def busy(path, **_options):
            raise sandbox.SandboxError

        with monkeypatch.context() as patched:
            patched.setattr("video_pages.ingest.inspection.probe", busy)
            address, response = tus.upload(editor, clips.mp4())
            assert response.status_code == 204
            told = editor.get(address).json()
            assert (told["state"], bool(told["problem"])) == ("inspecting", True)
        assert editor.get(address).json()["state"] == "ready"
        assert VideoFile.objects.count() == 1

    def test_a_server_that_can_not_look_into_any_file_refuses_none_however_long_that_lasts(
        self, editor, tmp_path, monkeypatch
    ):
        """A package is being replaced in place, or an upgrade of the system took a library away."""
        now = timezone.now()
        child = tmp_path / "child.py"
        child.write_text("import a_package_that_is_gone")
        with monkeypatch.context() as broken:
            broken.setattr(probe, "CHILD", child)
            address, response = tus.upload(editor, clips.mp4())
            assert response.status_code == 204
            for hours in (1, 2, 30, 100):
                long_ago = (now - hours * dt.timedelta(hours=1)).timestamp()
                ResumableUpload.objects.update(touched_at=now - hours * dt.timedelta(hours=1))
                os.utime(tus.part_of(address), (long_ago, long_ago))
                periodic.tidy_uploads(now + dt.timedelta(minutes=hours))
                assert editor.get(address).json()["state"] == "inspecting"
            assert tus.part_of(address).read_bytes() == clips.mp4().read_bytes()
        periodic.tidy_uploads(timezone.now())
        assert editor.get(address).json()["state"] == "ready", "its user finds it for a day"

    def test_a_file_that_takes_too_long_is_tried_for_an_hour_from_its_first_try(self, editor, monkeypatch):
        def slow(path, **_options):
            raise ProbeTookTooLong

        address = an_address_at_the_end(editor)
        ResumableUpload.objects.update(touched_at=timezone.now() - 10 * DAY, offset_bytes=clips.mp4().stat().st_size)
        monkeypatch.setattr("video_pages.ingest.inspection.probe", slow)
        for minutes, state in ((0, "inspecting"), (50, "inspecting"), (61, "refused")):
            finish_upload.finish_complete(now=timezone.now() + dt.timedelta(minutes=minutes))
            assert bool(tus.row(address).refusal) == (state == "refused"), minutes

    def test_a_fault_of_the_server_takes_nothing_from_the_hour_of_a_slow_file(self, editor, monkeypatch):
        address = an_address_at_the_end(editor)
        ResumableUpload.objects.update(offset_bytes=clips.mp4().stat().st_size)
        fault, slow = sandbox.SandboxError("no memory to start it"), ProbeTookTooLong()
        now = timezone.now()
        for minutes, error, is_refused in (
            (0, fault, False),
            (120, slow, False),
            (150, fault, False),
            (190, slow, False),
            (240, slow, False),
            (251, slow, True),
        ):
            monkeypatch.setattr("video_pages.ingest.inspection.probe", Mock(side_effect=error))
            finish_upload.finish_complete(now=now + dt.timedelta(minutes=minutes))
            assert bool(tus.row(address).refusal) == is_refused, minutes


class TestKilledAtTheEnd:
    @pytest.mark.parametrize("how", ["head", "patch", "get", "task"])
    def test_whatever_comes_next_finishes_it_once(self, editor, how):
        address = an_address_at_the_end(editor)
        size = clips.mp4().stat().st_size
        for _twice in range(2):
            if how == "head":
                assert tus.ask(editor, address)["Upload-Offset"] == str(size)
            elif how == "patch":
                assert tus.send(editor, address, b"", offset=size).status_code == 204
            elif how == "get":
                assert editor.get(address).json()["state"] == "ready"
            else:
                periodic.tidy_uploads(timezone.now())
        assert VideoFile.objects.count() == 1
        assert tus.parts() == []

    def test_a_file_that_was_linked_into_the_library_and_has_no_row_is_taken_in_again(self, editor):
        address = an_address_at_the_end(editor)
        part = tus.part_of(address)
        os.link(part, part.with_name(f"arriving-{part.name}.upload"))
        assert tus.ask(editor, address).status_code == 200
        assert VideoFile.objects.count() == 1
        assert tus.parts() == []

    def test_a_failure_in_the_middle_leaves_the_bytes_and_the_next_try_succeeds(self, editor, monkeypatch):
        address = an_address_at_the_end(editor)

        def fail(video_file):
            raise RuntimeError("killed")

        with monkeypatch.context() as patched, pytest.raises(RuntimeError):
            patched.setattr(finish_upload.jobs, "submit", fail)
            finish_upload.finish(tus.row(address))
        assert not VideoFile.objects.exists()
        assert tus.part_of(address).read_bytes() == clips.mp4().read_bytes()
        finish_upload.finish(tus.row(address))
        assert VideoFile.objects.get().file.open().read() == clips.mp4().read_bytes()

    def test_a_request_that_finds_another_at_it_says_423_and_writes_nothing(self, editor):
        address = tus.create(editor, 4096)
        with store.locked(tus.row(address).token):
            assert tus.send(editor, address, b"x").status_code == 423
            assert tus.cancel(editor, address).status_code == 423
            assert tus.ask(editor, address)["Upload-Offset"] == "0"
            with pytest.raises(UploadLocked), store.locked(tus.row(address).token):
                pass
        assert tus.send(editor, address, b"x").status_code == 204


class TestReplacing:
    def test_the_row_and_its_pages_stay_and_the_old_film_too_until_the_new_one_is_ready(self, editor):
        page = factories.make_video(video_file=factories.make_video_file(clips.mp4()))
        video_file = page.video_file
        VideoFile.objects.filter(pk=video_file.pk).update(package="0123456789ab", progressive_name="x/film.mp4")
        old_name = video_file.file.name
        tus.upload(editor, clips.silent_mp4(), replaces=video_file.pk)
        video_file.refresh_from_db()
        assert VideoFile.objects.count() == 1
        assert (video_file.source_version, video_file.audio_codec) == (2, "")
        assert video_file.sha256 == hashlib.sha256(clips.silent_mp4().read_bytes()).hexdigest()
        assert (video_file.package, video_file.progressive_name) == ("0123456789ab", "x/film.mp4")
        assert video_file.awaits_page_until is None
        assert ProcessingJob.objects.get().source_version == 2
        assert VideoPage.objects.get().video_file == video_file
        assert os.path.exists(os.path.join(video_file.file.storage.location, old_name))

    def test_a_file_can_be_replaced_again(self, editor):
        video_file = factories.make_video_file(clips.mp4())
        tus.upload(editor, clips.silent_mp4(), replaces=video_file.pk)
        tus.upload(editor, clips.mp4(), replaces=video_file.pk)
        video_file.refresh_from_db()
        assert video_file.source_version == 3

    def test_what_is_no_video_replaces_nothing(self, editor, tmp_path):
        video_file = factories.make_video_file(clips.mp4())
        (tmp_path / "film.mp4").write_text("no film")
        address, _response = tus.upload(editor, tmp_path / "film.mp4", replaces=video_file.pk)
        video_file.refresh_from_db()
        assert (video_file.source_version, editor.get(address).json()["state"]) == (1, "refused")

    def test_nothing_is_replaced_if_the_right_was_taken_away_before_it_is_finished(self, editor, user):
        video_file = factories.make_video_file(clips.mp4())
        address = an_address_at_the_end(editor, clips.silent_mp4(), replaces=video_file.pk)
        user.is_superuser = False
        user.save()
        user.groups.clear()
        assert finish_upload.finish_complete() == 1
        video_file.refresh_from_db()
        assert video_file.source_version == 1 and tus.row(address).refusal


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

    def test_two_at_once_make_one_page_too(self, user):
        video_file = factories.make_video_file(clips.mp4(), user=user)
        VideoFile.objects.update(awaits_page_until=timezone.now() + DAY)
        section = factories.make_section()
        create.create_video(section=section, title="One", video_file=video_file, user=user)
        with pytest.raises(create.ValidationError):
            create.create_video(section=section, title="Two", video_file=video_file, user=user)
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
        address = an_address_at_the_end(editor)
        now = timezone.now()
        long_ago = (now - 3 * DAY).timestamp()
        os.utime(tus.part_of(address), (long_ago, long_ago))
        ResumableUpload.objects.update(touched_at=now - 3 * DAY)
        assert temporary.remove_expired(now=now) == 0, "its row does not know all of its bytes"
        ResumableUpload.objects.update(offset_bytes=clips.mp4().stat().st_size)
        assert temporary.remove_expired(now=now) == 0
        assert editor.get(address).json()["state"] == "ready"

    def test_a_row_that_has_lost_its_complete_bytes_goes_after_a_week(self, editor):
        address = an_address_at_the_end(editor)
        tus.part_of(address).unlink()
        now = timezone.now()
        ResumableUpload.objects.update(touched_at=now - 3 * DAY, offset_bytes=clips.mp4().stat().st_size)
        assert temporary.remove_expired(now=now) == 0
        assert temporary.remove_expired(now=now + 5 * DAY) == 1

    def test_one_that_can_not_be_removed_stops_no_other(self, editor, caplog):
        held, other = an_address_at_the_end(editor), tus.create(editor, 4096)
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

    def test_bytes_whose_row_went_with_its_user_go_an_hour_later(self, editor, user):
        address = tus.create(editor, 4096)
        tus.send(editor, address, b"some")
        part = tus.part_of(address)
        user.delete()
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
