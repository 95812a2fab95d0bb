"""kill -9 of a worker whose library is in a bucket: the film is made all the same, and nothing stays behind."""

import datetime as dt
import sys

import pytest
from django.utils import timezone

from tests import clips, factories
from tests.s3_servers import site_in_bucket
from tests.worker import faults
from tests.worker.faults import every_step
from video_pages.library import inventory, local_files, removal, scratch
from video_pages.library.s3.client import internal_client
from video_pages.library.storage import GRACE
from video_pages.models import VideoFile
from video_pages.transcoding import jobs
from video_pages.transcoding.models import State, Step

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(sys.platform != "linux", reason="the kernel's list of a process's children"),
]


@pytest.fixture
def start(tmp_path, settings, child_environment, s3_server):
    """A function that starts a worker on this test's database and bucket; what still runs at the end is killed."""
    settings.PROTECTED_ROOT = tmp_path / "main" / "media" / "protected"
    settings.PROTECTED_ROOT.mkdir(parents=True)
    running = []
    with site_in_bucket(settings, s3_server):
        names = ("LIBRARY_STORAGE", "S3_BUCKET", "S3_ENDPOINT_URL", "S3_PREFIX")
        bucket = {name: getattr(settings, name) for name in names}
        key = {"S3_ACCESS_KEY_ID": s3_server.key_id, "S3_SECRET_ACCESS_KEY": s3_server.secret}
        site = {**child_environment, **bucket, **key, "TEST_RUN_DIR": str(tmp_path)}
        site.pop("PYTEST_XDIST_WORKER", None)

        def start_worker(*arguments, ffmpeg=""):
            running.append(faults.start_worker({**site, "FFMPEG_BINARY": ffmpeg}, *arguments))
            return running[-1]

        yield start_worker
        for process in running:
            faults.kill_group(process)


def in_bucket(folder=""):
    for entry in local_files.entries(folder):
        if entry.is_folder:
            yield from in_bucket(entry.name)
        else:
            yield entry.name


@pytest.mark.parametrize("s3_server", [pytest.param("moto", marks=pytest.mark.soak), "juicefs"], indirect=True)
@pytest.mark.parametrize("step", every_step(always=Step.LADDER))
def test_a_worker_killed_at_this_step_leaves_nothing_for_ever(step, start, tmp_path, settings):
    job = jobs.submit(factories.make_video_file(clips.mp4(3, "640x360"), ready=False))
    if step == Step.TEXT:
        pytest.skip("this film has no subtitles")
    worker = start(ffmpeg=faults.slow_ffmpeg(tmp_path, step.value))
    faults.wait_until(lambda: faults.is_at(step))
    faults.wait_until(lambda: faults.children(worker.pid))
    faults.kill_group(worker)
    assert list(scratch.root().iterdir()) != [], "the killed worker leaves its copy"
    half = VideoFile.objects.get()
    if half.package:  # what is live by now is whole
        (found,) = inventory.with_renditions(VideoFile.objects.all())
        assert list(inventory.missing_files(inventory.expected_files(*found), with_digests=True)) == []

    faults.end_leases()
    second = start("--until-idle")
    assert second.wait(faults.START_SECONDS) == 0, second.communicate()
    job.refresh_from_db()
    assert (job.state, job.attempt, job.lost) == (State.READY, 1, 1), job.reason
    assert list(scratch.root().iterdir()) == [], "the next job has removed what the killed worker left"
    removal.remove_discarded(now=timezone.now() + GRACE + dt.timedelta(minutes=1))
    (found,) = inventory.with_renditions(VideoFile.objects.all())
    wanted = {one.name for one in inventory.expected_files(*found)}
    assert set(in_bucket()) == wanted | {"library-identity"}
    unfinished = internal_client().list_multipart_uploads(Bucket=settings.S3_BUCKET, Prefix="library/")
    assert not unfinished.get("Uploads")
