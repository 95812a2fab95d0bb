"""A verdict on any file comes within a minute: one time for the whole inspection, and bounds for what is hostile."""

import json
import subprocess
import sys
import time

import pytest

from tests import clips
from tests.transcoding import hostile
from video_pages.transcoding import ffmpeg, pipeline, probe
from video_pages.transcoding.probe import ProbeTookTooLong, UnreadableMedia
from video_pages.transcoding.probe_child import boxes

pytestmark = pytest.mark.real_children


def written(path, content):
    path.write_bytes(content)
    return path


def code_of(path):
    with pytest.raises(UnreadableMedia) as caught:
        probe.probe(path)
    return caught.value.code


def child_that(tmp_path, monkeypatch, code):
    """Put a child in the place of the probe's, as a decoder that was taken over could become."""
    monkeypatch.setattr(probe, "CHILD", written(tmp_path / "child.py", code.encode()))


def test_child_that_takes_too_long_is_ended(tmp_path, monkeypatch):
    child_that(tmp_path, monkeypatch, "import time; time.sleep(60)")
    with pytest.raises(ProbeTookTooLong) as caught:
        probe.probe(clips.mp4(), seconds=1)
    assert caught.value.code == "too-slow"


def test_a_file_that_keeps_the_processor_busy_is_refused_and_not_tried_again(tmp_path, monkeypatch):
    child_that(tmp_path, monkeypatch, "while True: pass")
    with pytest.raises(UnreadableMedia) as caught:
        probe.probe(clips.mp4(), seconds=10)
    assert caught.value.code in {"too-much-work", "too-slow"}  # on a machine that gave it no time
    assert isinstance(caught.value, ProbeTookTooLong) is (caught.value.code == "too-slow")


def test_the_child_gives_up_by_itself_when_its_time_is_over(tmp_path):
    order = {"options": ffmpeg.open_options(), "max_pixels": 10**8, "max_streams": 16, "max_duration_seconds": 60}
    order |= {"max_frame_rate": 240, "seconds": 0}
    command = [sys.executable, "-I", probe.CHILD, clips.mp4(), json.dumps(order)]
    answer = json.loads(subprocess.run(command, capture_output=True, check=True, cwd=tmp_path).stdout.splitlines()[1])
    assert answer["refused"] in {"too-much-work", "too-slow"}


def test_upload_and_job_together_give_a_verdict_within_a_minute(settings):
    assert settings.PROBE_SECONDS * (1 + pipeline.PROBE_PATIENCE) <= 60


@pytest.mark.parametrize("edits", [b"edts", b"free"])
def test_a_time_scale_of_zero_is_refused_at_once(tmp_path, edits):
    """Read as seconds, a film of three seconds lasted eleven hours, and was encoded for as long as the site allows."""
    data = hostile.mp4_without_time(clips.silent_mp4(seconds=3).read_bytes())
    assert code_of(written(tmp_path / "upload.mp4", data.replace(b"edts", edits))) == "damaged"


def test_millions_of_boxes_are_not_walked(tmp_path):
    box = b"\0\0\0\x08free"
    data = clips.mp4().read_bytes()
    started = time.process_time()
    with open(written(tmp_path / "boxes.mp4", data[:32] + box * 2_000_000 + data[32:]), "rb") as file:
        assert len(list(boxes.boxes(file))) == boxes.MAX_BOXES
        assert not boxes.has_track_without_time(file)
    assert time.process_time() - started < 5
