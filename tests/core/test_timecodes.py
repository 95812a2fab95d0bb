"""Times as people write them."""

import pytest
from django.core.exceptions import ValidationError

from video_pages.core.timecodes import TimecodeField, format_timecode, parse_timecode


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("1:02:30", 3750), ("18:20", 1100), ("90", 90), (" 0:05 ", 5), ("0", 0), ("90:00", 5400), ("1:00:00", 3600)],
)
def test_times_are_read(text, seconds):
    assert parse_timecode(text) == seconds


@pytest.mark.parametrize(
    "text", ["", "abc", "1:60", "1:60:00", "-5", "1.5", "1:2:3:4", ":30", "1:", "٣", "1h", "9" * 5000, "1 : 20", "\0"]
)
def test_anything_else_is_no_time(text):
    with pytest.raises(ValueError):
        parse_timecode(text)


@pytest.mark.parametrize(
    ("seconds", "text"), [(0, "0:00"), (5, "0:05"), (1100, "18:20"), (3750, "1:02:30"), (3600, "1:00:00")]
)
def test_times_are_written_as_they_are_read(seconds, text):
    assert format_timecode(seconds) == text
    assert parse_timecode(text) == seconds


def test_the_field_says_how_a_time_is_written_and_shows_what_was_typed():
    field = TimecodeField()
    with pytest.raises(ValidationError) as caught:
        field.clean("soon")
    assert caught.value.messages == ["Write a time as 1:02:30, 18:20 or 90 (seconds)."]
    assert field.prepare_value("soon") == "soon"
    assert field.prepare_value(1100) == "18:20"
    assert not field.has_changed(1100, "18:20")
    assert field.has_changed(1100, "18:21") and field.has_changed(1100, "soon")
