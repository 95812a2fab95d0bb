"""Real workers on a library that can't be read for a while, as on a share whose server restarts."""

import sys

import pytest

from tests import clips, factories
from tests.worker import faults
from video_pages.library import identity
from video_pages.models import PeriodicRun
from video_pages.transcoding import jobs
from video_pages.transcoding.models import State, Step

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(sys.platform != "linux", reason="the kernel's list of a process's children"),
]


class Share:
    """The identity of the library at `root`, which each worker asks for each second."""

    def __init__(self, root):
        self.name, self.kept = root / identity.NAME, root / "kept"

    def fail(self):
        """Let each open fail with an error of the system, for root as well: a link to itself."""
        self.name.rename(self.kept)
        self.name.symlink_to(self.name)

    def return_(self):
        self.name.unlink()
        self.kept.rename(self.name)


def submit():
    return jobs.submit(factories.make_video_file(clips.mp4(3, "640x360"), ready=False))


def state_of(job):
    job.refresh_from_db()
    return job.state


def test_an_encode_in_hand_is_finished_and_the_next_film_waits_until_it_is_back(start, settings, tmp_path):
    identity.establish()
    share, first = Share(settings.PROTECTED_ROOT), submit()
    worker = start(ffmpeg=faults.slow_ffmpeg(tmp_path, "ladder"), WORKER_LADDERS="1")
    faults.wait_until(lambda: faults.is_at(Step.LADDER))
    share.fail()
    second = submit()
    faults.wait_until(lambda: state_of(first) == State.READY)
    assert first.attempt == 1 and first.lost == 0, "its work was not thrown away"
    faults.wait_until(lambda: state_of(second) == State.QUEUED and "can't be used" in second.reason)
    PeriodicRun.objects.all().delete()
    faults.wait_until(lambda: PeriodicRun.objects.filter(name="publish_scheduled", last_error="").exists())
    assert worker.poll() is None, "it lives, and so do mail codes and publications"
    share.return_()
    faults.wait_until(lambda: state_of(second) == State.READY)
    assert second.attempt == 1
    assert worker.poll() is None


def test_a_worker_that_starts_without_it_waits_and_begins_when_it_is_there(start, settings):
    identity.establish()
    share, job = Share(settings.PROTECTED_ROOT), submit()
    share.fail()
    worker = start()
    faults.wait_until(lambda: state_of(job) == State.QUEUED and "can't be used" in job.reason)
    assert worker.poll() is None
    share.return_()
    faults.wait_until(lambda: state_of(job) == State.READY)
    assert worker.poll() is None
