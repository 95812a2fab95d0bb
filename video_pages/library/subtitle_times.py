"""Times in subtitle files, as they are written and as they are written wrongly; pure.

Many tools write times that no format allows and that can mean one thing only: 60 seconds, blanks behind colons, a minus
from a shift of all times. These are read, and the reader is told. Whoever calls bounds the length of a line.
"""

import re
from dataclasses import dataclass

MAX_TIME_MS = 100 * 60 * 60 * 1000  # longer than any film here; the column holds six times that
ARROW = "-->"
LONGEST = 80  # characters of one time, with all its blanks

# [hours:]minutes:seconds[.thousandths]; a comma as SRT has it. Blanks are bounded, so nothing is searched twice.
_PART = r"[ \t]{0,4}(-?)(\d{1,3})[ \t]{0,4}"
TIME = re.compile(rf"[ \t]*(-?)(?:{_PART}:)?{_PART}:{_PART}(?:[.,][ \t]{{0,4}}-?(\d{{1,3}}))?", re.ASCII)
PROPER = re.compile(r"(?:\d{1,3}:)?\d{1,2}:\d{1,2}(?:[.,]\d{1,3})?", re.ASCII)
TRIES_TO_BE = re.compile(r"[\s\d:.,-]*\d[\s\d:.,-]*", re.ASCII)


class InvalidTime(ValueError):
    """The line has an arrow and its times can't be read."""


@dataclass(frozen=True)
class Times:
    """From `start_ms` to `end_ms` (milliseconds); `is_repaired` if they were not written as a format allows."""

    start_ms: int
    end_ms: int
    is_repaired: bool


def is_time_line(line):
    """True if `line` wants to say when a cue is shown: what stands before its arrow is made of digits and colons."""
    before, arrow, _after = line.partition(ARROW)
    return bool(arrow) and ":" in before and TRIES_TO_BE.fullmatch(before) is not None


def read_times(line):
    """Return the Times of a time line; what it says behind them of places on the screen is dropped. Raises NoTime."""
    before, _arrow, after = line.partition(ARROW)
    start_ms, start_is_proper, rest = _read(before)
    if rest.strip():
        raise InvalidTime(before)
    end_ms, end_is_proper, rest = _read(after)
    if rest and not rest[0].isspace():
        raise InvalidTime(after)
    if max(start_ms, end_ms) > MAX_TIME_MS:
        raise InvalidTime(line)
    # What lies before the film's beginning can't be shown.
    is_repaired = min(start_ms, end_ms) < 0 or not (start_is_proper and end_is_proper)
    return Times(max(0, start_ms), max(0, end_ms), is_repaired)


def _read(text):
    """Return (milliseconds, whether it is written as a format allows, what comes behind) of the time in `text`."""
    found = TIME.match(text)
    if found is None or found.end() > LONGEST:
        raise InvalidTime(text)
    sign, hours_sign, hours, minutes_sign, minutes, seconds_sign, seconds, thousandths = found.groups()
    total = ((int(hours or 0) * 60 + int(minutes)) * 60 + int(seconds)) * 1000 + int((thousandths or "0").ljust(3, "0"))
    is_negative = bool(sign or hours_sign or minutes_sign or seconds_sign)
    written = found[0].strip()
    is_proper = PROPER.fullmatch(written) is not None and int(minutes) <= 59 and int(seconds) <= 59
    # Blanks behind the seconds belong to what follows.
    return (-total if is_negative else total), is_proper, text[len(text[: found.end()].rstrip()) :]
