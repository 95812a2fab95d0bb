"""A worker of `make scale` is killed (SIGKILL) at each step of a job, in files and in a bucket: the film is made."""

import os
import signal

import pytest

from tests import clips
from tests.scale.site import running
from tests.scale.visitor import Visitor
from tests.scale.workers import standing_workers, worker_of
from tests.waiting import wait_for
from tests.worker import faults
from video_pages.transcoding.models import Step

pytestmark = pytest.mark.soak
STORES = {"files": {}, "bucket": {"LIBRARY_STORAGE": "s3"}}


@pytest.fixture(scope="module", params=sorted(STORES))
def slowed(request, require, tmp_path_factory):
    """(site, folder): a set-up whose ffmpeg is slow at each step for which there is a file in the folder."""
    folder = tmp_path_factory.mktemp(f"kills-{request.param}")
    program = faults.slow_ffmpeg(folder, *(step.value for step in Step), while_there=True)
    with running(folder, require, FFMPEG_BINARY=program, **STORES[request.param]) as site:
        yield site, folder


def film_with_everything(step):
    """A film with a copy, a smaller size, sound and subtitles; another file for each step."""
    words = clips.directory() / "scale-kills.srt"
    words.write_text("1\n00:00:00,100 --> 00:00:00,900\nSalt\n\n2\n00:00:02,000 --> 00:00:02,900\nflats\n")
    options = ("-map", "0", "-map", "1", "-c", "copy", "-c:s", "srt", "-metadata:s:s:0", "language=eng")
    name = ("-metadata", f"comment={step}")
    return clips.draw(f"kill-{step}.mkv", "-i", str(clips.mp4(3, "640x360")), "-i", str(words), *options, *name)


def step_of(site, film):
    query = (
        "SELECT step FROM video_pages_processingjob job JOIN video_pages_videopage page"
        " ON page.video_file_id = job.video_file_id WHERE page.uuid = %s AND state = 'processing'"
    )
    found = site.rows(query, film.uuid)
    return found[0][0] if found else ""


@pytest.mark.parametrize("step", [step.value for step in Step])
def test_a_worker_killed_at_this_step_leaves_a_job_that_another_one_finishes(slowed, step):
    site, folder = slowed
    flag = folder / f"slow-at-{step}"
    flag.touch()
    clip = film_with_everything(step)
    # On a busy machine the command ends long after the job has begun, and a poster is drawn meanwhile.
    with standing_workers(site):
        (film,) = site.add_videos(clip)
    # The probe takes a moment, so its worker is killed as soon as it has the job.
    if step != Step.PROBE:
        wait_for(lambda: step_of(site, film) == step, what=lambda: f"{site.job(film)}{site.logs()}")
    os.kill(wait_for(lambda: worker_of(site, film)), signal.SIGKILL)
    flag.unlink()
    site.wait_until_ready(film)
    assert site.job(film)[2] == 1, "an attempt whose worker died counts apart"
    visitor = Visitor(site)
    wait_for(lambda: visitor.ask(film.path).status == 200)  # the page is published after the job has ended
    assert visitor.unlock(film) == 303
    master = visitor.ask(f"/stream/{film.uuid}/hls/master.m3u8").text
    assert master.count(".m3u8") >= 2, master
    assert "in order" in site.manage("check_library", "--digests")
