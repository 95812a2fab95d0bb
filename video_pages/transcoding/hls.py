"""HLS playlists (RFC 8216): take the numbers from what ffmpeg's muxer wrote, and write our own text; pure.

A rendition is one fragmented MP4; its segments are ranges of bytes in it (4.3.2.2).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, cast

if TYPE_CHECKING:  # system checks import this module before there are models
    from video_pages.library.packages import MadeRendition


VERSION = 7  # EXT-X-MAP in playlists of video needs 6, and 7 is what the muxer and all players use for fMP4
MAX_SEGMENTS = 100_000
SHORTEST_TAIL_SECONDS = 0.5
"""A shorter last segment is joined to the one before it: its audio may end before it, and players wait for audio."""
START_BANDWIDTH = 1_500_000
"""Bits per second of the rendition that stands first: a player begins with the one nearest to it."""
CODEC_PREFIXES = ("avc1", "hvc1", "av01")
MAP = re.compile(r'#EXT-X-MAP:URI="[^"]*",BYTERANGE="(\d{1,15})@(\d{1,15})"')
DURATION = re.compile(r"#EXTINF:(\d{1,6}(?:\.\d{1,9})?),")
BYTE_RANGE = re.compile(r"#EXT-X-BYTERANGE:(\d{1,15})@(\d{1,15})")


class BadPlaylist(Exception):
    """The text is not the playlist of one rendition."""


class ListedRendition(Protocol):
    """A rendition as a master playlist describes it: a `Rendition` row has these columns."""

    name: str
    kind: str
    codecs: str
    width: int | None
    height: int | None
    frame_rate: float | None
    bandwidth: int
    average_bandwidth: int
    language: str
    label: str
    is_default: bool


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
    def seconds(self) -> float:
        return sum(segment.seconds for segment in self.segments)

    @property
    def longest_seconds(self) -> float:
        return max(segment.seconds for segment in self.segments)

    @property
    def bandwidth(self) -> int:
        """Bits per second of the heaviest part, of one segment or of several short ones in a row (4.1, "peak")."""
        enough = min(self.longest_seconds / 2, self.seconds)
        heaviest, seconds, length, first = 0.0, 0.0, 0, 0
        for segment in self.segments:
            seconds += segment.seconds
            length += segment.length
            while seconds - self.segments[first].seconds >= enough:
                seconds -= self.segments[first].seconds
                length -= self.segments[first].length
                first += 1
            if seconds >= enough:
                heaviest = max(heaviest, length * 8 / max(seconds, 0.04))
        return round(heaviest)

    @property
    def average_bandwidth(self) -> int:
        return round(sum(segment.length for segment in self.segments) * 8 / self.seconds)


def read(text: str, *, size_bytes: int) -> MediaPlaylist:
    """Return the MediaPlaylist in `text`, of a media file of `size_bytes`. Raises BadPlaylist."""
    header: int | None = None
    segments: list[Segment] = []
    seconds: float | None = None
    byte_range: tuple[int, int] | None = None
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
            length, offset = byte_range
            if length and offset + length <= size_bytes:
                segments.append(Segment(seconds, length, offset))
            seconds = byte_range = None
    if not header or not segments or sum(segment.seconds for segment in segments) <= 0:
        raise BadPlaylist("no segments")
    return MediaPlaylist(header, tuple(_without_short_tail(segments)))


def playlist_of(rendition: "MadeRendition") -> MediaPlaylist:
    """Return the playlist of a rendition of kind "video" or "audio", which always has one."""
    return cast(MediaPlaylist, rendition.playlist)


def _without_short_tail(segments: list[Segment]) -> list[Segment]:
    """Return `segments` with a very short last one joined to the one before it, if its bytes follow that one's."""
    if len(segments) < 2:
        return segments
    *others, before, last = segments
    if last.seconds >= SHORTEST_TAIL_SECONDS or before.offset + before.length != last.offset:
        return segments
    return [*others, Segment(before.seconds + last.seconds, before.length + last.length, before.offset)]


def write(playlist: MediaPlaylist, *, media: str) -> str:
    """Return the text of a media playlist whose segments lie in the file called `media` beside it."""
    lines = head_lines(playlist, media=media)
    for segment in playlist.segments:
        lines += [f"#EXTINF:{segment.seconds:.6f},", f"#EXT-X-BYTERANGE:{segment.length}@{segment.offset}", media]
    return "\n".join([*lines, "#EXT-X-ENDLIST", ""])


def head_lines(playlist: MediaPlaylist, *, media: str) -> list[str]:
    """Return the lines of a media playlist above its segments; its header lies in the file called `media` beside it."""
    return [
        "#EXTM3U",
        f"#EXT-X-VERSION:{VERSION}",
        f"#EXT-X-TARGETDURATION:{max(1, round(playlist.longest_seconds + 0.499))}",
        "#EXT-X-MEDIA-SEQUENCE:0",
        "#EXT-X-PLAYLIST-TYPE:VOD",
        "#EXT-X-INDEPENDENT-SEGMENTS",
        f'#EXT-X-MAP:URI="{media}",BYTERANGE="{playlist.header_length}@0"',
    ]


def write_master(renditions: Sequence[ListedRendition], *, folder: str) -> str:
    """Return the master playlist of `renditions`, whose media playlists lie in the relative path `folder`."""
    audios = [rendition for rendition in renditions if rendition.kind == "audio"]
    videos = [rendition for rendition in renditions if rendition.kind == "video"]
    lines = ["#EXTM3U", f"#EXT-X-VERSION:{VERSION}", "#EXT-X-INDEPENDENT-SEGMENTS"]
    for audio in audios:
        language = f',LANGUAGE="{quoted(audio.language)}"' if audio.language else ""
        lines.append(
            f'#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="sound",NAME="{quoted(audio.label)}"{language},'
            f'DEFAULT={"YES" if audio.is_default else "NO"},AUTOSELECT=YES,URI="{folder}/{audio.name}.m3u8"'
        )
    # A player begins with the first: a middle one of H.264 starts soon on any connection and plays everywhere.
    for video in sorted(videos, key=lambda video: (_codec_order(video), abs(video.bandwidth - START_BANDWIDTH))):
        codecs = ",".join(filter(None, [video.codecs, audios[0].codecs if audios else ""]))
        peak = max((audio.bandwidth for audio in audios), default=0)
        average = max((audio.average_bandwidth for audio in audios), default=0)
        lines.append(
            f"#EXT-X-STREAM-INF:BANDWIDTH={video.bandwidth + peak},"
            f"AVERAGE-BANDWIDTH={video.average_bandwidth + average},"
            f"RESOLUTION={video.width}x{video.height},"
            + (f"FRAME-RATE={video.frame_rate:.3f}," if video.frame_rate else "")
            + f'CODECS="{codecs}"'
            + (',AUDIO="sound"' if audios else "")
        )
        lines.append(f"{folder}/{video.name}.m3u8")
    return "\n".join([*lines, ""])


def _codec_order(video: ListedRendition) -> int:
    """Return the place of the codec's family: each family stands together, and players use those they support."""
    matches = (place for place, prefix in enumerate(CODEC_PREFIXES) if video.codecs.startswith(prefix))
    return next(matches, len(CODEC_PREFIXES))


def quoted(text: str) -> str:
    """Return `text` for a quoted string, which may hold neither quotes nor line breaks (4.2)."""
    return "".join(character for character in text if character.isprintable() and character != '"')
