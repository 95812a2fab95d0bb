"""Facts: what a file is, as the probe's child told it and as far as that has the right shape."""

from dataclasses import asdict, dataclass, fields, replace
from types import UnionType
from typing import get_args, get_origin, get_type_hints

from django.conf import settings

from video_pages.library import formats

SCANNED = ("longest_gap_seconds", "is_readable", "is_silent")
"""What `audio_scan` says of each sound track, beside its length."""


@dataclass(frozen=True)
class AudioTrack:
    """One track of sound. `language` and `title` are the file's own words, `layout` is ffmpeg's name.

    The last four are known after `audio_scan` only; `ends_at_seconds` is None until then. Times count from the
    film's beginning.
    """

    stream: int
    codec: str
    profile: str
    channels: int
    layout: str
    sample_rate: int
    starts_at_seconds: float
    language: str
    title: str
    is_default: bool
    is_readable: bool = True
    """False if nothing here decodes it: no decoder, or none of its packets gave a sound."""
    is_silent: bool = False
    ends_at_seconds: float | None = None
    longest_gap_seconds: float = 0.0
    """The longest hole between two packets, or all that an edit list hides, if that is longer."""


@dataclass(frozen=True)
class SubtitleTrack:
    """One track of text. `language` and `title` are the file's own words."""

    stream: int
    codec: str
    is_for_the_deaf: bool
    language: str
    title: str
    is_default: bool


@dataclass(frozen=True)
class Facts:
    """What decoded frames and packets say about a file. Width and height are those of the picture as shown."""

    container: str
    duration_seconds: float
    """From the film's beginning to the last moment of picture or sound; what an edit list hides does not count."""
    width: int
    height: int
    video_codec: str
    audio_codec: str
    pixel_format: str
    frame_rate: float | None
    """Pictures a second while they move, counted; None for a film of one picture that states no rate."""
    rotation: int
    bit_rate: int
    video_stream: int
    audio_stream: int | None
    coded_width: int = 0
    coded_height: int = 0
    has_square_pixels: bool = True
    has_one_size: bool = True
    """False if the last pictures are larger or smaller than the first."""
    is_mirrored: bool = False
    is_interlaced: bool = False
    transfer: str = ""
    """pq or hlg for high dynamic range, else ""."""
    primaries: int = 2
    matrix: int = 2
    """Of ITU-T H.273; 2 is "unspecified"."""
    is_dolby_only: bool = False
    starts_at_seconds: float = 0.0
    """When the first picture is shown, counted from the film's beginning, which is that of its earliest track."""
    pictures_end_at_seconds: float = 0.0
    """When the last picture ends, counted likewise; sound may go on after it."""
    has_hidden_frames: bool = False
    """True if an edit list cuts pictures away that the file still holds."""
    has_index_in_front: bool = False
    audio_tracks: tuple[AudioTrack, ...] = ()
    subtitle_tracks: tuple[SubtitleTrack, ...] = ()
    chapters: tuple[dict, ...] = ()
    """Each with `start_seconds` and `title`."""

    @property
    def has_audio(self):
        return self.audio_stream is not None

    @property
    def ends_at_seconds(self):
        """When the last picture or sound ends, counted from the film's beginning: its length."""
        return self.duration_seconds

    def without_sound(self, streams):
        """Return the facts with the sound tracks numbered `streams` marked as not readable."""
        tracks = (replace(t, is_readable=False) if t.stream in streams else t for t in self.audio_tracks)
        return replace(self, audio_tracks=tuple(tracks))

    def as_dict(self):
        """Return the facts as values for JSON."""
        return asdict(self)

    @property
    def plays_in_browsers(self):
        """True if every current browser plays the file as it is."""
        return formats.plays_in_browsers(
            container=self.container,
            video_codec=self.video_codec,
            audio_codec=self.audio_codec,
            pixel_format=self.pixel_format,
        )


def from_answer(told):
    """Return the Facts in the dictionary `told`; raise ValueError, KeyError or TypeError if it is none of them."""
    found = {field.name: told[field.name] for field in fields(Facts)}
    found["audio_tracks"] = tuple(AudioTrack(**track) for track in found["audio_tracks"])
    found["subtitle_tracks"] = tuple(SubtitleTrack(**track) for track in found["subtitle_tracks"])
    found["chapters"] = tuple(found["chapters"])
    facts = Facts(**found)
    _check(facts)
    return facts


def with_audio_scan(facts, told):
    """Return `facts` with what the dictionary `told` says of each readable sound track, by its number as text.

    Raises ValueError, KeyError or TypeError if it says less, or something of another shape.
    """
    tracks = []
    for track in facts.audio_tracks:
        if track.is_readable:
            said = told[str(track.stream)]
            length = said["length_seconds"]
            ends = None if length is None else track.starts_at_seconds + float(length)
            track = replace(track, ends_at_seconds=ends, **{name: said[name] for name in SCANNED})
        tracks.append(track)
    found = replace(facts, audio_tracks=tuple(tracks))
    _check(found)
    return found


def _check(facts):
    """Raise ValueError or TypeError if a value of `facts` is not of its kind or in its range."""
    for value in (facts, *facts.audio_tracks, *facts.subtitle_tracks):
        _require_types(value)
    names = (facts.container, facts.video_codec, facts.audio_codec, facts.pixel_format)
    if not all(isinstance(name, str) and len(name) <= 32 for name in names):
        raise ValueError("names")
    if not 0 < facts.duration_seconds <= settings.MAX_DURATION_SECONDS:
        raise ValueError("duration_seconds")
    if facts.video_stream < 0 or (facts.audio_stream or 0) < 0:
        raise ValueError("streams")
    if not (0 < int(facts.width) < 2**17 and 0 < int(facts.height) < 2**17):
        raise ValueError("size")
    if not (0 < int(facts.coded_width) < 2**17 and 0 < int(facts.coded_height) < 2**17):
        raise ValueError("coded size")
    tracks = (*facts.audio_tracks, *facts.subtitle_tracks)
    for track in tracks:
        if not (0 <= track.stream < 10_000 and len(tracks) < 1000):
            raise ValueError("tracks")
    for chapter in facts.chapters:
        if not (0 <= float(chapter["start_seconds"]) < 1e6 and isinstance(chapter["title"], str)):
            raise ValueError("chapters")
        if len(chapter["title"]) > 120 or len(facts.chapters) > 1000:
            raise ValueError("chapters")


def _require_types(value):
    """Raise TypeError if a field of `value` is not exactly of its declared type, ValueError if it is too large."""
    for name, declared in get_type_hints(type(value)).items():
        found = getattr(value, name)
        kinds = get_args(declared) if isinstance(declared, UnionType) else (get_origin(declared) or declared,)
        is_whole_number = type(found) is int and float in kinds
        if type(found) not in kinds and not is_whole_number:
            raise TypeError(name)
        if isinstance(found, str) and len(found) > 120 or isinstance(found, int | float) and abs(found) > 2**53:
            raise ValueError(name)
