"""Parse the reports of a player about the seconds that it has played. A report is untrusted input.

`watched` of a view holds the played hundredths of the video as 25 hexadecimal digits: the highest bit of the first
digit is the first hundredth. A hundredth counts as played when its middle was played.
"""

import datetime as dt
import json
import math
import re
from collections.abc import Iterable
from dataclasses import dataclass

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


Range = tuple[float, float]


class UnreadableWatchReport(ValueError):
    """The body of a request is not a report of the player."""


@dataclass(frozen=True)
class WatchReport:
    """`ranges`: (start, end) in seconds of the video, in the order played; `referrer_host`: the linking site, or ""."""

    ranges: tuple[Range, ...]
    referrer_host: str = ""


def read_watch_report(body: bytes) -> WatchReport:
    """Return the WatchReport in `body`. Raises UnreadableWatchReport for anything that the player does not send."""
    if len(body) > MAX_BYTES:
        raise UnreadableWatchReport("too long")
    try:
        content = json.loads(body.decode("utf-8"))
    except (ValueError, RecursionError) as problem:
        raise UnreadableWatchReport("no JSON") from problem
    if not isinstance(content, dict) or not isinstance(content.get("ranges"), list):
        raise UnreadableWatchReport("no ranges")
    if len(content["ranges"]) > MAX_RANGES:
        raise UnreadableWatchReport("too many ranges")
    return WatchReport(tuple(_range(pair) for pair in content["ranges"]), _host(content.get("referrer", "")))


def _range(pair: object) -> Range:
    if not isinstance(pair, list) or len(pair) != 2 or not all(_is_second(second) for second in pair):
        raise UnreadableWatchReport("a range is two numbers of seconds")
    start, end = pair
    if start > end:
        raise UnreadableWatchReport("a range ends before it begins")
    return float(start), float(end)


def _is_second(value: object) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return 0 <= value <= MAX_SECONDS  # False for NaN, and exact for any number of digits


def _host(text: object) -> str:
    """Return the name of a host, or "" for anything else."""
    name = text.lower() if isinstance(text, str) else ""
    return name if HOST.fullmatch(name) else ""


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
