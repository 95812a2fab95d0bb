"""The map of a storyboard: arithmetic alone. The sheets are drawn in `test_pipeline`."""

import pytest

from video_pages.transcoding import storyboard


def tiles_of(text):
    """Return [(time span, sheet and place)] of a map."""
    lines = [line for line in text.splitlines()[1:] if line]
    return list(zip(lines[::2], lines[1::2], strict=True))


def test_the_tiles_follow_each_other_and_the_last_ends_with_the_film():
    assert tiles_of(storyboard.write_map(17.5, 4, (160, 90), (2, 2), 2)) == [
        ("00:00:00.000 --> 00:00:04.000", "storyboard-1.jpg#xywh=0,0,160,90"),
        ("00:00:04.000 --> 00:00:08.000", "storyboard-1.jpg#xywh=160,0,160,90"),
        ("00:00:08.000 --> 00:00:12.000", "storyboard-1.jpg#xywh=0,90,160,90"),
        ("00:00:12.000 --> 00:00:16.000", "storyboard-1.jpg#xywh=160,90,160,90"),
        ("00:00:16.000 --> 00:00:17.500", "storyboard-2.jpg#xywh=0,0,160,90"),
    ]


def test_a_map_names_no_sheet_that_was_not_drawn():
    assert len(tiles_of(storyboard.write_map(17.5, 4, (160, 90), (2, 2), 1))) == 4


@pytest.mark.parametrize(("seconds", "every"), [(0.5, 4), (800, 4), (801, 8), (1600, 8), (1601, 12), (3 * 3600, 56)])
def test_a_long_film_has_no_more_tiles_than_200(seconds, every):
    assert storyboard.interval_seconds(seconds) == every
