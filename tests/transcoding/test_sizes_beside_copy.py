"""Beside the source's own pictures, copied, its size is offered a second time only if that is a lighter choice."""

import dataclasses

import pytest

from tests import clips
from tests.transcoding import watching
from video_pages.library.packages import MadeRendition
from video_pages.transcoding import hls, plan

PCM = ("-c:a", "pcm_s16le")
LIGHT = (*clips.H264, "-crf", "45", "-g", "25")
HEAVY = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-b:v", "3M", "-g", "25")


def sizes(video_file):
    """The average bits per second of the renditions, by name."""
    return {row.name: row.average_bandwidth for row in video_file.renditions.filter(kind="video")}


@pytest.mark.django_db
def test_a_heavy_sound_does_not_make_a_second_rendition_of_light_pictures():
    clip = clips.draw("loud.mkv", *clips.video(2), *clips.audio(2), *LIGHT, *PCM)
    assert clip.stat().st_size * 8 / 2 > 600_000, "more than a heavy film of that size"
    assert list(sizes(watching.processed(clip))) == ["source"]


@pytest.mark.django_db
def test_heavy_pictures_are_offered_a_second_time_and_lighter():
    noise = ("-vf", "noise=alls=40:allf=t")
    clip = clips.draw("noisy.mkv", *clips.video(2), *clips.audio(2), *noise, *HEAVY, *clips.AAC)
    made = sizes(watching.processed(clip))
    assert set(made) == {"source", "180p"}
    assert made["180p"] < 0.8 * made["source"]


def rendition(name, *, kbps, **about):
    playlist = hls.MediaPlaylist(0, (hls.Segment(8.0, kbps * 1000, 0),))
    return MadeRendition(name, "video", None, playlist=playlist, **{"width": 1920, "height": 1080, **about})


def test_an_encoded_size_that_weighs_what_the_copy_does_is_left_out():
    copied = rendition("source", kbps=6000, is_copy=True)
    smaller = rendition("720p", kbps=5900, width=1280, height=720)
    sound = dataclasses.replace(rendition("audio-1", kbps=6000), kind="audio", width=None, height=None)
    kept = lambda *made: [one.name for one in plan.without_redundant(list(made), copied)]  # noqa: E731
    assert kept(rendition("1080p", kbps=5500), smaller, sound) == ["720p", "audio-1"]
    assert kept(rendition("1080p", kbps=4500), smaller, sound) == ["1080p", "720p", "audio-1"]
