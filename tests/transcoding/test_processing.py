"""One job from claim to end: what it writes, and how it ends when the file or the machine lets it down."""

import datetime as dt
import os
import threading
import time

import pytest
from django.core.files import File
from django.db import OperationalError
from django.utils import timezone

from tests import clips, factories
from video_pages.library import services
from video_pages.library.storage import protected_storage
from video_pages.models import ProcessingJob, VideoFile
from video_pages.transcoding import (
    embedded_subtitles,
    jobs,
    lease_renewal,
    probe,
    processing,
    sandbox,
)
from video_pages.transcoding.models import State

pytestmark = pytest.mark.django_db


def submitted(clip):
    """Return a VideoFile of the file at `clip`, of which nothing is known yet, with its job waiting."""
    unknown = {"container": "", "video_codec": "", "audio_codec": "", "pixel_format": "", "duration": 0}
    video_file = factories.make_video_file(clip, ready=False, width=None, height=None, **unknown)
    jobs.submit(video_file)
    return video_file


def text_file(tmp_path, text="hello"):
    path = tmp_path / "upload.mp4"
    path.write_text(text)
    return path


class Clock:
    """A clock that does something at its n-th reading: the moments at which a job looks up."""

    def __init__(self, reading, action):
        self.left, self.action = reading, action

    def __call__(self):
        self.left -= 1
        if self.left == 0:
            self.action()
        return timezone.now()


def test_good_file_becomes_ready_with_facts_poster_and_still():
    video_file = submitted(clips.mp4())
    assert jobs.run(video_file.job.pk) == State.READY
    video_file.refresh_from_db()
    job = video_file.job
    job.refresh_from_db()
    assert (job.state, job.progress, job.reason, job.worker, job.lease_until) == (State.READY, 100, "", "", None)
    assert job.started_at <= job.finished_at
    assert (video_file.container, video_file.video_codec, video_file.audio_codec) == ("mp4", "h264", "aac")
    assert (video_file.width, video_file.height) == (320, 180)
    assert video_file.duration == pytest.approx(1, abs=0.1)
    assert video_file.poster_version == 1
    assert video_file.still.startswith("data:image/webp;base64,")
    with protected_storage().open(video_file.poster_name) as poster:
        assert poster.read(3) == b"\xff\xd8\xff"


def test_job_that_is_done_is_not_done_again():
    video_file = submitted(clips.mp4())
    assert jobs.run(video_file.job.pk) == State.READY
    assert jobs.run(video_file.job.pk) is None


def test_job_of_a_deleted_file_ends_quietly():
    video_file = submitted(clips.mp4())
    job_id = video_file.job.pk
    video_file.delete()
    assert jobs.run(job_id) is None


def test_file_that_is_no_video_is_refused_at_once_with_a_reason(tmp_path):
    video_file = submitted(text_file(tmp_path))
    assert jobs.run(video_file.job.pk) == State.REFUSED
    job = ProcessingJob.objects.get()
    assert "not a video" in job.reason
    assert job.attempt == 1
    assert jobs.sweep(now=timezone.now() + dt.timedelta(days=1)) == 0


def test_refused_file_is_kept(tmp_path):
    video_file = submitted(text_file(tmp_path))
    jobs.run(video_file.job.pk)
    assert protected_storage().exists(video_file.file.name)


def test_failure_of_ours_is_tried_again_and_given_up_after_three_times(settings):
    settings.FFMPEG_BINARY = "/bin/false"
    job_id = submitted(clips.mp4()).job.pk
    now = timezone.now()
    for expected in (State.QUEUED, State.QUEUED, State.FAILED):
        assert jobs.run(job_id, get_now=lambda now=now: now) == expected
        now += dt.timedelta(hours=1)
    job = ProcessingJob.objects.get()
    assert (job.state, job.attempt) == (State.FAILED, 3)
    assert job.reason


def test_failure_that_passes_ends_well(settings):
    settings.FFMPEG_BINARY = "/nowhere/ffmpeg"
    job_id = submitted(clips.mp4()).job.pk
    assert jobs.run(job_id) == State.QUEUED
    settings.FFMPEG_BINARY = ""
    later = timezone.now() + dt.timedelta(minutes=1)
    assert jobs.run(job_id, get_now=lambda: later) == State.READY
    assert ProcessingJob.objects.get().reason == ""


def test_probe_that_takes_too_long_is_tried_again(settings, tmp_path, monkeypatch):
    child = tmp_path / "child.py"
    child.write_text("import time; time.sleep(60)")
    monkeypatch.setattr(probe, "CHILD", child)
    settings.PROBE_SECONDS = 0.2
    assert jobs.run(submitted(clips.mp4()).job.pk) == State.QUEUED
    assert ProcessingJob.objects.get().attempt == 1


def test_file_that_is_missing_is_tried_again_and_processed_once_it_is_back():
    video_file = submitted(clips.mp4())
    source = video_file.file.path
    os.rename(source, f"{source}.away")
    assert jobs.run(video_file.job.pk) == State.QUEUED
    assert "missing" in ProcessingJob.objects.get().reason
    os.rename(f"{source}.away", source)
    later = timezone.now() + dt.timedelta(hours=1)
    assert jobs.run(video_file.job.pk, get_now=lambda: later) == State.READY


@pytest.mark.parametrize("reading", [2, 3, 4, 5])
def test_file_replaced_meanwhile_is_not_described_by_the_old_one(reading):
    """The 2nd to 5th look at the clock: before the probe, after it, after the poster, before the end."""
    video_file = submitted(clips.mp4())

    def replace():
        with clips.webm().open("rb") as stream:
            fresh = VideoFile.objects.get()
            jobs.submit(services.replace_source(fresh, File(stream, name="new.webm")))

    assert jobs.run(video_file.job.pk, get_now=Clock(reading, replace)) is None
    job = ProcessingJob.objects.get()
    assert (job.state, job.source_version) == (State.QUEUED, 2)
    assert jobs.run(job.pk) == State.READY
    video_file.refresh_from_db()
    assert (video_file.container, video_file.poster_version) == ("webm", 2)


@pytest.mark.parametrize("reading", [2, 3, 4, 5])
def test_file_deleted_meanwhile_ends_the_job_quietly(reading):
    video_file = submitted(clips.mp4())
    assert jobs.run(video_file.job.pk, get_now=Clock(reading, lambda: VideoFile.objects.get().delete())) is None
    assert not ProcessingJob.objects.exists()


def test_unforeseen_error_is_raised_and_the_job_put_back(monkeypatch):
    def broken(*args, **kwargs):
        raise RuntimeError("a bug")

    monkeypatch.setattr(services, "record_facts", broken)
    job_id = submitted(clips.mp4()).job.pk
    with pytest.raises(RuntimeError, match="a bug"):
        jobs.run(job_id)
    assert ProcessingJob.objects.get().state == State.QUEUED


@pytest.mark.django_db(transaction=True)
def test_process_that_shuts_down_puts_its_job_back_untried(settings, tmp_path):
    slow = tmp_path / "ffmpeg"
    slow.write_text("#!/bin/sh\nsleep 300\n")
    slow.chmod(0o755)
    settings.FFMPEG_BINARY = str(slow)
    job_id = submitted(clips.mp4()).job.pk
    timer = threading.Timer(2, sandbox.stop_children)
    timer.start()
    started = time.monotonic()
    try:
        assert jobs.run(job_id) == State.QUEUED
    finally:
        timer.join()
        sandbox.allow_children()
    assert time.monotonic() - started < 100
    job = ProcessingJob.objects.get()
    assert (job.state, job.attempt, job.worker) == (State.QUEUED, 0, "")


@pytest.mark.real_children
def test_long_work_renews_its_lease(monkeypatch):
    monkeypatch.setattr(lease_renewal, "RENEW_SECONDS", 0)
    monkeypatch.setattr(sandbox, "TICK_SECONDS", 0.005)  # the work on a short clip is short
    renewed, renew = [], processing.claims.renew

    def note(job, *, now=None, step=None, progress=None, stage=None):
        if step is None and progress is not None:  # neither a report of a step nor the look before going live
            renewed.append(now)
        renew(job, now=now, step=step, progress=progress, stage=stage)

    monkeypatch.setattr(processing.claims, "renew", note)
    assert jobs.run(submitted(clips.mp4()).job.pk) == State.READY
    assert len(renewed) > 20
    assert renewed == sorted(renewed)


class Outage:
    """Makes every use of the claims fail from the first renewal on, for `seconds`, as a server that restarts does."""

    def __init__(self, monkeypatch, seconds):
        self._seconds, self._began = seconds, None
        self.failures = 0
        for name in ("renew", "finish", "retry_later", "release"):
            monkeypatch.setattr(processing.claims, name, self._failing(name, getattr(processing.claims, name)))
        monkeypatch.setattr(services, "attach_poster", self._failing("attach_poster", services.attach_poster))

    def _failing(self, name, function):
        def call(*arguments, **options):
            if self._began is None and name == "renew":
                self._began = time.monotonic()
            if self._began is not None and time.monotonic() < self._began + self._seconds:
                self.failures += 1
                raise OperationalError("the connection is lost")
            return function(*arguments, **options)

        return call


def test_database_that_restarts_ends_no_encode_and_costs_no_try(monkeypatch):
    monkeypatch.setattr(lease_renewal, "RETRY_SECONDS", 0.05)
    job_id = submitted(clips.mp4()).job.pk
    outage = Outage(monkeypatch, seconds=3)
    assert jobs.run(job_id) == State.READY
    assert outage.failures > 1
    assert ProcessingJob.objects.get().attempt == 1


def test_database_that_stays_away_ends_the_job_with_its_lease(monkeypatch):
    """Then another worker may have taken it."""
    monkeypatch.setattr(lease_renewal, "RETRY_SECONDS", 0.05)
    monkeypatch.setattr(processing.claims, "LEASE", dt.timedelta(seconds=1))
    job_id = submitted(clips.mp4()).job.pk
    Outage(monkeypatch, seconds=300)
    started = time.monotonic()
    assert jobs.run(job_id) is None
    assert time.monotonic() - started < 200
    assert ProcessingJob.objects.get().state == State.PROCESSING  # as a dead worker leaves it: `sweep` takes it back


def test_work_that_the_database_broke_off_is_put_back_untried(monkeypatch):
    def lost(*arguments, **options):
        raise OperationalError("the connection is lost")

    monkeypatch.setattr(embedded_subtitles, "extract_subtitles", lost)
    job_id = submitted(clips.mp4()).job.pk
    assert jobs.run(job_id) == State.QUEUED
    assert ProcessingJob.objects.get().attempt == 0
