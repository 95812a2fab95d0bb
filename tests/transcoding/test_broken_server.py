"""A fault of the server ends no film: a library that is away, a database that fails, a bucket that goes meanwhile."""

import datetime as dt
import sys

import imageio_ffmpeg
import pytest
from django.db import connection
from django.utils import timezone

from tests import clips, factories
from video_pages.library import identity
from video_pages.library.storage import ProtectedStorage, StorageAway
from video_pages.models import ProcessingJob
from video_pages.transcoding import claims, endings, jobs, lost, part_work
from video_pages.transcoding.models import MAX_LOST, LadderPart, State
from video_pages.transcoding.signals import processing_finished

pytestmark = pytest.mark.django_db


@pytest.fixture
def film(library_root):
    video_file = factories.make_video_file(clips.mp4(), ready=False, audio_codec="")
    jobs.submit(video_file)
    identity.establish()
    return video_file


def run(job, *, minutes=0):
    return jobs.run(job.pk, get_now=lambda: timezone.now() + dt.timedelta(minutes=minutes))


@pytest.mark.real_children
def test_an_attempt_that_fails_because_the_library_goes_away_is_none(film, library_root, tmp_path, settings):
    """An ffmpeg at whose start the share fails; the directory of the film's files is gone with it."""
    program = tmp_path / "ffmpeg"
    program.write_text("#!/bin/sh\nexit 1\n")
    program.chmod(0o755)
    settings.FFMPEG_BINARY = str(program)
    name = library_root / identity.NAME

    def goes_away(*_arguments, **_options):
        name.rename(library_root / "kept")
        name.symlink_to(name)
        raise OSError(5, "Input/output error")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("video_pages.transcoding.pipeline.companions.make_poster_and_subtitles", goes_away)
        assert run(film.job) == State.QUEUED
    job = ProcessingJob.objects.get()
    assert job.attempt == 0 and "does not answer" in job.reason
    name.unlink()
    (library_root / "kept").rename(name)
    settings.FFMPEG_BINARY = imageio_ffmpeg.get_ffmpeg_exe()
    assert run(film.job, minutes=2) == State.READY


def test_a_mount_that_is_gone_is_not_taken_for_a_missing_film(film, library_root):
    """The directory below the mount is there, and empty."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(identity, "state", lambda state=identity.state: claimed_and(library_root, state))
        assert run(film.job) == State.QUEUED
    job = ProcessingJob.objects.get()
    assert job.attempt == 0 and "does not answer" in job.reason and job.failure == ""


def claimed_and(library_root, state):
    """Take the files away once the job was claimed: between the first question and the next."""
    found = state()
    if found.is_usable:
        library_root.rename(library_root.with_name("elsewhere"))
        library_root.mkdir()
    return found


@pytest.mark.skipif(sys.platform != "linux", reason="one system is enough")
def test_a_statement_that_fails_each_time_does_not_repeat_the_work_at_once_for_ever(film):
    if connection.vendor != "sqlite":
        pytest.skip("a missing table is another class of error there")
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE video_pages_ladderpart RENAME TO away")
    now = timezone.now()
    assert run(film.job) == State.QUEUED
    job = ProcessingJob.objects.get()
    assert (job.attempt, job.lost) == (0, 1)
    assert job.not_before >= now + endings.DATABASE_AWAY_DELAY
    assert run(film.job) is None, "other jobs have their turn"
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE away RENAME TO video_pages_ladderpart")
    ProcessingJob.objects.update(lost=MAX_LOST - 1, not_before=None)
    again = claims.claim(film.job.pk)
    assert lost.give_back(again, delay=endings.DATABASE_AWAY_DELAY, now=now) == State.FAILED
    assert "several times over" in ProcessingJob.objects.get().reason


def test_a_bucket_that_goes_away_while_a_failure_is_looked_into_makes_the_job_wait(film, monkeypatch):
    film.file.storage.remove_now(film.file.name)

    def away(storage, name):
        raise StorageAway("away")

    monkeypatch.setattr(ProtectedStorage, "exists", away)
    assert run(film.job) == State.QUEUED
    assert ProcessingJob.objects.get().attempt == 0


def test_a_film_whose_workers_all_died_is_reported_as_ended(film, django_capture_on_commit_callbacks):
    signals = []

    def receive(sender, video_file, state, **kwargs):
        signals.append((video_file, state))

    processing_finished.connect(receive)
    try:
        job = claims.claim(film.job.pk)
        job.lost = MAX_LOST - 1
        with django_capture_on_commit_callbacks(execute=True):
            assert lost.take_back(job, now=timezone.now())
    finally:
        processing_finished.disconnect(receive)
    assert signals == [(film, State.FAILED)]


def test_a_part_that_the_database_does_not_tell_about_keeps_its_result(film, monkeypatch):
    """The last question, whether its folder is to stay, may not hide how the work ended."""
    part = LadderPart(job=film.job, source_version=1, name="240p", folder="0123456789ab")

    class Renewal:
        def persist(self, write):
            raise claims.JobLost(1)

    monkeypatch.setattr(endings, "conclude", lambda *arguments: State.READY)
    assert part_work._conclude(part, Renewal(), lambda: None) == State.READY


def test_a_worker_that_finds_all_next_parts_taken_asks_again():
    """Other workers claim at the same time: each has the rest of the queue."""
    queue, taken = list(range(50)), set(range(45))
    asked = []

    def in_turn():
        asked.append(1)
        return [number for number in queue if number not in taken][: claims.CANDIDATES] if asked[1:] else queue[:20]

    assert claims.first_claimed(in_turn, lambda number: None if number in taken else number + 100) == 145
    assert claims.first_claimed(lambda: [], lambda number: number) is None
