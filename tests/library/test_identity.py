"""The library's identity: a missing mount and another's library are noticed before anything is lost."""

import datetime as dt
import shutil
import uuid

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError
from django.test import override_settings
from django.utils import timezone

from tests import clips, factories
from video_pages.library import identity
from video_pages.library.identity import LibraryState
from video_pages.library.models import LibraryIdentity
from video_pages.models import PeriodicRun, ProcessingJob, VideoFile
from video_pages.transcoding import jobs
from video_pages.transcoding.models import State
from video_pages.uploads import limits
from video_pages.worker import periodic
from video_pages.worker.loop import Worker

pytestmark = pytest.mark.django_db


@pytest.fixture
def unmounted(library_root):
    """A library with a video, whose disk is not mounted: the directory is there and empty."""
    video_file = factories.make_video_file(clips.mp4(), ready=False)
    jobs.submit(video_file)
    assert identity.establish() == LibraryState.OURS
    for entry in library_root.iterdir():
        shutil.rmtree(entry) if entry.is_dir() else entry.unlink()
    return video_file


class TestState:
    def test_new_library_is_usable_and_becomes_the_databases_own(self, library_root):
        assert identity.state() == LibraryState.NEW
        assert identity.establish() == LibraryState.OURS
        assert (library_root / identity.NAME).read_text().startswith(str(LibraryIdentity.objects.get().identity))

    def test_second_worker_changes_nothing(self, library_root):
        identity.establish()
        before = (library_root / identity.NAME).read_text()
        assert identity.establish() == LibraryState.OURS
        assert (library_root / identity.NAME).read_text() == before

    def test_library_from_before_there_was_an_identity_gets_one(self):
        factories.make_video_file()
        assert identity.establish() == LibraryState.OURS

    def test_library_that_was_emptied_before_its_first_video_is_a_new_one(self, library_root):
        identity.establish()
        (library_root / identity.NAME).unlink()
        assert identity.establish() == LibraryState.OURS

    def test_missing_mount_is_no_new_library(self, unmounted, library_root):
        assert identity.state() == LibraryState.MISSING
        assert identity.establish() == LibraryState.MISSING
        assert not (library_root / identity.NAME).exists()

    @pytest.mark.parametrize("text", ["7d6b4b6a-4b0f-4c0e-9c58-0d2a2b1c9f11\n", "", "ä\n", "no id", "\0" * 5000])
    def test_file_with_another_id_or_none_is_another_library(self, library_root, text):
        identity.establish()
        (library_root / identity.NAME).write_bytes(text.encode())
        assert identity.state() == LibraryState.FOREIGN
        assert identity.establish() == LibraryState.FOREIGN

    def test_new_database_does_not_take_over_a_full_library(self, library_root):
        identity.establish()
        LibraryIdentity.objects.all().delete()
        assert identity.establish() == LibraryState.FOREIGN

    @pytest.mark.parametrize("is_of_another", [False, True])
    def test_library_whose_row_could_not_be_written_stays_new(self, library_root, monkeypatch, is_of_another):
        """A database that is locked at the first start; the worker tries it again."""

        def fails(own):
            if is_of_another:
                (library_root / identity.NAME).write_text(f"{uuid.uuid4()}\n")
            raise OperationalError("database is locked")

        with monkeypatch.context() as locked:
            locked.setattr(identity, "_write_row", fails)
            with pytest.raises(OperationalError):
                identity.establish()
        assert (library_root / identity.NAME).exists() == is_of_another
        assert identity.establish() == (LibraryState.FOREIGN if is_of_another else LibraryState.OURS)

    def test_database_restored_without_its_identity_knows_its_sources(self):
        factories.make_video_file()
        identity.establish()
        LibraryIdentity.objects.all().delete()
        assert identity.establish() == LibraryState.OURS


class TestWithoutTheLibrary:
    def test_no_job_is_begun_and_none_fails(self, unmounted):
        assert jobs.run(unmounted.job.pk) is None
        job = ProcessingJob.objects.get()
        assert (job.state, job.attempt) == (State.QUEUED, 0)

    def test_worker_that_waits_for_idle_ends(self, unmounted, caplog):
        Worker().run_until_idle()
        assert "probably not mounted" in caplog.text
        assert ProcessingJob.objects.get().state == State.QUEUED

    def test_no_upload_is_taken(self, unmounted):
        limit = limits.video_limit()
        assert (limit.max_bytes, limit.code) == (0, limits.LIBRARY_UNAVAILABLE)
        assert "not reachable" in limits.describe(limit)

    def test_nothing_is_tidied_away_and_other_periodic_work_goes_on(self, unmounted):
        names = periodic.run_due_tasks(now=timezone.now())
        assert "publish_scheduled" in names
        assert not {"remove_discarded_files", "tidy_uploads", "submit_forgotten_files"} & set(names)
        assert not PeriodicRun.objects.exclude(last_error="").exists()

    def test_check_library_reports_the_mount_and_not_every_file(self, unmounted):
        with pytest.raises(CommandError, match="probably not mounted"):
            call_command("check_library", mend=True)
        assert VideoFile.objects.count() == 1

    def test_everything_goes_on_when_the_disk_is_back(self, unmounted, library_root):
        (library_root / identity.NAME).write_text(f"{LibraryIdentity.objects.get().identity}\n")
        assert identity.state() == LibraryState.OURS
        assert "tidy_uploads" in periodic.run_due_tasks(now=timezone.now())

    def test_operator_may_declare_it_the_databases_own(self, unmounted):
        with pytest.raises(CommandError, match="problem"):  # the source is gone
            call_command("check_library", adopt=True)
        assert identity.state() == LibraryState.OURS


@pytest.fixture
def unreadable(library_root):
    """A library whose identity can not be read, as on a failing share: a link to itself, also for root."""
    jobs.submit(factories.make_video_file(clips.mp4(), ready=False))
    identity.establish()
    (library_root / identity.NAME).rename(library_root / "kept")
    (library_root / identity.NAME).symlink_to(library_root / identity.NAME)
    return library_root


def restore(library_root):
    (library_root / identity.NAME).unlink()
    (library_root / "kept").rename(library_root / identity.NAME)


class TestUnreadable:
    """An error of the system says nothing about the library, neither that it is missing nor that it is another one."""

    def test_it_is_away_and_told_once(self, unreadable, caplog):
        with caplog.at_level("WARNING"):
            assert {identity.state() for _second in range(3)} == {LibraryState.AWAY}
            assert identity.establish() == LibraryState.AWAY
        assert caplog.text.count("The library can't be used") == 1
        text = identity.describe(LibraryState.AWAY)
        assert "can't be read at the moment" in text and "symbolic links" in text and "check_storage" not in text

    def test_one_that_can_not_be_written_gets_no_id(self, library_root, caplog):
        (library_root / "a file").write_text("")
        settings_root = library_root / "a file" / "library"
        with override_settings(PROTECTED_ROOT=settings_root):
            assert identity.establish() == LibraryState.AWAY
        assert not LibraryIdentity.objects.exists()

    def test_worker_waits_and_goes_on_when_it_is_back(self, unreadable):
        worker = Worker()
        assert not worker.establish_library()
        assert not worker.slots.run_one(worker.slots.stages)
        worker._inspect_new_versions()
        worker._run_periodic()
        job = ProcessingJob.objects.get()
        assert (job.state, job.attempt) == (State.QUEUED, 0) and "can't be used at the moment" in job.reason
        assert not PeriodicRun.objects.exclude(last_error="").exists()
        assert PeriodicRun.objects.filter(name="publish_scheduled", last_finished_at__isnull=False).exists()
        restore(unreadable)
        assert worker.slots.drain() == 1
        assert ProcessingJob.objects.get().state == State.READY

    def test_requests_say_so_and_none_fails(self, unreadable, client):
        assert limits.video_limit().code == limits.LIBRARY_UNAVAILABLE
        response = client.get("/healthz/ready")
        assert (response.status_code, response.json()["library"]) == (503, "away")
        with pytest.raises(CommandError, match="can't be read at the moment"):
            call_command("check_library")
        with pytest.raises(CommandError, match="can't be read or written"):
            call_command("check_library", adopt=True)

    def test_worker_that_runs_until_idle_does_not_spin_while_it_waits(self, unreadable, monkeypatch):
        restore(unreadable)
        worker, asked = Worker(), []

        def goes_away():
            (unreadable / identity.NAME).rename(unreadable / "kept")
            (unreadable / identity.NAME).symlink_to(unreadable / identity.NAME)

        drain, pause = worker.slots.drain, worker._pause
        monkeypatch.setattr(worker, "_inspect_new_versions", goes_away)
        monkeypatch.setattr(worker.slots, "drain", lambda: (asked.append(1), drain())[1])

        def paused(seconds):
            pause(0)
            if len(asked) == 3:
                restore(unreadable)

        monkeypatch.setattr(worker, "_pause", paused)
        monkeypatch.setattr(jobs, "sweep", lambda: worker.stop() if len(asked) > 20 else None)
        worker.run_until_idle()
        assert ProcessingJob.objects.get().state == State.READY and len(asked) == 4


def test_of_two_workers_that_give_a_library_its_id_both_end_with_one(library_root, monkeypatch):
    write, others = identity._write_file, []

    def other_is_faster(own):
        if not others:
            others.append(own)
            identity._establish()
        write(own)

    monkeypatch.setattr(identity, "_write_file", other_is_faster)
    assert identity.establish() == LibraryState.OURS
    assert LibraryIdentity.objects.get().identity != others[0]


def test_identity_file_is_not_taken_for_left_over(capsys):
    identity.establish()
    call_command("check_library", older_than=0)
    assert "in order" in capsys.readouterr().out


def test_source_that_is_back_after_the_last_try_is_processed(library_root):
    video_file = factories.make_video_file(clips.mp4(), ready=False)
    jobs.submit(video_file)
    source = library_root / video_file.file.name
    source.rename(library_root / "elsewhere.mp4")
    now = timezone.now()
    for _attempt in range(3):
        state = jobs.run(video_file.job.pk, get_now=lambda now=now: now)
        now += dt.timedelta(hours=1)
    assert state == State.FAILED
    assert jobs.submit_returned(now=now) == 0
    (library_root / "elsewhere.mp4").rename(source)
    assert jobs.submit_returned(now=now) == 1
    assert jobs.run(video_file.job.pk, get_now=lambda: now) == State.READY


def test_bucket_without_it_is_another_one_or_half_a_copy(s3_site):
    text = identity.describe(LibraryState.MISSING)
    assert f"{s3_site.place} has no file" in text and "another bucket, or a copy that is not whole" in text
    assert "S3_BUCKET" in text and "mount" not in text
