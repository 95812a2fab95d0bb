"""A complete upload makes or replaces a video file once, however often the server was killed."""

import datetime as dt
import hashlib
import os
from unittest.mock import Mock

import pytest
from django.utils import timezone

from tests import clips, factories
from tests.uploads import resumable as tus
from tests.uploads.wire import in_library
from video_pages.ingest import finish_upload
from video_pages.models import ProcessingJob, ResumableUpload, VideoFile, VideoPage
from video_pages.transcoding import probe, sandbox
from video_pages.transcoding.probe import ProbeTookTooLong
from video_pages.uploads.store import UploadLocked, store
from video_pages.worker import periodic

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)


class TestTakenIn:
    def test_the_last_byte_makes_a_video_file_that_waits_a_day_for_its_page(self, editor, admin):
        address, response = tus.upload(editor, clips.mp4(), filename="salt_flats-final.mp4")
        assert (response.status_code, response["Upload-Offset"]) == (204, str(clips.mp4().stat().st_size))
        video_file = VideoFile.objects.get()
        assert video_file.uploaded_by_user == admin
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
        payload = editor.get(address).json()
        assert (payload["state"], payload["video_file"]) == ("ready", VideoFile.objects.get().pk)
        assert payload["token"] in address

    def test_a_title_of_its_own_is_kept(self, editor):
        tus.upload(editor, clips.mp4(), title="Three days")
        assert VideoFile.objects.get().title == "Three days"

    def test_a_file_that_is_no_video_is_refused_with_its_reason_and_leaves_nothing(self, editor, tmp_path):
        lie = tmp_path / "film.mp4"
        lie.write_text("ffconcat version 1.0\nfile 'other.mp4'\n")
        before = in_library()
        address, response = tus.upload(editor, lie)
        assert response.status_code == 204, "the bytes arrived"
        payload = editor.get(address).json()
        assert payload["state"] == "refused" and "list that points to other files" in payload["reason"]
        assert tus.row(address).refusal == payload["reason"]
        assert (in_library(), tus.parts(), VideoFile.objects.count()) == (before, [], 0)
        assert tus.ask(editor, address)["Upload-Offset"] == str(lie.stat().st_size)

    def test_a_machine_too_busy_to_look_keeps_the_bytes_and_tries_again(self, editor, monkeypatch):
        def busy(path, **_options):
            raise sandbox.SandboxError

        with monkeypatch.context() as patched:
            patched.setattr("video_pages.ingest.inspection.probe", busy)
            address, response = tus.upload(editor, clips.mp4())
            assert response.status_code == 204
            payload = editor.get(address).json()
            assert (payload["state"], bool(payload["problem"])) == ("inspecting", True)
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

        address = tus.left_at_the_end(editor)
        ResumableUpload.objects.update(touched_at=timezone.now() - 10 * DAY, offset_bytes=clips.mp4().stat().st_size)
        monkeypatch.setattr("video_pages.ingest.inspection.probe", slow)
        for minutes, state in ((0, "inspecting"), (50, "inspecting"), (61, "refused")):
            finish_upload.finish_complete(now=timezone.now() + dt.timedelta(minutes=minutes))
            assert bool(tus.row(address).refusal) == (state == "refused"), minutes

    def test_a_fault_of_the_server_takes_nothing_from_the_hour_of_a_slow_file(self, editor, monkeypatch):
        address = tus.left_at_the_end(editor)
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
        address = tus.left_at_the_end(editor)
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
        address = tus.left_at_the_end(editor)
        part = tus.part_of(address)
        os.link(part, part.with_name(f"arriving-{part.name}.upload"))
        assert tus.ask(editor, address).status_code == 200
        assert VideoFile.objects.count() == 1
        assert tus.parts() == []

    def test_a_failure_in_the_middle_leaves_the_bytes_and_the_next_try_succeeds(self, editor, monkeypatch):
        address = tus.left_at_the_end(editor)

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

    def test_a_server_killed_while_it_wrote_down_its_doubt_loses_nothing(self, editor):
        address = tus.create(editor, 1000)
        part = tus.part_of(address)
        part.write_bytes(bytes(600))
        part.with_suffix(".unproved").write_text("")
        token = tus.row(address).token
        assert store.length(token) == 600
        with store.locked(token) as locked:
            assert locked.length == 600


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

    def test_nothing_is_replaced_if_the_right_was_taken_away_before_it_is_finished(self, editor, admin):
        video_file = factories.make_video_file(clips.mp4())
        address = tus.left_at_the_end(editor, clips.silent_mp4(), replaces=video_file.pk)
        admin.is_superuser = False
        admin.save()
        admin.groups.clear()
        assert finish_upload.finish_complete() == 1
        video_file.refresh_from_db()
        assert video_file.source_version == 1 and tus.row(address).refusal
