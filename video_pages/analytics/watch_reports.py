"""Parse the reports of a player about the seconds that it has played. A report is untrusted input.

`watched` of a view holds the played hundredths of the video as 25 hexadecimal digits: the highest bit of the first
digit is the first hundredth. A hundredth counts as played when its middle was played.
"""

import datetime as dt
import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field, TypeAdapter, ValidationError

MAX_BYTES = 4096
MAX_RANGES = 100
MAX_SECONDS = 48 * 3600  # longer than any video
# The highest speed of the player is 2, and a quarter more, because reports may arrive out of order.
MAX_SPEED = 2.5
# Reports of two tabs may be stored in another order than that of their requests.
OUT_OF_ORDER = dt.timedelta(minutes=1)
RETENTION_BUCKETS = 100
HEX_DIGITS = RETENTION_BUCKETS // 4
HOST = re.compile(r"[a-z0-9](?:[a-z0-9.-]{0,118}[a-z0-9])?")

# A view is complete if something of the last twentieth (the credits) and at least half of the video were played: a jump
# to the end does not complete it, and the credits need not be watched to their end.
FINAL_BUCKET = 95
MIN_COMPLETE_BUCKETS = 50


class UnreadableWatchReport(ValueError):
    """The body of a request is not a report of the player."""


def _check_order(pair: tuple[float, float]) -> tuple[float, float]:
    if pair[0] > pair[1]:
        raise ValueError("a range ends before it begins")
    return pair


def _host(value: object) -> str:
    """Return the name of a host, or "" for anything else."""
    name = value.lower() if isinstance(value, str) else ""
    return name if HOST.fullmatch(name) else ""


Second = Annotated[float, Field(strict=True, ge=0, le=MAX_SECONDS, allow_inf_nan=False)]
Range = Annotated[tuple[Second, Second], AfterValidator(_check_order)]


@dataclass(frozen=True)
class WatchReport:
    """`ranges`: (start, end) in seconds of the video, in the order played; `referrer_host`: the linking site, or ""."""

    ranges: Annotated[tuple[Range, ...], Field(max_length=MAX_RANGES)]
    referrer_host: Annotated[str, BeforeValidator(_host), Field(validation_alias="referrer")] = ""


WATCH_REPORT = TypeAdapter(WatchReport)


def read_watch_report(body: bytes) -> WatchReport:
    """Return the WatchReport in `body`. Raises UnreadableWatchReport for anything that the player does not send."""
    if len(body) > MAX_BYTES:
        raise UnreadableWatchReport("too long")
    try:
        return WATCH_REPORT.validate_json(body)
    except ValidationError as problem:
        raise UnreadableWatchReport("of another shape") from problem


def limit_seconds(ranges: Iterable[Range], seconds: float) -> list[Range]:
    """Return the beginning of `ranges` that is at most `seconds` long in total."""
    kept: list[Range] = []
    left = max(0.0, seconds)
    for start, end in ranges:
        end = min(end, start + left)
        if end > start:
            kept.append((start, end))
            left -= end - start
    return kept


def total_seconds(ranges: Iterable[Range]) -> float:
    """Return the total length of `ranges` in seconds; parts played twice count twice."""
    return sum(end - start for start, end in ranges)


def played_bits(ranges: Iterable[Range], duration_seconds: float) -> int:
    """Return the played hundredths of a video of this length as a number of 100 bits."""
    bits = 0
    if not duration_seconds:
        return bits
    for start, end in ranges:
        # The hundredths whose middle lies in [start, end).
        first = math.ceil(start * RETENTION_BUCKETS / duration_seconds - 0.5)
        last = math.ceil(end * RETENTION_BUCKETS / duration_seconds - 0.5)
        for bucket in range(max(0, first), min(RETENTION_BUCKETS, last)):
            bits |= 1 << (RETENTION_BUCKETS - 1 - bucket)
    return bits


def to_hex(bits: int) -> str:
    """Return the column `watched` for `bits`: 25 digits, or "" for none."""
    return f"{bits:0{HEX_DIGITS}x}" if bits else ""


def from_hex(digits: str) -> int:
    """Return the bits of the column `watched`."""
    return int(digits, 16) if digits else 0


def is_complete(bits: int) -> bool:
    """Return whether a view that played `bits` is complete; see FINAL_BUCKET."""
    end = bits & ((1 << (RETENTION_BUCKETS - FINAL_BUCKET)) - 1)
    return bool(end) and bits.bit_count() >= MIN_COMPLETE_BUCKETS
