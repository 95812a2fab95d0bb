"""A real worker with its default settings: a ladder delays the first playback of no other film."""

import sys

import pytest

from tests import clips, factories
from tests.transcoding import leftovers
from tests.worker import faults
from video_pages.models import ProcessingJob, VideoFile
from video_pages.transcoding import jobs
from video_pages.transcoding.models import Stage, State, Step

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(sys.platform != "linux", reason="the kernel's list of a process's children"),
]


def submit(clip):
    return jobs.submit(factories.make_video_file(clip, ready=False))


def test_upload_becomes_playable_while_the_only_worker_makes_a_ladder(start, tmp_path):
    """One film can be copied, the other is encoded in one size; then the worker is killed in the middle of all."""
    long = submit(clips.mp4(3, "640x360"))
    worker = start(ffmpeg=faults.slow_ffmpeg(tmp_path, "ladder"))
    faults.wait_until(lambda: faults.is_at(Step.LADDER))
    copied, encoded = submit(clips.mp4(2)), submit(clips.hevc(1))
    for job in (copied, encoded):
        faults.wait_until(lambda job=job: ProcessingJob.objects.filter(pk=job.pk, stage=Stage.LADDER).exists())
        assert VideoFile.objects.get(job=job).is_playable
    assert ProcessingJob.objects.filter(pk=long.pk, state=State.PROCESSING, step=Step.LADDER).exists()
    assert jobs.places_in_queue(ProcessingJob.objects.all()) == {copied.pk: 1, encoded.pk: 2}
    faults.kill_group(worker)

    faults.end_leases()
    second = start("--until-idle")
    assert second.wait(faults.START_SECONDS) == 0, second.communicate()
    ended = {(job.state, job.attempt) for job in ProcessingJob.objects.all()}
    assert ended == {(State.READY, 1)}
    leftovers.assert_none()


def test_worker_for_first_playback_alone_leaves_every_ladder_to_others(start, site):
    job = submit(clips.mp4(3, "640x360"))
    quick = start("--until-idle", WORKER_QUEUES="playable")
    assert quick.wait(faults.START_SECONDS) == 0, quick.communicate()
    job.refresh_from_db()
    assert (job.state, job.stage) == (State.QUEUED, Stage.LADDER)
    assert VideoFile.objects.get().is_playable
    for_ladders = start("--until-idle", WORKER_QUEUES="ladder")
    assert for_ladders.wait(faults.START_SECONDS) == 0, for_ladders.communicate()
    job.refresh_from_db()
    assert job.state == State.READY


@pytest.mark.soak
def test_five_workers_killed_in_a_row_do_not_fail_a_film(start, tmp_path):
    job = submit(clips.mp4(1))
    slow = faults.slow_ffmpeg(tmp_path, "ladder")
    for number in range(5):
        worker = start(ffmpeg=slow)
        faults.wait_until(lambda: faults.is_at(Step.LADDER))
        faults.kill_group(worker)
        faults.end_leases()
        jobs.sweep()
        job.refresh_from_db()
        assert (job.state, job.attempt, job.lost) == (State.QUEUED, 0, number + 1)
    last = start("--until-idle")
    assert last.wait(faults.START_SECONDS) == 0, last.communicate()
    job.refresh_from_db()
    assert (job.state, job.attempt, job.lost) == (State.READY, 1, 5)
    leftovers.assert_none()
