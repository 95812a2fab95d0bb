"""Which renditions are made of a film: pure arithmetic on what the probe found.

A rung is called by its lines as people know them: a picture of 1920x800 is of the class "1080p", and so is one of
1080x1920. Nothing is scaled up. Caps are for 30 pictures a second; CRF decides below them.
"""

from dataclasses import dataclass, replace
from fractions import Fraction

SEGMENT_SECONDS = 4
# Lines -> cap in kbit/s at up to 30 pictures a second, after the ladders that Apple's HLS authoring specification (2.
# Video, table of H.264 variants) and the large sites use.
CAPS = {2160: 16_000, 1440: 9_000, 1080: 5_000, 720: 2_800, 480: 1_300, 360: 750, 240: 400}
FAST_FACTOR = 1.5
"""How much more a film of more than 30 pictures a second may take."""
EXTRA_CAPS = {"hevc": 0.65, "av1": 0.55}
"""The cap of a codec made beside H.264, as a share of H.264's: the same picture takes about so much."""
EXTRA_LINES = 720
"""Below, H.264 takes little enough, and what these encoders cost would save hardly anything."""
CLOSE = 0.85
"""A rung with more than this share of the lines above it would be the same picture once more."""
COPY_FACTOR = 1.5
"""A source of more than this many times its cap is copied for those with room, and encoded for the others too."""
LIGHTER = 0.8
"""What a rendition may take at most, as a share of a copy of the same size, to be a choice of its own."""
STANDARD_RATES = tuple(
    Fraction(*rate)
    for rate in ((24000, 1001), (24, 1), (25, 1), (30000, 1001), (30, 1), (48, 1), (50, 1), (60000, 1001), (60, 1))
)
CLOSE_RATE = Fraction(1, 100)
SLOWEST_RATE = 10
LATEST_AUDIO_SECONDS = LONGEST_GAP_SECONDS = 0.1
"""hls.js plays over a hole of that length (`maxBufferHole`)."""
TAIL_SECONDS = 0.3
"""By how much sound or pictures that are copied may end before the film does."""


@dataclass(frozen=True)
class Rung:
    """One size: even `width` and `height` in pixels, the cap in kbit/s, pictures a second."""

    name: str
    width: int
    height: int
    cap_kbps: int
    frame_rate: Fraction
    codec: str = "h264"


def lines(width, height):
    """Return the class of a picture: the lines of the smallest 16:9 picture, lying or standing, that holds it."""
    long, short = max(width, height), min(width, height)
    return max(short, round(long * 9 / 16))


def frame_rate(facts):
    """Return the constant rate that renditions of `facts` have: a usual one, 60 at most.

    Rates within 1 % of a usual one become it. Odd ones are rounded, high ones halved; what has no rate gets 30. Of
    interlaced film each field becomes a picture: 25 pairs of fields are 50 moments.
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


def cap_kbps(line_count, rate):
    """Return the cap for a picture of so many lines: that of the next rung not below it, for `rate` a second."""
    above = [cap for height, cap in CAPS.items() if height >= line_count * 0.95]
    return round((min(above) if above else max(CAPS.values())) * (FAST_FACTOR if rate > 33 else 1))


def ladder(facts, *, max_height):
    """Return the Rungs for a film, largest first: its own size (as far as `max_height` allows), then those below."""
    rate = frame_rate(facts)
    own = lines(facts.width, facts.height)
    top = min(own, max_height)
    sizes = [top]
    sizes += [size for size in CAPS if size < top * CLOSE]
    return [_rung(facts, size, own, rate) for size in sizes]


def extra_rungs(facts, codec, *, max_height):
    """Return the Rungs to encode in `codec` ("hevc" or "av1") beside H.264: those of many lines, or the largest.

    The largest is among them even if H.264 has it as a copy of the source.
    """
    rungs = ladder(facts, max_height=max_height)
    upper = [rung for rung in rungs if lines(rung.width, rung.height) >= EXTRA_LINES] or rungs[:1]
    share = EXTRA_CAPS[codec]
    return [
        replace(rung, name=f"{rung.name}-{codec}", cap_kbps=round(rung.cap_kbps * share), codec=codec) for rung in upper
    ]


def _rung(facts, size, own, rate):
    scale = Fraction(size, own) if size < own else 1
    width, height = even(facts.width * scale), even(facts.height * scale)
    return Rung(f"{size}p", width, height, cap_kbps(size, rate), rate)


def even(length):
    """Return the nearest even number of pixels, at least 2: colour is stored for pairs."""
    return max(2, round(length / 2) * 2)


def can_be_copied(facts):
    """True if the pictures of the source can stand in a playlist as they are, beside encoded ones."""
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


def rungs_beside_copy(facts, copy_bandwidth, *, max_height):
    """Return the Rungs to encode when the source's own pictures, copied, are the top one.

    `copy_bandwidth` is what the copy takes on average, in bit/s; that of the source would count sounds and data that
    the copy has not. The copy's own size is encoded once more if the copy needs more than its cap, or is larger than
    `max_height`.
    """
    rungs = ladder(facts, max_height=max_height)
    is_heavy = copy_bandwidth > rungs[0].cap_kbps * 1000 * COPY_FACTOR
    is_larger = lines(facts.width, facts.height) > max_height
    return rungs if is_heavy or is_larger else rungs[1:]


def is_second_of(made, copied):
    """True if `made`, MadeRenditions as `copied`, is the same size once more and not clearly lighter: of no use."""
    return (
        lines(made.width, made.height) == lines(copied.width, copied.height)
        and made.playlist.average_bandwidth > copied.playlist.average_bandwidth * LIGHTER
    )


def audio_can_be_copied(track, facts):
    """True if a sound track can go with the pictures as it is: AAC-LC, stereo or mono, whole from first to last.

    Where the last segments of a film, or some in its middle, have no sound in them, players wait for it for ever.
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
