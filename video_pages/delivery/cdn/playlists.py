"""The playlist of a rendition with encrypted segments, made of the stored one.

The header of the media (EXT-X-MAP) stays where it is, at the site and behind the gate: it stands before the first
EXT-X-KEY, so players do not decrypt it. Segments have absolute addresses at the CDN. Keys have addresses relative to
the playlist, so they keep the key of a frame where there is one.
"""

import functools
import hashlib
from typing import NamedTuple

from video_pages.delivery.cdn.names import Naming, RenditionFolder
from video_pages.library import paths
from video_pages.transcoding import hls

ANY_SIZE = 10**16
REMEMBERED = 64
"""Playlists that a process keeps, read and written: about half a megabyte for a film of two hours."""


class Periods(NamedTuple):
    """A playlist, and for each segment the period of the key that it is encrypted with."""

    segments: tuple[hls.Segment, ...]
    header_length: int
    of_segment: tuple[int, ...]

    @property
    def number(self) -> int:
        """The number of periods, and of keys."""
        return self.of_segment[-1] + 1


@functools.lru_cache(maxsize=REMEMBERED)
def periods_of(text: bytes, key_seconds: int) -> Periods:
    """Return the segments of the stored playlist `text` and their periods. Raises FileNotFoundError if it is none.

    A segment belongs to the period in which it begins.
    """
    try:
        playlist = hls.read(text.decode(), size_bytes=ANY_SIZE)
    except (UnicodeDecodeError, hls.BadPlaylist) as error:
        raise FileNotFoundError("no playlist of a rendition") from error
    begins, periods = 0.0, []
    for segment in playlist.segments:
        periods.append(int(begins // key_seconds))
        begins += segment.seconds
    return Periods(playlist.segments, playlist.header_length, tuple(periods))


@functools.lru_cache(maxsize=REMEMBERED)
def encrypted_playlist(text: bytes, place: RenditionFolder, naming: Naming, cdn: str) -> tuple[bytes, str]:
    """Return (the playlist of `place`, its digest). `text` is the stored one, `cdn` the address of the segments.

    Raises FileNotFoundError if `text` is no playlist of a rendition.
    """
    found = periods_of(text, naming.key_seconds)
    playlist = hls.MediaPlaylist(found.header_length, found.segments)
    lines = hls.head_lines(playlist, media=paths.media_of(place.rendition))
    before = None
    for number, (segment, period) in enumerate(zip(found.segments, found.of_segment, strict=True)):
        if period != before:
            lines.append(f'#EXT-X-KEY:METHOD=AES-128,URI="{naming.key_file(place, period)}"')
            before = period
        lines += [f"#EXTINF:{segment.seconds:.6f},", f"{cdn}{naming.segment(place, number)}"]
    content = "\n".join([*lines, "#EXT-X-ENDLIST", ""]).encode()
    return content, hashlib.sha256(content).hexdigest()[:32]
