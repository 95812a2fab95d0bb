"""Sound out of the ordinary, from the file to what visitors hear: whole, in step, and as long as the film."""

import re

import pytest
from django.template.loader import render_to_string

from tests import audio_clips, clips
from tests.transcoding import watching
from video_pages.pages.panels import processing_facts
from video_pages.transcoding.models import State

pytestmark = pytest.mark.django_db
TONES = (440, 880, 1200, 1600)


def playlist(video_file, rendition):
    return watching.made(video_file, f"{rendition.name}.m3u8")


def assert_whole(video_file, seconds, *, has_sound=True):
    """Every playlist adds up to the film's length, sound and pictures go on to its end, and no bit rate is a lie."""
    assert video_file.job.state == State.READY, video_file.job.reason
    assert video_file.duration == pytest.approx(seconds, abs=0.1)
    for rendition in video_file.renditions.exclude(kind="progressive"):
        path = playlist(video_file, rendition)
        text = open(path).read()
        parts = [float(part) for part in re.findall(r"#EXTINF:([\d.]+)", text)]
        sizes = [int(size) for size in re.findall(r"#EXT-X-BYTERANGE:(\d+)", text)]
        assert sum(parts) == pytest.approx(seconds, abs=0.1)
        assert rendition.bandwidth == round(max(peaks(parts, sizes)))
        assert watching.decode(path) == ""
        kinds = {"audio"} if rendition.kind == "audio" else {"video", "audio"} if not others(video_file) else {"video"}
        kinds -= set() if has_sound else {"audio"}
        found = watching.ends(path)
        assert set(found) == kinds
        assert all(end == pytest.approx(seconds, abs=0.35) for end in found.values()), found


def peaks(parts, sizes):
    """The bit rate of the shortest run of segments to the end of each that is half as long as the longest."""
    enough = min(max(parts) / 2, sum(parts))
    for end in range(1, len(parts) + 1):
        runs = [begin for begin in range(end) if sum(parts[begin:end]) >= enough - 1e-6]
        if runs:
            yield sum(sizes[runs[-1] : end]) * 8 / sum(parts[runs[-1] : end])


def others(video_file):
    """The renditions of sound that stand beside the pictures, in the order of their names."""
    return list(video_file.renditions.filter(kind="audio").order_by("name"))


def heard(video_file):
    """Return the TONES in each channel of the default audio."""
    return watching.heard(watching.progressive(video_file), *TONES)


def test_sound_that_ends_before_the_pictures_goes_on_as_silence():
    video_file = watching.processed(audio_clips.short_audio_mp4(8, ends=3))
    assert_whole(video_file, 8)
    assert video_file.renditions.get(name="source").is_copy, "the pictures are still those of the source"


@pytest.mark.parametrize("clip", [audio_clips.short_video_mp4, audio_clips.still_mp4])
def test_the_last_picture_stands_until_the_sound_ends(clip):
    video_file = watching.processed(clip(8))
    assert_whole(video_file, 8)
    top = watching.made(video_file, "90p.mp4")
    assert watching.middle(watching.frame(top, 7.9)) == pytest.approx(watching.middle(watching.frame(top, 2)), abs=12)


def test_a_hole_in_the_sound_is_filled():
    video_file = watching.processed(audio_clips.holed_audio_mkv(8, hole=(3, 5)))
    assert_whole(video_file, 8)
    track = video_file.facts["audio_tracks"][0]
    assert track["longest_gap_seconds"] == pytest.approx(2, abs=0.1)
    packets = watching.audio_packets(playlist(video_file, video_file.renditions.get(name="source")))
    ends = [start + length for start, length, _data in packets]
    assert all(start - end < 0.05 for end, (start, *_) in zip(ends, packets[1:], strict=False))


def test_whole_sound_that_players_know_is_copied():
    video_file = watching.processed(clips.mkv(2))
    copied = {data for *_, data in watching.audio_packets(watching.progressive(video_file))}
    assert copied == {data for *_, data in watching.audio_packets(clips.mkv(2))}


def test_ambisonic_sound_is_heard_from_where_it_comes():
    video_file = watching.processed(audio_clips.ambisonic_mkv())
    assert_whole(video_file, 2)
    assert heard(video_file) == [[440], []], "it comes from the left"


def test_of_channels_that_nobody_named_all_are_heard():
    video_file = watching.processed(audio_clips.many_channels_mkv(9))
    assert_whole(video_file, 1)
    assert [440] in heard(video_file)


@pytest.mark.parametrize("clip", [audio_clips.broken_audio_mkv, audio_clips.unknown_audio_mov])
def test_a_film_whose_sound_can_not_be_decoded_is_published_without_it(clip):
    video_file = watching.processed(clip())
    assert_whole(video_file, 2, has_sound=False)
    assert [track["is_readable"] for track in video_file.facts["audio_tracks"]] == [False]
    assert "shown without it" in video_file.job.reason
    context = processing_facts.processing_facts_context(video_file)
    assert "shown without it" in render_to_string("video_pages/admin/video/processing_facts.html", context)
    assert any("can't be read" in words for _name, words in context["facts"])


def test_two_mono_tracks_are_heard_left_and_right():
    video_file = watching.processed(audio_clips.tracks(440, 880))
    assert_whole(video_file, 2)
    assert not others(video_file) and heard(video_file) == [[440], [880]]
    assert video_file.job.reason == ""


def test_a_silent_first_track_is_not_heard():
    video_file = watching.processed(audio_clips.tracks(0, 880, channels=2))
    assert_whole(video_file, 2)
    assert not others(video_file) and heard(video_file) == [[880], [880]]


def test_a_track_for_each_channel_keeps_all_of_them():
    video_file = watching.processed(audio_clips.tracks(*TONES, name="four.mxf"))
    assert_whole(video_file, 2)
    found = others(video_file)
    assert [(one.label, one.is_default) for one in found] == [("Sound 1", True), ("Sound 2", False)]
    heard_in = [watching.heard(playlist(video_file, one), *TONES) for one in found]
    assert heard_in == [[[440], [880]], [[1200], [1600]]]
    assert heard(video_file) == [[440], [880]]
    master = open(watching.made(video_file, "master.m3u8")).read()
    assert 'NAME="Sound 2",DEFAULT=NO' in master and "LANGUAGE" not in master


def test_six_mono_tracks_are_a_surround_mix_of_which_nothing_is_lost():
    video_file = watching.processed(audio_clips.tracks(0, 0, 440, 880, 1200, 1600, name="six.mov"))
    assert_whole(video_file, 2)
    assert not others(video_file) and heard(video_file) == [[440, 880, 1200], [440, 880, 1600]]
