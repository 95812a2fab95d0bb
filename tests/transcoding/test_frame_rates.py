"""The frame rate of a video: counted, whatever its container states."""

import re

import pytest

from tests import clips
from tests.transcoding import hostile, watching
from video_pages.transcoding import plan
from video_pages.transcoding.models import State
from video_pages.transcoding.probe import UnreadableMedia, probe
from video_pages.transcoding.probe_child import rates


def moments(rate, seconds=4.0, start=0.0, step=0.001):
    """The moments of pictures at `rate`, in whole steps as Matroska has them."""
    return [round((start + n / rate) / step) * step for n in range(round(rate * seconds))]


@pytest.mark.parametrize("rate", [1, 10, 24000 / 1001, 25, 30000 / 1001, 50, 60000 / 1001, 120, 240])
def test_whole_milliseconds_hide_no_rate(rate):
    found = rates.typical([moments(rate)])
    assert found == pytest.approx(rate, rel=0.003)
    assert rates.counted([moments(rate)]) <= rate * 1.01


def test_the_rate_is_that_of_the_moving_parts_and_pauses_do_not_lower_it():
    still, moving = moments(0.5, seconds=20), moments(30, seconds=5, start=20)
    assert rates.typical([still + moving]) == pytest.approx(30, rel=0.01)


def test_pictures_in_pairs_do_not_double_the_rate():
    pairs = sorted(moments(15) + [moment + 0.001 for moment in moments(15)])
    assert rates.typical([pairs]) == pytest.approx(30, rel=0.05)
    assert rates.counted([pairs]) == pytest.approx(30, rel=0.05)


def test_a_stated_rate_counts_where_it_agrees():
    exact = 30000 / 1001
    assert rates.typical([moments(exact)], stated=exact) == exact
    assert rates.typical([moments(25)], stated=50.0) == pytest.approx(25, rel=0.003)


def test_fields_that_are_stored_one_by_one_are_pictures_only_in_pairs():
    assert rates.typical([moments(50)], stated=25.0, is_interlaced=True) == 25.0
    assert rates.typical([moments(50)], stated=25.0) == pytest.approx(50, rel=0.003)


def test_one_picture_has_the_stated_rate_or_none():
    assert rates.typical([[0.0]], stated=25.0) == 25.0
    assert rates.typical([[0.0]]) is None
    assert rates.counted([[0.0]]) == 1


SOURCES = {
    "25.mp4": (*clips.video(2), *clips.H264),
    "29.97.mp4": (*clips.video(2, rate="30000/1001"), *clips.H264),
    "59.94 with B frames.mp4": (*clips.video(2, "160x90", "60000/1001"), *clips.H264, "-bf", "3"),
    "one a second.mp4": (*clips.video(4, rate=1), *clips.H264),
}
RATES = {"25.mp4": 25, "29.97.mp4": 29.97, "59.94 with B frames.mp4": 59.94, "one a second.mp4": 1}


@pytest.mark.parametrize("box", ["mkv", "flv"])
@pytest.mark.parametrize("name", SOURCES)
def test_a_copy_with_whole_milliseconds_has_the_rate_of_its_source(name, box):
    source = clips.draw(name.replace(" ", "-"), *SOURCES[name])
    facts = probe(clips.draw(f"copy.{box}", "-i", str(source), "-c", "copy"))
    assert facts.frame_rate == pytest.approx(RATES[name], rel=0.005)


def test_a_screen_recording_with_pauses_is_shown_as_fast_as_it_moves():
    facts = probe(clips.variable_rate_mkv(seconds=4))
    assert facts.frame_rate == pytest.approx(30, rel=0.01)
    assert plan.frame_rate(facts) == 30


def test_picture_subtitles_beside_the_film_refuse_nothing():
    words = clips.directory() / "picture.srt"
    words.write_text("1\n00:00:00,500 --> 00:00:01,000\nWords\n")
    dvd = ("-i", str(clips.mp4(2)), "-f", "lavfi", "-t", "2", "-i", "color=black:size=320x180:rate=1000")
    film = clips.draw("fast-second.mp4", *dvd, "-map", "0", "-map", "1", "-c", "copy", "-c:v:1", "mpeg4")
    assert probe(film).frame_rate == pytest.approx(25)


def test_more_pictures_than_the_site_takes_are_counted_and_refused(settings):
    settings.MAX_FRAME_RATE = 50
    with pytest.raises(UnreadableMedia) as refusal:
        probe(clips.draw("fast.mkv", *clips.video(3, "64x36", 60), "-c:v", "ffv1"))
    assert refusal.value.code == "too-many-frames"
    assert probe(clips.rate_mp4(50, seconds=2)).frame_rate == pytest.approx(50)


@pytest.mark.django_db
def test_a_picture_of_no_stated_length_is_a_film(tmp_path):
    vp8 = ("-frames:v", "1", "-c:v", "libvpx", "-b:v", "300k")
    path = tmp_path / "one.webm"
    path.write_bytes(hostile.mkv_without_stated_rate(clips.draw("one.webm", *clips.video(1), *vp8).read_bytes()))
    video_file = watching.processed(path)
    assert video_file.job.state == State.READY, video_file.job.reason
    assert watching.decode(watching.made(video_file, "180p.m3u8")) == ""


def as_flv(clip):
    return clips.draw("copy.flv", "-i", str(clip), "-map", "0:v", "-c", "copy")


@pytest.mark.django_db
def test_the_playlists_of_a_film_with_pauses_are_as_long_as_the_film():
    """FLV says nothing of how long a picture stands: added up, the lengths made up for it were half of the film."""
    video_file = watching.processed(as_flv(clips.variable_rate_mkv(seconds=6)))
    assert video_file.job.state == State.READY and video_file.duration == pytest.approx(6, abs=0.05)
    for rendition in video_file.renditions.filter(kind="video"):
        playlist = open(watching.made(video_file, f"{rendition.name}.m3u8")).read()
        assert sum(map(float, re.findall(r"#EXTINF:([\d.]+)", playlist))) == pytest.approx(6, abs=0.3)


@pytest.mark.django_db
def test_one_picture_where_nothing_can_be_sought_has_a_poster():
    video_file = watching.processed(as_flv(clips.one_frame_mp4()))
    assert video_file.job.state == State.READY, video_file.job.reason
    assert video_file.has_poster
