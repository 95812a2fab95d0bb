"""HLS playlists (RFC 8216): read what ffmpeg's muxer wrote, believe its numbers only, and write our own; pure.

A rendition is one fragmented MP4; its segments are ranges of bytes in it (4.3.2.2).
"""

import re
from dataclasses import dataclass

VERSION = 7  # EXT-X-MAP in playlists of pictures needs 6, and 7 is what the muxer and all players use for fMP4
MAX_SEGMENTS = 100_000
SHORTEST_TAIL_SECONDS = 0.5
"""A last segment shorter than that belongs to the one before: sound may end before it, and players wait for it."""
FAMILIES = ("avc1", "hvc1", "av01")
MAP = re.compile(r'#EXT-X-MAP:URI="[^"]*",BYTERANGE="(\d{1,15})@(\d{1,15})"')
DURATION = re.compile(r"#EXTINF:(\d{1,6}(?:\.\d{1,9})?),")
BYTE_RANGE = re.compile(r"#EXT-X-BYTERANGE:(\d{1,15})@(\d{1,15})")


class BadPlaylist(Exception):
    """What should be a playlist of one rendition is none."""


@dataclass(frozen=True)
class Segment:
    """`length` bytes from `offset` on, shown for `seconds`."""

    seconds: float
    length: int
    offset: int


@dataclass(frozen=True)
class MediaPlaylist:
    """One rendition: the length of its header in bytes, and its segments."""

    header_length: int
    segments: tuple[Segment, ...]

    @property
    def seconds(self):
        return sum(segment.seconds for segment in self.segments)

    @property
    def longest_seconds(self):
        return max(segment.seconds for segment in self.segments)

    @property
    def bandwidth(self):
        """Bits per second of the heaviest segment; a last one of less than a second says nothing."""
        weighed = [s for s in self.segments if s.seconds >= 1] or self.segments
        return max(round(segment.length * 8 / max(segment.seconds, 0.04)) for segment in weighed)

    @property
    def average_bandwidth(self):
        return round(sum(segment.length for segment in self.segments) * 8 / self.seconds)


def read(text, *, size_bytes):
    """Return the MediaPlaylist in `text`, of a media file of `size_bytes`. Raises BadPlaylist."""
    header, segments, seconds, byte_range = None, [], None, None
    for line in text.splitlines():
        if match := MAP.fullmatch(line):
            header = int(match[1]) if match[2] == "0" else None
        elif match := DURATION.fullmatch(line):
            seconds = float(match[1])
        elif match := BYTE_RANGE.fullmatch(line):
            byte_range = int(match[1]), int(match[2])
        elif line and not line.startswith("#"):
            if seconds is None or byte_range is None or len(segments) >= MAX_SEGMENTS:
                raise BadPlaylist("a segment without a length")
            if byte_range[0] and byte_range[1] + byte_range[0] <= size_bytes:
                segments.append(Segment(seconds, *byte_range))
            seconds = byte_range = None
    if not header or not segments or sum(segment.seconds for segment in segments) <= 0:
        raise BadPlaylist("no segments")
    return MediaPlaylist(header, tuple(_without_short_tail(segments)))


def _without_short_tail(segments):
    """Return `segments` with a very short last one joined to the one before it, whose bytes it follows."""
    if len(segments) < 2:
        return segments
    *others, before, last = segments
    if last.seconds >= SHORTEST_TAIL_SECONDS or before.offset + before.length != last.offset:
        return segments
    return [*others, Segment(before.seconds + last.seconds, before.length + last.length, before.offset)]


def write(playlist, *, media):
    """Return the text of a media playlist whose segments lie in the file called `media` beside it."""
    lines = [
        "#EXTM3U",
        f"#EXT-X-VERSION:{VERSION}",
        f"#EXT-X-TARGETDURATION:{max(1, round(playlist.longest_seconds + 0.499))}",
        "#EXT-X-MEDIA-SEQUENCE:0",
        "#EXT-X-PLAYLIST-TYPE:VOD",
        "#EXT-X-INDEPENDENT-SEGMENTS",
        f'#EXT-X-MAP:URI="{media}",BYTERANGE="{playlist.header_length}@0"',
    ]
    for segment in playlist.segments:
        lines += [f"#EXTINF:{segment.seconds:.6f},", f"#EXT-X-BYTERANGE:{segment.length}@{segment.offset}", media]
    return "\n".join([*lines, "#EXT-X-ENDLIST", ""])


def write_master(renditions, *, folder):
    """Return the master playlist of `renditions` (rows or their like), whose playlists lie in `folder`, relative."""
    sounds = [rendition for rendition in renditions if rendition.kind == "audio"]
    pictures = [rendition for rendition in renditions if rendition.kind == "video"]
    lines = ["#EXTM3U", f"#EXT-X-VERSION:{VERSION}", "#EXT-X-INDEPENDENT-SEGMENTS"]
    for sound in sounds:
        language = f',LANGUAGE="{quoted(sound.language)}"' if sound.language else ""
        lines.append(
            f'#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="sound",NAME="{quoted(sound.label)}"{language},'
            f'DEFAULT={"YES" if sound.is_default else "NO"},AUTOSELECT=YES,URI="{folder}/{sound.name}.m3u8"'
        )
    # A player begins with the first: a middle one of H.264 starts soon on any line and plays everywhere.
    for picture in sorted(pictures, key=lambda picture: (_family(picture), abs(picture.bandwidth - 1_500_000))):
        codecs = ",".join(filter(None, [picture.codecs, sounds[0].codecs if sounds else ""]))
        weight = max((sound.bandwidth for sound in sounds), default=0)
        average = max((sound.average_bandwidth for sound in sounds), default=0)
        lines.append(
            f"#EXT-X-STREAM-INF:BANDWIDTH={picture.bandwidth + weight},"
            f"AVERAGE-BANDWIDTH={picture.average_bandwidth + average},"
            f"RESOLUTION={picture.width}x{picture.height},"
            + (f"FRAME-RATE={picture.frame_rate:.3f}," if picture.frame_rate else "")
            + f'CODECS="{codecs}"'
            + (',AUDIO="sound"' if sounds else "")
        )
        lines.append(f"{folder}/{picture.name}.m3u8")
    return "\n".join([*lines, ""])


def _family(picture):
    """The codec's place in the list; each family stands together, and players keep to those that they can show."""
    return next((place for place, start in enumerate(FAMILIES) if picture.codecs.startswith(start)), len(FAMILIES))


def quoted(text):
    """Return `text` for a quoted string, which may hold neither quotes nor line breaks (4.2)."""
    return "".join(character for character in text if character.isprintable() and character != '"')
