"""The renditions that are made of a video: pure arithmetic on the probe's facts.

A rung has the usual name of its size: a video of 1920x800 is in the class "1080p", and so is one of 1080x1920. No
rung is larger than the source. Caps are for 30 frames per second; CRF decides below them.
"""

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING

from video_pages.transcoding.facts import AudioTrack, Facts
from video_pages.transcoding.hls import playlist_of

if TYPE_CHECKING:  # system checks import this module before there are models
    from video_pages.library.packages import MadeRendition

SEGMENT_SECONDS = 4
FIRST_KEY_FRAMES_SECONDS = (1, 2, SEGMENT_SECONDS)
"""The ends of the first segments that are encoded. A player shows nothing before it has a whole segment, so the first
is short; the later ones, which a player loads ahead, are longer and need fewer requests."""
# Lines -> cap in kbit/s at up to 30 frames per second, after the ladders that Apple's HLS authoring specification (2.
# Video, table of H.264 variants) and the large sites use.
CAPS = {2160: 16_000, 1440: 9_000, 1080: 5_000, 720: 2_800, 480: 1_300, 360: 750, 240: 400, 144: 150}
LIGHTEST_LINES, LIGHTEST_BELOW_LINES = 144, 240
"""The size for slow lines, and the fewest lines of a video that gets it. A line of 400 kbit/s ("Slow 3G") does not
carry 240p, which may take 528 with its audio, but carries this one, which takes 278 at most."""
FAST_FACTOR = 1.5
"""How much more a video of more than 30 frames per second may take."""
EARLY_LINES = 480
"""The largest size of the one rendition that a film gets before its ladder: good to watch, and quickly made."""
EXTRA_CAPS = {"hevc": 0.65, "av1": 0.55}
"""The cap of a codec made beside H.264, as a share of H.264's: the same quality takes about so much."""
EXTRA_LINES = 720
"""Below this size, H.264 takes so little that a second encoding would save hardly anything."""
CLOSE = 0.85
"""A rung with more than this share of the lines of the one above would look the same."""
COPY_FACTOR = 1.5
"""A source with more than this many times its cap is copied for fast connections, and encoded for others too."""
LIGHTER = 0.8
"""The largest share of the bandwidth of a copy of the same size with which a rendition is worth listing."""
STANDARD_RATES = tuple(
    Fraction(*rate)
    for rate in ((24000, 1001), (24, 1), (25, 1), (30000, 1001), (30, 1), (48, 1), (50, 1), (60000, 1001), (60, 1))
)
CLOSE_RATE = Fraction(1, 100)
SLOWEST_RATE = 10
LATEST_AUDIO_SECONDS = LONGEST_GAP_SECONDS = 0.1
"""hls.js skips a gap of this length (`maxBufferHole`)."""
TAIL_SECONDS = 0.3
"""By how much copied audio or video may end before the whole does."""


@dataclass(frozen=True)
class Rung:
    """One size: even `width` and `height` in pixels, the cap in kbit/s, frames per second."""

    name: str
    width: int
    height: int
    cap_kbps: int
    frame_rate: Fraction
    codec: str = "h264"


def lines(width: int, height: int) -> int:
    """Return the class of a size: the lines of the smallest 16:9 frame, landscape or portrait, that contains it."""
    long, short = max(width, height), min(width, height)
    return max(short, round(long * 9 / 16))


def lines_of(rendition: "MadeRendition") -> int:
    """Return the class of a rendition that contains video."""
    return lines(rendition.width or 0, rendition.height or 0)


def frame_rate(facts: Facts) -> Fraction:
    """Return the constant frame rate of the renditions of `facts`: a standard one, 60 at most.

    Rates within 1 % of a standard one become it. Others are rounded, high ones halved; a video without a rate gets 30.
    Of interlaced video each field becomes a frame: 25 pairs of fields are 50 moments.
    """
    rate = Fraction(facts.frame_rate or 30).limit_denominator(1001)
    if facts.is_interlaced and facts.frame_rate and rate * 2 <= 60 * (1 + CLOSE_RATE):
        rate *= 2
    while rate > 60 * (1 + CLOSE_RATE):
        rate /= 2
    nearest = min(STANDARD_RATES, key=lambda standard: abs(rate - standard))
    if abs(rate - nearest) <= nearest * CLOSE_RATE:
        return nearest
    return Fraction(max(SLOWEST_RATE, round(rate)))


def cap_kbps(line_count: int, rate: Fraction | int) -> int:
    """Return the cap for so many lines: that of the next rung not below it, for `rate` frames per second."""
    above = [cap for height, cap in CAPS.items() if height >= line_count * 0.95]
    return round((min(above) if above else max(CAPS.values())) * (FAST_FACTOR if rate > 33 else 1))


def ladder(facts: Facts, *, max_height: int) -> list[Rung]:
    """Return the Rungs for a video, largest first: its own size (as far as `max_height` allows), then those below."""
    rate = frame_rate(facts)
    own = lines(facts.width, facts.height)
    top = min(own, max_height)
    sizes = [top]
    sizes += [size for size in CAPS if size < top * CLOSE and (size > LIGHTEST_LINES or top >= LIGHTEST_BELOW_LINES)]
    return [_rung(facts, size, own, rate) for size in sizes]


def early_rung(facts: Facts, *, max_height: int) -> Rung:
    """Return the Rung that a film which can't be copied gets before its ladder."""
    rungs = ladder(facts, max_height=max_height)
    return next((rung for rung in rungs if lines(rung.width, rung.height) <= EARLY_LINES), rungs[-1])


def extra_rungs(facts: Facts, codec: str, *, max_height: int) -> list[Rung]:
    """Return the Rungs to encode in `codec` ("hevc" or "av1") beside H.264: the large ones, or the largest.

    The largest is among them even if H.264 has it as a copy of the source.
    """
    rungs = ladder(facts, max_height=max_height)
    upper = [rung for rung in rungs if lines(rung.width, rung.height) >= EXTRA_LINES] or rungs[:1]
    share = EXTRA_CAPS[codec]
    return [
        replace(rung, name=f"{rung.name}-{codec}", cap_kbps=round(rung.cap_kbps * share), codec=codec) for rung in upper
    ]


def _rung(facts: Facts, size: int, own: int, rate: Fraction) -> Rung:
    scale = Fraction(size, own) if size < own else 1
    width, height = even(facts.width * scale), even(facts.height * scale)
    return Rung(f"{size}p", width, height, cap_kbps(size, rate), rate)


def even(length: float | Fraction) -> int:
    """Return the nearest even number of pixels, at least 2: colour is stored for pairs of pixels."""
    return max(2, round(length / 2) * 2)


def can_be_copied(facts: Facts) -> bool:
    """Return True if the video stream of the source can be in a playlist unchanged, beside encoded ones."""
    return (
        facts.video_codec == "h264"
        and facts.pixel_format == "yuv420p"
        and not facts.transfer
        and not facts.is_interlaced
        and not facts.is_mirrored
        and facts.rotation == 0
        and facts.has_square_pixels
        and facts.has_one_size
        and not facts.has_hidden_frames
        and facts.width % 2 == facts.height % 2 == 0
        and abs(facts.starts_at_seconds) < 0.2
        and facts.container in ("mp4", "mov", "matroska", "mpegts", "flv")
    )


def rungs_beside_copy(facts: Facts, copy_bandwidth: int, *, max_height: int) -> list[Rung]:
    """Return the Rungs to encode when the video stream of the source, copied, is the top one.

    `copy_bandwidth` is the average of the copy in bit/s; that of the source would count audio and data that the copy
    lacks. The size of the copy is also encoded if the copy needs more than its cap, or is larger than `max_height`.
    """
    rungs = ladder(facts, max_height=max_height)
    is_heavy = copy_bandwidth > rungs[0].cap_kbps * 1000 * COPY_FACTOR
    is_larger = lines(facts.width, facts.height) > max_height
    return rungs if is_heavy or is_larger else rungs[1:]


def is_redundant(made: "MadeRendition", copied: "MadeRendition") -> bool:
    """Return True if `made` has the size of `copied` and is not clearly lighter, so that players do not need it."""
    bandwidth, copied_bandwidth = playlist_of(made).average_bandwidth, playlist_of(copied).average_bandwidth
    return lines_of(made) == lines_of(copied) and bandwidth > copied_bandwidth * LIGHTER


def without_redundant(encoded: "list[MadeRendition]", copied: "MadeRendition") -> "list[MadeRendition]":
    """Return `encoded` without the video that the copy has in the same size: audio in both may weigh the most."""
    return [made for made in encoded if made.kind != "video" or not is_redundant(made, copied)]


def audio_can_be_copied(track: AudioTrack, facts: Facts) -> bool:
    """Return True if an audio track can be used unchanged: AAC-LC, stereo or mono, complete from start to end.

    A player waits for ever for audio that is missing in the last segments, or in some in the middle.
    """
    return (
        track.codec == "aac"
        and track.profile == "LC"
        and track.channels in (1, 2)
        and track.sample_rate in (44_100, 48_000)
        and abs(track.starts_at_seconds - facts.starts_at_seconds) < LATEST_AUDIO_SECONDS
        and track.ends_at_seconds is not None
        and facts.ends_at_seconds - track.ends_at_seconds <= TAIL_SECONDS
        and track.longest_gap_seconds <= LONGEST_GAP_SECONDS
        and facts.container in ("mp4", "mov", "matroska")
    )
