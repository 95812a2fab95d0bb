"""Which status and which bytes a request for a file gets: RFC 9110 conditions and single ranges.

Nothing here opens a file or knows a framework. Where RFC 9110 leaves the choice to the server, the
answer is the one nginx gives (the tests ask the real one). Differences from nginx, all on purpose:

* several ranges get the whole file with 200, where nginx sends `multipart/byteranges`;
* If-None-Match set, If-Modified-Since is not looked at (13.1.3: MUST); nginx wants both to hold;
* If-Match set, If-Unmodified-Since is not looked at (13.1.4: MUST); nginx wants both to hold;
* an If-Unmodified-Since that is no date is ignored (13.1.4: MUST); nginx answers 412.

With nginx, and not with the letter of 14.2, HEAD is answered with the headers of the same GET, ranges
included (9.3.2).
"""

import dataclasses
import re

from django.utils.http import parse_http_date_safe

from video_pages.core.whole_numbers import read_whole_number

# One range of a Range header. Spaces, but no tabs, are let through where nginx lets them through.
RANGE_SPEC = re.compile(r" *(?:([0-9]+) *- *([0-9]*)|-([0-9]+)) *")


class RangeNotSatisfiable(Exception):
    """No byte of the request lies inside the file, or the ranges can't be read: status 416."""


@dataclasses.dataclass(frozen=True)
class Representation:
    """What is known of the file: `size` in bytes, the strong `etag` with its quotes, `modified` as a
    whole number of seconds since 1970 (UTC)."""

    size: int
    etag: str
    modified: int


@dataclasses.dataclass(frozen=True)
class Answer:
    """The status (200, 206, 304, 412 or 416) and how much of the file goes with it.

    `length` bytes beginning at `first`; nothing for 304, 412 and 416.
    """

    status: int
    first: int = 0
    length: int = 0


def evaluate(headers, representation):
    """The Answer to a GET or HEAD with these request headers (a case-insensitive mapping of strings).

    RFC 9110, 13.2.2: If-Match or else If-Unmodified-Since, then If-None-Match or else
    If-Modified-Since, then Range with If-Range.
    """
    if not _precondition_holds(headers, representation):
        return Answer(412)
    if _is_not_modified(headers, representation):
        return Answer(304)
    whole = Answer(200, 0, representation.size)
    if "Range" not in headers or not _if_range_holds(headers, representation):
        return whole
    try:
        positions = parse_range(headers["Range"], representation.size)
    except RangeNotSatisfiable:
        return Answer(416)
    if positions is None:
        return whole
    first, last = positions
    return Answer(206, first, last - first + 1)


def parse_range(header, size):
    """Return (first, last) byte positions, inclusive, or None for the whole file.

    `size` is the file's length in bytes. Raises RangeNotSatisfiable when no byte of the request lies
    inside the file, and when a range can't be read (14.2 leaves that to the server). None when the unit
    is not bytes, when several ranges are asked for, and when an empty file is asked for from its start.
    RFC 9110, 14.1.2.
    """
    header = header.strip(" \t")
    if len(header) <= len("bytes=") or header[:6].lower() != "bytes=":
        return None
    specs = header[6:].split(",")
    satisfiable = []
    for spec in specs:
        match = RANGE_SPEC.fullmatch(spec)
        if not match:
            raise RangeNotSatisfiable
        first, last = _positions(match, size)
        if first <= last:
            satisfiable.append((first, last))
        elif first == 0:
            return None
    if not satisfiable:
        raise RangeNotSatisfiable
    return satisfiable[0] if len(specs) == 1 else None


def _positions(match, size):
    """The inclusive positions that one matched range asks for, cut to the file; first > last if none."""
    first_digits, last_digits, suffix_digits = match.groups()
    if suffix_digits is not None:
        return max(0, size - _number(suffix_digits)), size - 1
    first = _number(first_digits)
    last = _number(last_digits) if last_digits else size - 1
    return first, min(last, size - 1)


def _number(digits):
    """The number, or RangeNotSatisfiable past the largest offset of a file."""
    number = read_whole_number(digits)
    if number is None:
        raise RangeNotSatisfiable
    return number


def _precondition_holds(headers, representation):
    """If-Match (13.1.1, strong comparison), or else If-Unmodified-Since (13.1.4)."""
    if "If-Match" in headers:
        return _names_tag(headers["If-Match"], representation.etag, weak=False)
    since = parse_http_date_safe(headers.get("If-Unmodified-Since", ""))
    return since is None or representation.modified <= since


def _is_not_modified(headers, representation):
    """If-None-Match (13.1.2, weak comparison), or else If-Modified-Since (13.1.3).

    Only the very date that we gave as Last-Modified counts, as in nginx: a file restored from a backup
    may be older than the copy a browser holds.
    """
    if "If-None-Match" in headers:
        return _names_tag(headers["If-None-Match"], representation.etag, weak=True)
    return parse_http_date_safe(headers.get("If-Modified-Since", "")) == representation.modified


def _if_range_holds(headers, representation):
    """If-Range (13.1.5): our strong tag, or the exact date of Last-Modified; true if not there."""
    if "If-Range" not in headers:
        return True
    validator = headers["If-Range"].strip(" \t")
    if validator.endswith('"'):
        return validator == representation.etag
    return parse_http_date_safe(validator) == representation.modified


def _names_tag(field, etag, *, weak):
    """Whether a list of entity tags names ours, or is the `*` that names every tag."""
    if field.strip(" \t") == "*":
        return True
    tags = (tag.strip(" \t") for tag in field.split(","))
    return any((tag.removeprefix("W/") if weak else tag) == etag for tag in tags)
