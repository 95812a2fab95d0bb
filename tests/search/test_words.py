"""Words are folded and split so that every spelling and script is found in the same way."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import fuzz
from video_pages.search.words import MAX_QUERY_WORDS, MAX_WORD, MAX_WORDS, as_typed, fold, query_of, words_of


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Straße, STRASSE, STRAẞE", "strasse, strasse, strasse"),
        ("Łódź København Ærø þing Đà", "lodz kobenhavn aero thing da"),
        ("İstanbul ISPARTA ısparta", "istanbul isparta isparta"),
        ("Crème BRÛLÉE naïve", "creme brulee naive"),
        ("Ёлка Ὀδυσσεύς", "елка οδυσσευσ"),
        ("ＦＩＬＭ ﬁlm ℡", "film film tel"),
        ("שָׁלוֹם مُحَمَّد", "שלום محمد"),
        ("한국어 がぎ हिन्दी", "한국어 がぎ हिन्दी"),
    ],
)
def test_case_accents_and_width_are_folded(text, folded):
    assert fold(text) == folded


@fuzz.fuzzed(300)
@given(st.text(max_size=80))
def test_folding_a_folded_text_changes_nothing(text):
    assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Salt flats, second cut", ["salt", "flats", "second", "cut"]),
        ("S01E02 – 3.5\" l'été", ["s01e02", "3", "5", "l", "ete"]),
        ("世界地图", ["世界", "界地", "地图", "图"]),
        ("2026世界cup", ["2026", "世界", "界", "cup"]),
        ("हिन्दी फ़िल्म", ["हिन्दी", "फ़िल्म"]),
        ("🎬 — ''", []),
        ("a_b", ["a", "b"]),
    ],
)
def test_texts_are_split_at_what_is_no_letter_and_in_pairs_where_words_have_no_spaces(text, words):
    assert words_of(text) == [fold(word) for word in words]


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("世", ("世",)),
        ("世界", ("世界",)),
        ("世界地", ("世界", "界地")),
        ("Film film FILM", ("film",)),
        ('" OR (', ("or",)),
    ],
)
def test_a_query_has_each_word_once_and_no_last_character_of_a_run(typed, words):
    assert query_of(typed).words == words


def test_texts_and_queries_are_bounded():
    assert len(words_of("word " * 10_000)) == MAX_WORDS
    assert words_of("x" * 500) == ["x" * MAX_WORD]
    assert len(query_of(" ".join(f"w{number}" for number in range(50))).words) == MAX_QUERY_WORDS
    assert not query_of("")


@fuzz.fuzzed(300)
@given(st.text(max_size=200))
def test_a_word_of_a_title_is_found_by_itself(text):
    words = set(words_of(text))
    for word in query_of(text).words:
        assert any(each.startswith(word) for each in words)
        assert not set(word) & set(" '\"\\:*&|!()<>\0\n")


def test_a_word_is_named_as_the_title_writes_it():
    assert as_typed("Die Straße nach Łódź", "strasse") == "Straße"
    assert as_typed("Die Straße", "other") == "other"
