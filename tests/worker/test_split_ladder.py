"""LADDER_SPLIT=1 with two real workers: both make sizes of one film, and either may be killed in the middle of it."""

import re
import sys

import pytest

from tests import clips, factories
from tests.transcoding import leftovers
from tests.transcoding.packages import texts_of
from tests.worker import faults
from video_pages.models import LadderPart, ProcessingJob, VideoFile, WorkerHeartbeat
from video_pages.transcoding import claims, jobs
from video_pages.transcoding.models import State

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(sys.platform != "linux", reason="the kernel's list of a process's children"),
]


def described(video_file):
    """Columns and segments of each rendition; not its bytes: x264 with several threads writes others in each run."""
    columns = ("name", "width", "height", "frame_rate", "codecs", "is_copy")
    segments = {name: re.findall(r"#EXTINF:(.*),", text) for name, text in texts_of(video_file).items()}
    return list(video_file.renditions.values_list(*columns)), segments


def workers_at_parts():
    """The names of the workers that hold a part."""
    return {claims.worker_of(part) for part in LadderPart.objects.filter(state=State.PROCESSING)}


@pytest.mark.parametrize(
    ("engine", "victim"),
    [
        ("database", "holder of the job"),
        pytest.param("database", "helper", marks=pytest.mark.soak),
        pytest.param("celery", "holder of the job", marks=pytest.mark.soak),
        ("celery", "helper"),
    ],
)
def test_two_workers_share_a_ladder_and_one_is_killed(engine, victim, request, site, start, tmp_path):
    if engine == "celery":
        request.getfixturevalue("queues")
    whole = factories.make_video_file(clips.mp4(2, "1280x720"), ready=False)
    jobs.submit(whole)
    assert jobs.run(whole.job.pk) == State.READY
    whole.refresh_from_db()

    flag = tmp_path / "slow-at-ladder"
    flag.touch()
    slow = faults.slow_ffmpeg(tmp_path, "ladder", while_there=True)
    processes = [start(ffmpeg=slow, LADDER_SPLIT="1", LADDER_SPLIT_FROM_SECONDS="1") for _worker in range(2)]
    faults.wait_until(lambda: WorkerHeartbeat.objects.count() == 2)
    job = jobs.submit(factories.make_video_file(clips.mp4(2, "1280x720"), ready=False))
    faults.wait_until(lambda: len(workers_at_parts()) == 2)
    job.refresh_from_db()
    assert job.state == State.PROCESSING
    holder = claims.worker_of(job)
    (helper,) = workers_at_parts() - {holder}
    dead = holder if victim == "holder of the job" else helper
    pid = int(dead.split(":")[1])
    (killed,) = (process for process in processes if process.pid == pid)
    confined = faults.wait_until(lambda: faults.children(killed.pid))
    faults.kill_group(killed)
    faults.wait_until(lambda: not any(map(faults.is_running, confined)), seconds=5)
    flag.unlink()
    faults.end_leases(dead)

    faults.wait_until(lambda: ProcessingJob.objects.filter(pk=job.pk, state=State.READY).exists())
    job.refresh_from_db()
    assert (job.attempt, job.lost) == (1, 1 if dead == holder else 0), job.reason
    assert not LadderPart.objects.exists()
    video_file = VideoFile.objects.get(pk=job.video_file_id)
    assert described(video_file) == described(whole), "the same sizes and segments as one worker makes in one run"
    leftovers.assert_none()
