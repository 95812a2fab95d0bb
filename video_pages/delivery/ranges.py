"""The status and the bytes that answer a request for a file: RFC 9110 conditions and single ranges.

This module opens no file and does not depend on a web framework. Where RFC 9110 leaves the choice to the server, the
answer is the same as nginx's (the tests compare with a real nginx). Intended differences from nginx:

* several ranges get the whole file with 200, where nginx sends `multipart/byteranges`;
* with If-None-Match, If-Modified-Since is ignored (13.1.3: MUST); nginx requires both to hold;
* with If-Match, If-Unmodified-Since is ignored (13.1.4: MUST); nginx requires both to hold;
* an If-Unmodified-Since that is no date is ignored (13.1.4: MUST); nginx answers 412.

As in nginx, and unlike the letter of 14.2, HEAD gets the headers of the same GET, ranges included (9.3.2).
"""

import dataclasses
import re
from collections.abc import Mapping

from django.utils.http import parse_http_date_safe

from video_pages.core.whole_numbers import read_whole_number

# One range of a Range header. Spaces, but not tabs, are allowed where nginx allows them.
RANGE_SPEC = re.compile(r" *(?:([0-9]+) *- *([0-9]*)|-([0-9]+)) *")


class RangeNotSatisfiable(Exception):
    """The requested bytes lie outside the file, or the ranges cannot be parsed: status 416."""


@dataclasses.dataclass(frozen=True)
class Representation:
    """The facts of a file that conditions compare.

    `size` in bytes, the strong `etag` with its quotes, `modified` as a whole number of seconds since 1970 (UTC).
    """

    size: int
    etag: str
    modified: int


@dataclasses.dataclass(frozen=True)
class Answer:
    """The status (200, 206, 304, 412 or 416) and the part of the file in the body.

    The body is `length` bytes that begin at `first`; it is empty for 304, 412 and 416.
    """

    status: int
    first: int = 0
    length: int = 0


def evaluate(headers: Mapping[str, str], representation: Representation) -> Answer:
    """Return the Answer to a GET or HEAD with these request headers: a mapping by names spelled as below.

    The order is that of RFC 9110, 13.2.2: If-Match or else If-Unmodified-Since, then If-None-Match or else
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


def parse_range(header: str, size: int) -> tuple[int, int] | None:
    """Return the (first, last) byte positions, inclusive, or None for the whole file (RFC 9110, 14.1.2).

    `size` is the length of the file in bytes. Returns None if the unit is not bytes, if the header has several ranges,
    and if the range begins at the start of an empty file. Raises RangeNotSatisfiable if every range lies outside the
    file, or if one cannot be parsed (14.2 leaves that to the server).
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


def _positions(match: re.Match[str], size: int) -> tuple[int, int]:
    """Return the inclusive positions of one matched range within the file; first > last if there are none."""
    first_digits, last_digits, suffix_digits = match.groups()
    if suffix_digits is not None:
        return max(0, size - _number(suffix_digits)), size - 1
    first = _number(first_digits)
    last = _number(last_digits) if last_digits else size - 1
    return first, min(last, size - 1)


def _number(digits: str) -> int:
    """Return the number; raise RangeNotSatisfiable if it exceeds the largest offset of a file."""
    number = read_whole_number(digits)
    if number is None:
        raise RangeNotSatisfiable
    return number


def _precondition_holds(headers: Mapping[str, str], representation: Representation) -> bool:
    """Evaluate If-Match (13.1.1, strong comparison), or else If-Unmodified-Since (13.1.4)."""
    if "If-Match" in headers:
        return _names_tag(headers["If-Match"], representation.etag, weak=False)
    if "If-Unmodified-Since" not in headers:
        return True
    since = parse_http_date_safe(headers["If-Unmodified-Since"])
    return since is None or representation.modified <= since


def _is_not_modified(headers: Mapping[str, str], representation: Representation) -> bool:
    """Evaluate If-None-Match (13.1.2, weak comparison), or else If-Modified-Since (13.1.3).

    The date must equal Last-Modified, as in nginx: a file restored from a backup may be older than the copy in a
    browser's cache.
    """
    if "If-None-Match" in headers:
        return _names_tag(headers["If-None-Match"], representation.etag, weak=True)
    if "If-Modified-Since" not in headers:
        return False
    return parse_http_date_safe(headers["If-Modified-Since"]) == representation.modified


def _if_range_holds(headers: Mapping[str, str], representation: Representation) -> bool:
    """Evaluate If-Range (13.1.5): the strong tag, or the exact date of Last-Modified; True without the header."""
    if "If-Range" not in headers:
        return True
    validator = headers["If-Range"].strip(" \t")
    if validator.endswith('"'):
        return validator == representation.etag
    return parse_http_date_safe(validator) == representation.modified


def _names_tag(field: str, etag: str, *, weak: bool) -> bool:
    """Return whether the list of entity tags in `field` contains `etag`, or is `*`, which matches every tag."""
    if field.strip(" \t") == "*":
        return True
    tags = (tag.strip(" \t") for tag in field.split(","))
    return any((tag.removeprefix("W/") if weak else tag) == etag for tag in tags)
