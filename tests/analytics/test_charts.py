"""The geometry of bars and curves; single views are kept for long enough."""

import pytest

from site_config.checks.settings_checks import single_views_are_kept_long_enough
from video_pages.analytics import charts


@pytest.mark.parametrize(
    ("most", "top"), [(0, 2), (1, 2), (3, 4), (5, 6), (9, 10), (10, 10), (11, 20), (999, 1000), (2001, 4000)]
)
def test_the_top_of_an_axis_is_a_round_number_and_so_is_its_half(most, top):
    drawn = charts.bars([("a", most)])
    assert drawn.top == top
    assert drawn.half * 2 == top


def test_bars_stand_side_by_side_and_as_high_as_their_share_of_the_top():
    drawn = charts.bars([("a", 0), ("b", 5), ("c", 10), ("d", 1)])
    assert drawn.top == 10
    assert [bar.height for bar in drawn.bars] == [0, 50, 100, 10]
    assert all(bar.y + bar.height == charts.HEIGHT for bar in drawn.bars)
    places = [(bar.x, bar.x + bar.width) for bar in drawn.bars]
    assert all(end < start for (_first, end), (start, _last) in zip(places, places[1:], strict=False))
    assert places[-1][1] < charts.WIDTH
    assert drawn.labels == ["a", "c", "d"]


def test_without_numbers_there_is_an_empty_drawing():
    assert charts.bars([]).bars == [] and charts.bars([]).top == 2
    assert charts.curve([]).line == ""


def test_a_curve_goes_from_edge_to_edge_and_its_area_down_to_the_ground():
    drawn = charts.curve([1, 0.5, 0])
    assert drawn.line == "0,0 300,50 600,100"
    assert drawn.area == "0,100 0,0 300,50 600,100 600,100"
    assert charts.curve([0.25]).line == "0,75"


def test_single_views_can_not_be_removed_while_their_access_may_last(settings):
    settings.KEEP_RAW_VIEWS_DAYS = 32
    assert single_views_are_kept_long_enough(None) == []
    settings.KEEP_RAW_VIEWS_DAYS = 31
    (problem,) = single_views_are_kept_long_enough(None)
    assert problem.id == "video_pages.E006" and "32 or more" in problem.hint
