"""Parse and format positions in a video, as 1:02:30, 18:20 or 90; the form field for them."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

TIMECODE = re.compile(r"(?:(?:(\d{1,3}):)?(\d{1,3}):)?(\d{1,6})", re.ASCII)
MAX_SECONDS = 2**31 - 1  # the largest value of the column on every database
NOT_A_TIME = _("Write a time as 1:02:30, 18:20 or 90 (seconds).")


def parse_timecode(text: str) -> int:
    """Return the seconds of `text`, written as "1:02:30", "18:20" or "90". Raises ValueError for anything else.

    A part after a colon is at most 59; the first part may be larger: "90:00" is an hour and a half.
    """
    found = TIMECODE.fullmatch(text.strip())
    if found is None:
        raise ValueError(text)
    hours, minutes, seconds = found.groups()
    if (hours and int(minutes) > 59) or (minutes and int(seconds) > 59):
        raise ValueError(text)
    return (int(hours or 0) * 60 + int(minutes or 0)) * 60 + int(seconds)


def format_timecode(seconds: float) -> str:
    """Return `seconds`, rounded down, as "1:02:30", "18:20" or "0:05"."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


class TimecodeField(forms.IntegerField):
    """A form field for a number of seconds that is written as a timecode."""

    default_error_messages = {"invalid": NOT_A_TIME}

    def __init__(self, **kwargs: Any) -> None:
        kwargs["widget"] = forms.TextInput(attrs={"inputmode": "text", "autocomplete": "off", "size": 10})
        super().__init__(**{"max_value": MAX_SECONDS, **kwargs})

    def to_python(self, value: object) -> int | None:
        if value in self.empty_values:
            return None
        try:
            return parse_timecode(str(value))
        except ValueError as error:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from error

    def prepare_value(self, value: object) -> object:
        # Invalid input is shown again as it was typed.
        return format_timecode(value) if isinstance(value, int) else value

    def has_changed(self, initial: object, data: object) -> bool:
        try:
            return initial != self.to_python(data)
        except ValidationError:
            return True
