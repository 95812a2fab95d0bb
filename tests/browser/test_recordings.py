"""Recordings of a browser become videos, although their headers contain no rate and no duration."""

import pytest

from tests.browser import recordings
from tests.transcoding import watching
from video_pages.models import VideoFile
from video_pages.transcoding.models import State
from video_pages.transcoding.probe import probe

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]


@pytest.fixture(scope="module")
def recorded(chromium, tmp_path_factory):
    return recordings.record(chromium, tmp_path_factory.mktemp("recorded"))


def test_each_recording_is_taken_with_the_rate_that_its_pictures_have(recorded):
    assert {codec for codec, _rate, _sound in recorded} >= {"vp8", "vp9", "h264"}
    for (codec, rate, with_audio), path in recorded.items():
        facts = probe(path)
        name = (codec, rate, with_audio)
        assert 0.5 < facts.duration_seconds < recordings.SECONDS[rate] * recordings.TRIES + 2, name
        assert (facts.audio_stream is not None) is with_audio, name
        if rate == 1:
            # The first pictures may come close together, when the recorder starts.
            assert facts.frame_rate is None or facts.frame_rate < 10, (name, facts.frame_rate)
        else:
            # A busy machine draws fewer than it was asked for.
            assert 2 < facts.frame_rate < 75, (name, facts.frame_rate)


@pytest.mark.parametrize("kind", [("vp9", 30, True), ("h264", 1, True), ("vp8", 1, False)])
def test_a_recording_becomes_a_film(recorded, kind):
    video_file = watching.processed(recorded[kind])
    assert video_file.job.state == State.READY, video_file.job.reason
    assert VideoFile.objects.get().is_playable
    for rendition in video_file.renditions.filter(kind="video"):
        assert watching.decode(watching.made(video_file, f"{rendition.name}.m3u8")) == ""
