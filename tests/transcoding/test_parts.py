"""The sizes of a ladder that are one part: pure arithmetic on the sizes."""

import pytest

from tests.transcoding.video_facts import facts
from video_pages.transcoding import parts, plan


def names_of(width, height, *, codec=None):
    known = facts(width, height)
    rungs = plan.ladder(known, max_height=2160) if codec is None else plan.extra_rungs(known, codec, max_height=2160)
    return [order.name for order in parts.orders(known, rungs, ())]


@pytest.mark.parametrize(
    ("size", "names"),
    [
        ((3840, 2160), ["2160p", "1440p to 144p"]),
        ((1920, 1080), ["1080p", "720p to 144p"]),
        ((1080, 1920), ["1080p", "720p to 144p"]),
        ((1920, 800), ["1080p", "720p to 144p"]),
        ((854, 480), ["480p", "360p to 144p"]),
    ],
)
def test_the_largest_size_is_one_part_and_the_others_are_together(size, names):
    assert names_of(*size) == names


def test_sizes_that_have_more_pixels_than_the_largest_one_are_several_parts():
    """Two sizes of nearly the same height, as of a video that is a little taller than a usual size."""
    rungs = plan.ladder(facts(1920, 1080), max_height=2160)
    orders = parts.orders(facts(1920, 1080), [rungs[1], *rungs[1:]], ())
    assert [order.numbers for order in orders] == [(0,), (1,), (2, 3, 4, 5)]


def test_sizes_in_another_codec_are_parts_by_the_same_rule():
    assert names_of(1920, 1080, codec="hevc") == ["1080p-hevc", "720p-hevc"]


def test_parts_scale_their_frames_through_all_sizes_above_them_and_one_of_them_has_the_audio_renditions():
    known = facts(1920, 1080)
    first, rest = parts.orders(known, plan.ladder(known, max_height=2160), (), lists_audio=True)
    assert (len(first.rungs), len(rest.rungs)) == (1, 6)
    assert (first.lists_audio, rest.lists_audio) == (True, False)
