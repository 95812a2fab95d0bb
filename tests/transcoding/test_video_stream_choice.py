"""A cover picture, a thumbnail or slides stand beside the film, or before it: the film is what is shown."""

import re

import pytest

from tests import clips
from tests.transcoding import watching
from video_pages.transcoding.models import State
from video_pages.transcoding.probe import probe


def cover(kind="jpg"):
    return clips.draw(f"cover.{kind}", *clips.video(1, "300x300"), "-frames:v", "1")


def cover_first(name, *options, kind="jpg"):
    """The cover as the first stream, then the film of two seconds."""
    inputs = ("-i", str(cover(kind)), "-i", str(clips.mp4(2)))
    return clips.draw(name, *inputs, "-map", "0:v", "-map", "1:v", "-map", "1:a", "-c", "copy", *options)


def with_slides():
    """A picture a second, in JPEG, before the film."""
    slides = ("-f", "lavfi", "-t", "2", "-i", "testsrc=size=300x300:rate=1")
    maps = ("-map", "0:v", "-map", "1:v", "-map", "1:a", "-c", "copy", "-c:v:0", "mjpeg")
    return clips.draw("slides.mkv", *slides, "-i", str(clips.mp4(2)), *maps)


def cover_attached():
    inputs = ("-i", str(clips.mp4(2)), "-attach", str(cover()), "-metadata:s:t", "mimetype=image/jpeg")
    return clips.draw("attached.mkv", *inputs, "-c", "copy")


def two_views():
    """HEVC with a second layer, as spatial video has it: each picture once more, as layer 1 (H.265, 7.3.1.2)."""
    hevc = ("-c:v", "libx265", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-x265-params", "log-level=none")
    data = clips.draw("base.hevc", *clips.video(2), *hevc).read_bytes()
    views = b""
    for unit in re.split(b"\0?\0\0\1", data)[1:]:
        views += b"\0\0\0\1" + unit
        if unit[0] >> 1 & 63 < 32:  # a slice
            views += b"\0\0\0\1" + (int.from_bytes(unit[:2], "big") | 1 << 3).to_bytes(2, "big") + unit[2:]
    raw = clips.directory() / "views.hevc"
    raw.write_bytes(views)
    return clips.draw("views.mp4", "-r", "25", "-i", str(raw), "-c", "copy", "-tag:v", "hvc1")


FILMS = {
    "cover first in MKV": lambda: cover_first("first.mkv"),
    "cover first in MP4": lambda: cover_first("first.mp4"),
    "cover first in MOV, PNG": lambda: cover_first("first.mov", kind="png"),
    "cover first in MP4, marked": lambda: cover_first("marked.mp4", "-disposition:v:0", "attached_pic"),
    "cover first and default in MKV": lambda: cover_first("default.mkv", "-disposition:v:0", "default"),
    "cover attached in MKV": cover_attached,
    "slides first in MKV": with_slides,
}


@pytest.mark.parametrize("name", FILMS)
def test_the_film_is_chosen_and_not_its_cover(name):
    facts = probe(FILMS[name]())
    assert (facts.video_codec, facts.width, facts.height) == ("h264", 320, 180)
    assert facts.duration_seconds == pytest.approx(2, abs=0.1)
    assert facts.frame_rate == pytest.approx(25)


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["cover first in MKV", "cover first in MP4, marked"])
def test_visitors_see_the_film_and_not_its_cover(name):
    video_file = watching.processed(FILMS[name]())
    assert video_file.job.state == State.READY, video_file.job.reason
    assert (video_file.width, video_file.height) == (320, 180)
    shown = watching.streams(watching.made(video_file, f"{video_file.renditions.filter(kind='video')[0].name}.mp4"))
    assert shown["video"]["size"] == (320, 180)


def test_a_film_in_still_pictures_is_a_film_where_nothing_else_is():
    film = clips.draw("camera.avi", *clips.video(2), *clips.audio(2), "-c:v", "mjpeg", "-c:a", "pcm_s16le")
    assert probe(film).video_codec == "mjpeg"


def test_of_two_films_the_default_one_is_chosen_and_else_the_first():
    two = ("-i", str(clips.mp4(2)), "-i", str(clips.mp4(2, "160x90")), "-map", "0:v", "-map", "1:v", "-c", "copy")
    assert probe(clips.draw("two.mkv", *two, "-disposition:v:0", "0", "-disposition:v:1", "default")).width == 160
    assert probe(clips.draw("both.mkv", *two, "-disposition:v:0", "0", "-disposition:v:1", "0")).width == 320


@pytest.mark.django_db
def test_a_film_in_depth_plays_as_its_first_view():
    video_file = watching.processed(two_views())
    assert video_file.job.state == State.READY, video_file.job.reason
    assert video_file.facts["video_codec"] == "hevc" and video_file.facts["frame_rate"] == pytest.approx(25)
    assert video_file.duration == pytest.approx(2, abs=0.1)
    assert watching.decode(watching.made(video_file, "180p.m3u8")) == ""
