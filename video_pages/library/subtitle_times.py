"""Parse the times in subtitle files, also those in a wrong but unambiguous form; pure.

Many tools write times that no format allows and that have only one meaning: 60 seconds, blanks after colons, a minus
sign from a shift of all times. These are parsed and reported as repaired. The caller limits the length of a line.
"""

import re
from dataclasses import dataclass

MAX_TIME_MS = 100 * 60 * 60 * 1000  # longer than any video; the column holds six times as much
ARROW = "-->"
MAX_TIME_CHARACTERS = 80  # of one time, with all its blanks

# [hours:]minutes:seconds[.thousandths]; a comma in SRT. The number of blanks is limited: matching takes linear time.
_PART = r"[ \t]{0,4}(-?)(\d{1,3})[ \t]{0,4}"
TIME = re.compile(rf"[ \t]*(-?)(?:{_PART}:)?{_PART}:{_PART}(?:[.,][ \t]{{0,4}}-?(\d{{1,3}}))?", re.ASCII)
PROPER = re.compile(r"(?:\d{1,3}:)?\d{1,2}:\d{1,2}(?:[.,]\d{1,3})?", re.ASCII)
TIME_LIKE = re.compile(r"[\s\d:.,-]*\d[\s\d:.,-]*", re.ASCII)


class InvalidTime(ValueError):
    """The line has an arrow, and its times can't be parsed."""


@dataclass(frozen=True)
class Times:
    """From `start_ms` to `end_ms` (milliseconds); `is_repaired` if their form is not one of the format."""

    start_ms: int
    end_ms: int
    is_repaired: bool


def is_time_line(line: str) -> bool:
    """Return whether `line` is the time line of a cue: the text before its arrow consists of digits and colons."""
    before, arrow, _after = line.partition(ARROW)
    return bool(arrow) and ":" in before and TIME_LIKE.fullmatch(before) is not None


def read_times(line: str) -> Times:
    """Return the Times of a time line without the positioning after them. Raises InvalidTime."""
    before, _arrow, after = line.partition(ARROW)
    start_ms, start_is_proper, rest = _read(before)
    if rest.strip():
        raise InvalidTime(before)
    end_ms, end_is_proper, rest = _read(after)
    if rest and not rest[0].isspace():
        raise InvalidTime(after)
    if max(start_ms, end_ms) > MAX_TIME_MS:
        raise InvalidTime(line)
    # Times before the start of the video can't be shown.
    is_repaired = min(start_ms, end_ms) < 0 or not (start_is_proper and end_is_proper)
    return Times(max(0, start_ms), max(0, end_ms), is_repaired)


def _read(text: str) -> tuple[int, bool, str]:
    """Return (milliseconds, whether the format allows its form, the text after it) of the time in `text`."""
    found = TIME.match(text)
    if found is None or found.end() > MAX_TIME_CHARACTERS:
        raise InvalidTime(text)
    sign, hours_sign, hours, minutes_sign, minutes, seconds_sign, seconds, thousandths = found.groups()
    total = ((int(hours or 0) * 60 + int(minutes)) * 60 + int(seconds)) * 1000 + int((thousandths or "0").ljust(3, "0"))
    is_negative = bool(sign or hours_sign or minutes_sign or seconds_sign)
    written = found[0].strip()
    is_proper = PROPER.fullmatch(written) is not None and int(minutes) <= 59 and int(seconds) <= 59
    # Blanks after the seconds belong to the text after the time.
    return (-total if is_negative else total), is_proper, text[len(text[: found.end()].rstrip()) :]
