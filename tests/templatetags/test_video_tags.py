"""Numbers in, words out."""

import pytest
from django.utils import translation

from home.templatetags.home_tags import emphasise
from video_pages.core.humanize import format_clock, format_duration, format_minutes, format_size, format_wait


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.4, "0:01"),
        (9, "0:09"),
        (59.9, "0:59"),
        (60, "1:00"),
        (724, "12:04"),
        (3599.99, "59:59"),
        (3600, "1:00:00"),
        (5530, "1:32:10"),
        ("200", "3:20"),
    ],
)
def test_clock_writes_lengths_as_players_do(seconds, text):
    assert format_clock(seconds) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.4, "1 s"),
        (30, "30 s"),
        (60, "1 min"),
        (724, "12 min"),
        (3590, "1 h"),
        (3900, "1 h 5 min"),
        (5530, "1 h 32 min"),
    ],
)
def test_length_is_said_to_the_minute(seconds, text):
    assert format_duration(seconds) == text


def test_minutes_left_are_said_like_any_length():
    assert [format_minutes(52), format_minutes(60), format_minutes(92)] == ["52 min", "1 h", "1 h 32 min"]


@pytest.mark.parametrize(("seconds", "text"), [(1, "1 minute"), (60, "1 minute"), (61, "2 minutes")])
def test_a_time_to_wait_is_never_said_too_short(seconds, text):
    assert format_wait(seconds) == text


@pytest.mark.parametrize("nothing", [None, "", 0, -3, "soon", float("nan"), float("inf")])
@pytest.mark.parametrize("words", [format_clock, format_duration, format_minutes, format_wait])
def test_what_is_no_length_is_left_out(words, nothing):
    assert words(nothing) == ""


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("and *nobody else.*", "and <em>nobody else.</em>"),
        ("*a* and *b*", "<em>a</em> and <em>b</em>"),
        ("5 * 3", "5 * 3"),
        ("", ""),
        ("<b>*<i>*", "&lt;b&gt;<em>&lt;i&gt;</em>"),
        ("A & *B*", "A &amp; <em>B</em>"),
    ],
)
def test_words_between_asterisks_are_emphasised_and_nothing_else_is_markup(text, html):
    assert emphasise(text) == html


@pytest.mark.parametrize(
    ("language", "size_bytes", "text"),
    [
        ("de", 10 * 2**30, "10 GB"),
        ("de", 10.5 * 2**30, "10,5 GB"),
        ("en", 2**20, "1 MB"),
        ("ja", 2**20, "1 MB"),
        ("en", 0, "0 bytes"),
    ],
)
def test_size_has_a_decimal_only_if_it_is_not_zero(language, size_bytes, text):
    with translation.override(language):
        assert format_size(size_bytes).replace("\N{NO-BREAK SPACE}", " ") == text
