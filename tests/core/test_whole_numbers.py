"""Whole numbers in requests are parsed by one module."""

import pytest
from django import forms
from hypothesis import given

from tests import fuzz
from video_pages.core.whole_numbers import MAX_ID, read_form_id, read_whole_number


@fuzz.fuzzed(300)
@given(fuzz.texts())
def test_any_text_is_a_number_in_bounds_or_none(text):
    number = read_whole_number(text)
    assert number is None or 0 <= number <= MAX_ID


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0", 0),
        ("007", 7),
        ("0" * 5000 + "1", 1),
        (str(MAX_ID), MAX_ID),
        (str(MAX_ID + 1), None),
        ("9" * 4301, None),
        ("-1", None),
        ("+1", None),
        (" 1", None),
        ("1\n", None),
        ("1_0", None),
        ("\u0665", None),
        ("", None),
        (None, None),
    ],
)
def test_numbers_are_read_strictly(text, number):
    assert read_whole_number(text) == number


def test_a_bound_of_the_caller_holds():
    assert read_whole_number("4096", most=4096) == 4096
    assert read_whole_number("4097", most=4096) is None


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("7", 7),
        (" 7\n", 7),
        ("+7", 7),
        ("007", 7),
        ("\u0667", 7),
        (str(MAX_ID), MAX_ID),
        (str(MAX_ID + 1), None),
        ("9" * 4301, None),
        ("0", None),
        ("-7", None),
        ("7.0", None),
        ("", None),
    ],
)
def test_an_id_is_read_as_a_form_field_reads_it(text, number):
    assert read_form_id(text) == number
    if number is not None:
        assert forms.IntegerField().clean(text) == number
