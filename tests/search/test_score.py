"""Best match: the order of hits for one query."""

import pytest

from video_pages.search.score import score
from video_pages.search.words import Query, query_of


def points(query, title="", section="", text=""):
    return score(query_of(query), title, section, text)


@pytest.mark.parametrize(
    ("query", "better", "worse"),
    [
        ("salt", {"title": "salt"}, {"title": "salt flats"}),
        ("salt flats", {"title": "salt flats at dusk"}, {"title": "the salt flats"}),
        ("salt flats", {"title": "the salt flats"}, {"title": "flats of salt"}),
        ("salt", {"title": "old salt"}, {"title": "old salts"}),
        ("salt", {"title": "old salts"}, {"title": "harbour", "section": "salt"}),
        ("salt", {"title": "harbour", "section": "salt"}, {"title": "harbour", "text": "salt"}),
        ("salt", {"title": "the old salt"}, {"title": "the very old salt"}),
        ("salt fl", {"title": "salt flats"}, {"title": "flats and salt"}),
    ],
)
def test_the_better_match_has_more_points(query, better, worse):
    assert points(query, **better) > points(query, **worse) > 0


def test_a_mistyped_word_counts_less_than_the_typed_one():
    query = Query((("harbor", "harbour"),))
    assert score(query, "harbor", "", "") > score(query, "old harbour", "", "") > 0


def test_no_score_is_below_zero():
    assert score(Query((("harbor", "harbour"),)), "a " * 60, "", "harbours") == 0
