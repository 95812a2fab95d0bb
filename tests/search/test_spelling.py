"""Words that differ from a typed one by one letter are found, and no others."""

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from tests import fuzz
from video_pages.search import spelling
from video_pages.search.models import SpellingKey


@pytest.mark.parametrize(
    "typed",
    ["mandelbort", "mandelbrt", "mandelbrrot", "mandelbrat", "nandelbrot", "andelbrot", "amndelbrot", "mandelbro"],
)
def test_one_error_is_near(typed):
    assert spelling.is_near(typed, "mandelbrot")


@pytest.mark.parametrize("typed", ["mendelbort", "mandel", "brot", "mandelbrotss", "lebensbrot"])
def test_more_than_one_error_is_not(typed):
    assert not spelling.is_near(typed, "mandelbrot") or "mandelbrot".startswith(typed)


def test_the_beginning_of_a_word_may_have_an_error():
    assert spelling.is_near("madnel", "mandelbrot")
    assert not spelling.is_near("madnle", "mandelbrot")


@pytest.mark.django_db
@pytest.mark.parametrize("typed", ["mandelbort", "mxndelbrot", "andelbrot", "mandelbrott", "madnel", "mandlb"])
def test_a_mistyped_word_is_corrected(typed):
    spelling.remember(["mandelbrot", "harbour", "set", "film7"])
    assert spelling.corrections(typed) == ["mandelbrot"]


@pytest.mark.django_db
@pytest.mark.parametrize("typed", ["mandelbrot", "mandel", "hor", "film8", "世界地图", ""])
def test_right_short_and_other_words_are_left_alone(typed):
    spelling.remember(["mandelbrot", "hat", "film7"])
    assert spelling.corrections(typed) == []


@pytest.mark.django_db
def test_words_of_other_scripts_are_corrected_too():
    spelling.remember(["москва", "αθηνα"])
    assert spelling.corrections("мосвка") == ["москва"]
    assert spelling.corrections("αθινα") == ["αθηνα"]


@pytest.mark.django_db
def test_a_word_is_remembered_once(django_assert_max_num_queries):
    spelling.remember(["harbour"])
    rows = SpellingKey.objects.count()
    with django_assert_max_num_queries(1):
        spelling.remember(["harbour"])
    assert SpellingKey.objects.count() == rows == 8


@fuzz.fuzzed(200)
@given(st.text("abcdeé", min_size=4, max_size=12), st.data())
def test_each_single_error_shares_a_key(word, data):
    place = data.draw(st.integers(0, len(word) - 1))
    letter = data.draw(st.sampled_from("abcdeé"))
    changed = data.draw(
        st.sampled_from(
            [
                word[:place] + word[place + 1 :],
                word[:place] + letter + word[place:],
                word[:place] + letter + word[place + 1 :],
                word[:place] + word[place : place + 2][::-1] + word[place + 2 :],
            ]
        )
    )
    assert spelling.is_near(changed, word) or len(changed) < spelling.SHORTEST
    shared = spelling.keys(changed) & spelling.keys(word)
    assert shared or any(key.startswith(each) for key in spelling.keys(word) for each in spelling.keys(changed))


@pytest.mark.django_db
def test_corrections_use_an_index():
    spelling.remember([f"{a}{b}word" for a in "abcdefgh" for b in "abcdefgh"])
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute(
                "EXPLAIN QUERY PLAN SELECT word FROM video_pages_spellingkey WHERE key >= 'ab' AND key < 'ac'"
            )
            assert "USING COVERING INDEX" in str(cursor.fetchall())
