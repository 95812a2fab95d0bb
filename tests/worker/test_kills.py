"""kill -9 at every step of the work, of the worker and of its ffmpeg alone: the film is made all the same."""

import os
import signal
import sys

import pytest

from tests import clips, factories
from tests.transcoding import leftovers
from tests.worker import faults
from tests.worker.faults import every_step
from video_pages.models import ProcessingJob, VideoFile
from video_pages.transcoding import jobs
from video_pages.transcoding.models import State, Step

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(sys.platform != "linux", reason="the kernel's list of a process's children"),
]


@pytest.fixture
def job():
    """The job of a film with everything: a copy, a smaller size, sound and subtitles."""
    options = ("-map", "0", "-map", "1", "-c", "copy", "-c:s", "srt", "-metadata:s:s:0", "language=eng")
    words = clips.directory() / "kills.srt"
    words.write_text("1\n00:00:00,100 --> 00:00:00,900\nSalt\n\n2\n00:00:02,000 --> 00:00:02,900\nflats\n")
    clip = clips.draw("kills.mkv", "-i", str(clips.mp4(3, "640x360")), "-i", str(words), *options)
    return jobs.submit(factories.make_video_file(clip, ready=False))


def assert_video_is_made(job, *, attempt=1, lost=0):
    job.refresh_from_db()
    assert (job.state, job.attempt, job.lost) == (State.READY, attempt, lost), job.reason
    video_file = VideoFile.objects.get()
    assert video_file.is_playable and video_file.has_poster and video_file.has_storyboard
    assert {"source", "240p"} <= set(video_file.renditions.values_list("name", flat=True))
    assert video_file.text_tracks.get().cues.count() == 2
    leftovers.assert_none()


@pytest.mark.parametrize("step", every_step(always=Step.LADDER))
def test_a_worker_killed_at_this_step_leaves_a_job_that_the_next_one_finishes(step, start, job, tmp_path):
    worker = start(ffmpeg=faults.slow_ffmpeg(tmp_path, step.value))
    faults.wait_until(lambda: faults.is_at(step))
    confined = faults.wait_until(lambda: faults.children(worker.pid))
    faults.kill_group(worker)
    faults.wait_until(lambda: not any(map(faults.is_running, confined)), seconds=5)
    job.refresh_from_db()
    assert (job.state, job.step, job.attempt) == (State.PROCESSING, step, 1)

    faults.end_leases()
    second = start("--until-idle")
    assert second.wait(faults.START_SECONDS) == 0, second.communicate()
    assert_video_is_made(job, lost=1)


@pytest.mark.parametrize("step", every_step(always=Step.PACKAGE))
def test_an_ffmpeg_killed_at_this_step_is_started_again_by_the_same_worker(step, start, job, tmp_path):
    worker = start(ffmpeg=faults.slow_ffmpeg(tmp_path, step.value))
    faults.wait_until(lambda: faults.is_at(step))
    for child in faults.wait_until(lambda: faults.children(worker.pid)):
        os.kill(child, signal.SIGKILL)
    faults.wait_until(lambda: ProcessingJob.objects.filter(state=State.QUEUED, attempt=1).exists())
    assert worker.poll() is None, "a child's death is no death of the worker"
    faults.kill_group(worker)

    faults.let_tries_begin()
    second = start("--until-idle")
    assert second.wait(faults.START_SECONDS) == 0, second.communicate()
    assert_video_is_made(job, attempt=2)
