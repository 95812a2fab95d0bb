"""What a player tells of itself now and then: which seconds it played. Hostile until it is read here.

A view's `watched` holds the hundredths of the film that were played, as 25 hexadecimal letters read from the left:
the first letter's highest bit is the first hundredth. A hundredth counts as played when its middle was.
"""

import datetime as dt
import json
import math
import re
from dataclasses import dataclass

MAX_BYTES = 4096
MAX_RANGES = 100
MAX_SECONDS = 48 * 3600  # no film is longer
# The player's fastest speed is 2; a quarter more, because beats overtake each other on their way.
MAX_SPEED = 2.5
# Beats of two tabs may be kept in another order than they were asked in.
OUT_OF_ORDER = dt.timedelta(minutes=1)
RETENTION_BUCKETS = 100
HEX_DIGITS = RETENTION_BUCKETS // 4
HOST = re.compile(r"[a-z0-9](?:[a-z0-9.-]{0,118}[a-z0-9])?")

# A film is watched to its end by whoever saw something of its last twentieth, where the credits run, and at least half
# of it: leaping to the end to see how long it is does not complete it, and missing the credits does not spoil it.
FINAL_BUCKET = 95
MIN_COMPLETE_BUCKETS = 50


class UnreadableWatchReport(ValueError):
    """What was sent is not what the player sends."""


@dataclass(frozen=True)
class WatchReport:
    """`ranges`: (from, to) in seconds of the film, in the order played; `referrer_host`: who led here, or ""."""

    ranges: tuple
    referrer_host: str = ""


def read_watch_report(body):
    """Return the Beat in `body` (bytes). Raises UnreadableBeat for anything but what our player writes."""
    if len(body) > MAX_BYTES:
        raise UnreadableWatchReport("too long")
    try:
        told = json.loads(body.decode("utf-8"))
    except (ValueError, RecursionError) as problem:
        raise UnreadableWatchReport("no JSON") from problem
    if not isinstance(told, dict) or not isinstance(told.get("ranges"), list):
        raise UnreadableWatchReport("no ranges")
    if len(told["ranges"]) > MAX_RANGES:
        raise UnreadableWatchReport("too many ranges")
    return WatchReport(tuple(_range(pair) for pair in told["ranges"]), _host(told.get("referrer", "")))


def _range(pair):
    if not isinstance(pair, list) or len(pair) != 2 or not all(_is_second(moment) for moment in pair):
        raise UnreadableWatchReport("a range is two seconds of the film")
    start, end = pair
    if start > end:
        raise UnreadableWatchReport("a range ends before it begins")
    return float(start), float(end)


def _is_second(value):
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return is_number and 0 <= value <= MAX_SECONDS  # false for what is no number, too; exact for any number of digits


def _host(text):
    """A host's name and nothing more; "" for what is none, since nobody's figures depend on it."""
    text = text.lower() if isinstance(text, str) else ""
    return text if HOST.fullmatch(text) else ""


def limit_seconds(ranges, seconds):
    """Return `ranges`, cut off where more than `seconds` of film have been played."""
    kept, left = [], max(0.0, seconds)
    for start, end in ranges:
        end = min(end, start + left)
        if end > start:
            kept.append((start, end))
            left -= end - start
    return kept


def total_seconds(ranges):
    """Return how many seconds of film `ranges` hold, what was played twice counted twice."""
    return sum(end - start for start, end in ranges)


def played_bits(ranges, duration_seconds):
    """Return the hundredths of a film of this length that `ranges` played, as a number of 100 bits."""
    bits = 0
    if not duration_seconds:
        return bits
    for start, end in ranges:
        # The hundredths whose middle lies in [start, end).
        first = math.ceil(start * RETENTION_BUCKETS / duration_seconds - 0.5)
        last = math.ceil(end * RETENTION_BUCKETS / duration_seconds - 0.5)
        for hundredth in range(max(0, first), min(RETENTION_BUCKETS, last)):
            bits |= 1 << (RETENTION_BUCKETS - 1 - hundredth)
    return bits


def to_hex(bits):
    """Return the 25 letters that a row keeps of `bits`; "" for none."""
    return f"{bits:0{HEX_DIGITS}x}" if bits else ""


def from_hex(letters):
    """Return the bits that a row keeps as `letters`."""
    return int(letters, 16) if letters else 0


def is_complete(bits):
    """True if who played `bits` has watched the film to its end; see LAST_PART."""
    end = bits & ((1 << (RETENTION_BUCKETS - FINAL_BUCKET)) - 1)
    return bool(end) and bits.bit_count() >= MIN_COMPLETE_BUCKETS
