"""A job that is passed on before its ladder: the film plays, waits without a worker, and ends as any other film."""

import pytest
from django.utils import timezone

from tests import clips, factories
from tests.transcoding import leftovers
from tests.transcoding.packages import encode_with_one_thread, made_of
from video_pages.models import ProcessingJob, VideoFile, VideoPage
from video_pages.transcoding import claims, encode, jobs, ladder_deferral, priority, sandbox
from video_pages.transcoding.models import Stage, State

pytestmark = pytest.mark.django_db


def submitted(clip):
    return jobs.submit(factories.make_video_file(clip, ready=False))


def run_quickly(job):
    return jobs.run_claimed(claims.claim(job.pk), is_quick=True)


def fresh(job):
    return ProcessingJob.objects.select_related("video_file").get(pk=job.pk)


def test_film_that_is_copied_plays_before_its_ladder_and_its_job_waits_in_the_second_queue():
    job = submitted(clips.mp4(3, "640x360"))
    assert run_quickly(job) == State.QUEUED
    job = fresh(job)
    assert (job.stage, job.attempt, job.worker, job.lease_until, job.step) == (Stage.LADDER, 0, "", None, "")
    assert job.video_file.is_playable and job.video_file.has_poster
    assert set(job.video_file.renditions.values_list("name", flat=True)) >= {"source"}
    assert "240p" not in set(job.video_file.renditions.values_list("name", flat=True))


def test_ladder_of_a_later_run_equals_that_of_one_run(monkeypatch):
    encode_with_one_thread(monkeypatch)
    at_once, later = submitted(clips.mp4(3, "640x360")), submitted(clips.mp4(3, "640x360"))
    ProcessingJob.objects.filter(pk=later.pk).update(not_before=timezone.now() + claims.LEASE)
    assert jobs.run(at_once.pk) == State.READY
    ProcessingJob.objects.filter(pk=later.pk).update(not_before=None)
    assert run_quickly(later) == State.QUEUED
    assert jobs.run(later.pk) == State.READY
    assert made_of(fresh(later).video_file) == made_of(fresh(at_once).video_file)
    leftovers.assert_none()


def test_film_that_cannot_be_copied_plays_in_one_size_before_its_ladder():
    job = submitted(clips.hevc(1))
    assert run_quickly(job) == State.QUEUED
    video_file = fresh(job).video_file
    assert video_file.is_playable
    (early,) = video_file.renditions.filter(kind="video")
    assert early.height <= 480 and early.codecs.startswith("avc1")
    assert video_file.progressive_name
    assert jobs.run(job.pk) == State.READY
    leftovers.assert_none()


def test_long_film_that_cannot_be_copied_plays_early_also_where_nothing_waits(monkeypatch):
    monkeypatch.setattr(ladder_deferral, "EARLY_FROM_SECONDS", 0.5)
    job = submitted(clips.hevc(1))
    assert jobs.run(job.pk) == State.QUEUED
    assert fresh(job).video_file.is_playable
    assert jobs.run(job.pk) == State.READY


def test_worker_leaves_a_ladder_for_later_while_another_film_cannot_be_played():
    first, second = submitted(clips.mp4(1)), submitted(clips.mp4(1))
    assert jobs.run(first.pk) == State.QUEUED
    assert fresh(first).video_file.is_playable
    assert claims.claim_next(tuple(Stage)).pk == second.pk


def test_film_that_is_processed_again_plays_on_and_waits_for_its_ladder_at_once(monkeypatch):
    job = submitted(clips.mp4(1))
    assert jobs.run(job.pk) == State.READY
    before = made_of(fresh(job).video_file)
    jobs.submit(VideoFile.objects.get())
    monkeypatch.setattr(encode, "copy_source", None)  # nothing is made
    assert run_quickly(job) == State.QUEUED
    assert made_of(fresh(job).video_file) == before
    leftovers.assert_none()


def test_page_is_published_when_its_film_plays(django_capture_on_commit_callbacks):
    page = factories.make_video(live=False, video_file=factories.make_video_file(clips.mp4(1), ready=False))
    VideoPage.objects.filter(pk=page.pk).update(publish_when_ready=True)
    job = jobs.submit(page.video_file)
    with django_capture_on_commit_callbacks(execute=True):
        assert run_quickly(job) == State.QUEUED
    assert VideoPage.objects.get(pk=page.pk).live


def test_children_that_make_a_film_playable_have_half_the_niceness(monkeypatch, settings):
    settings.WORKER_NICE = 12
    seen, run = [], sandbox.run
    monkeypatch.setattr(
        sandbox, "run", lambda *args, **kwargs: seen.append(priority.niceness()) or run(*args, **kwargs)
    )
    job = submitted(clips.mp4(1))
    run_quickly(job)
    assert set(seen) == {6}
    seen.clear()
    jobs.run(job.pk)
    assert set(seen) == {12}
