"""The audio choices of a video and their names: from the metadata of the tracks, and from decoded audio."""

import pytest

from video_pages.models import Rendition
from video_pages.transcoding.audio_choices import _distinct_labels, audio_choices
from video_pages.transcoding.facts import AudioTrack, Facts

MONO, STEREO, SILENT = {"channels": 1}, {"channels": 2}, {"is_silent": True}


def track(stream, **said):
    known = {"codec": "pcm_s16le", "profile": "", "channels": 2, "layout": "", "sample_rate": 48_000}
    words = {"starts_at_seconds": 0.0, "language": "", "title": "", "is_default": False, "ends_at_seconds": 8.0}
    return AudioTrack(stream=stream, **{**known, **words, **said})


def facts(*tracks):
    video = {"width": 320, "height": 180, "video_codec": "h264", "pixel_format": "yuv420p", "video_stream": 0}
    others = {"audio_codec": "", "frame_rate": 25.0, "rotation": 0, "bit_rate": 1, "audio_stream": 1}
    return Facts(container="mp4", duration_seconds=8.0, audio_tracks=tracks, **video, **others)


def streams(*said):
    """Return the streams of each sound, the default first, of tracks numbered from 1 that are as `said`."""
    found = audio_choices(facts(*(track(number, **words) for number, words in enumerate(said, start=1))))
    assert [one.is_default for one in found] == [True, *[False] * (len(found) - 1)][: len(found)]
    return [tuple(track.stream for track in one.tracks) for one in found]


def labels(*said):
    return [one.label for one in audio_choices(facts(*(track(n, **words) for n, words in enumerate(said, start=1))))]


@pytest.mark.parametrize("title", ["x" * 120, "Film", "x" * 118])
def test_equal_titles_are_distinguished_within_the_columns_length(title):
    names = _distinct_labels([track(n, title=title) for n in range(3)])
    assert names[0] == title
    assert len(set(names)) == 3 and names[2].endswith(" (3)")
    assert max(map(len, names)) <= Rendition._meta.get_field("label").max_length


def test_titles_that_differ_stay_as_they_are():
    assert labels({"title": "Film"}, {"title": "Comments"}, {"language": "fra"}) == ["Film", "Comments", "Français"]


def test_unnamed_stereo_tracks_are_a_choice():
    assert streams(STEREO, STEREO, STEREO) == [(1,), (2,), (3,)]
    assert labels(STEREO, STEREO) == ["Sound 1", "Sound 2"]
    assert labels({"language": "eng"}, {"language": "eng"}) == ["English", "English (2)"]


def test_two_mono_tracks_are_left_and_right():
    assert streams(MONO, MONO) == [(1, 2)]
    assert streams({**MONO, "language": "eng"}, {**MONO, "language": "ger"}) == [(1,), (2,)], "unless they are named"


def test_mono_tracks_of_an_editing_suite_are_pairs_or_one_surround_mix():
    assert streams(*[MONO] * 4) == [(1, 2), (3, 4)]
    assert streams(*[MONO] * 6) == [(1, 2, 3, 4, 5, 6)]
    assert streams(*[MONO] * 8) == [(1, 2), (3, 4), (5, 6), (7, 8)]
    assert streams(*[MONO] * 3) == [(1, 2), (3,)]
    assert streams(STEREO, MONO, MONO) == [(1,), (2, 3)]


def test_silent_tracks_are_left_out_and_the_others_keep_their_places():
    quiet = {**MONO, **SILENT}
    assert streams({**STEREO, **SILENT}, STEREO) == [(2,)], "a silent first track is no default"
    assert streams({**SILENT, "is_default": True, "language": "eng"}, {"language": "ger"}) == [(2,)]
    assert streams(quiet, MONO) == [(2,)]
    assert streams(quiet, MONO, MONO, quiet) == [(2,), (3,)]
    assert streams(*[MONO] * 2, *[quiet] * 6) == [(1, 2)]
    assert streams(*[MONO] * 3, quiet, *[MONO] * 2, quiet, quiet) == [(1, 2, 3, 4, 5, 6)]
    assert streams(quiet, quiet) == [(1, 2)], "a film that is silent on purpose stays as it is"


def test_what_can_not_be_read_is_no_sound():
    assert streams({"is_readable": False}) == []
    assert streams({"is_readable": False, "is_default": True}, STEREO) == [(2,)]


def test_the_files_own_default_is_the_first():
    assert streams({"language": "eng"}, {"language": "ger", "is_default": True}) == [(2,), (1,)]


@pytest.mark.parametrize(
    ("said", "is_copied"),
    [
        ({}, True),
        ({"ends_at_seconds": 7.8}, True),
        ({"ends_at_seconds": 7.6}, False),
        ({"ends_at_seconds": None}, False),
        ({"longest_gap_seconds": 0.4}, False),
        ({"starts_at_seconds": 0.5}, False),
        ({"profile": "HE-AAC"}, False),
        ({"channels": 6}, False),
        ({"sample_rate": 22_050}, False),
    ],
)
def test_only_a_track_that_is_whole_is_copied(said, is_copied):
    (found,) = audio_choices(facts(track(1, **{"codec": "aac", "profile": "LC", **said})))
    assert found.is_copied is is_copied
