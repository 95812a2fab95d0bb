"""Facts: the properties of a media file, as the probe's child printed them and as far as they have the right shape."""

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, fields, replace
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints

from django.conf import settings

from video_pages.library import formats

SCANNED = ("longest_gap_seconds", "is_readable", "is_silent")
"""Fields that `audio_scan` fills for each audio track, beside its end."""


@dataclass(frozen=True)
class AudioTrack:
    """One audio track. `language` and `title` are the file's own text, `layout` is ffmpeg's name.

    The last four fields are known only after `audio_scan`; `ends_at_seconds` is None until then. Times count from the
    beginning of the video.
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
    """False if it can't be decoded here: there is no decoder, or no packet gave a frame."""
    is_silent: bool = False
    ends_at_seconds: float | None = None
    longest_gap_seconds: float = 0.0
    """The longest gap between two packets, or the total that an edit list hides, if that is longer."""


@dataclass(frozen=True)
class SubtitleTrack:
    """One text track. `language` and `title` are the file's own text."""

    stream: int
    codec: str
    is_for_the_deaf: bool
    language: str
    title: str
    is_default: bool


@dataclass(frozen=True)
class Facts:
    """The properties of a file by its decoded frames and its packets. Width and height are those of the shown image."""

    container: str
    duration_seconds: float
    """From the beginning of the video to the end of its last frame or audio; hidden by an edit list does not count."""
    width: int
    height: int
    video_codec: str
    audio_codec: str
    pixel_format: str
    frame_rate: float | None
    """Frames per second, counted where frames follow each other; None for a single frame without a stated rate."""
    rotation: int
    bit_rate: int
    video_stream: int
    audio_stream: int | None
    coded_width: int = 0
    coded_height: int = 0
    has_square_pixels: bool = True
    has_one_size: bool = True
    """False if the last frames are larger or smaller than the first."""
    is_mirrored: bool = False
    is_interlaced: bool = False
    transfer: str = ""
    """pq or hlg for high dynamic range, else ""."""
    primaries: int = 2
    matrix: int = 2
    """Of ITU-T H.273; 2 is "unspecified"."""
    is_dolby_only: bool = False
    starts_at_seconds: float = 0.0
    """When the first frame is shown, counted from the beginning of the video, which is that of its earliest track."""
    pictures_end_at_seconds: float = 0.0
    """When the last frame ends, counted likewise; audio may continue after it."""
    has_hidden_frames: bool = False
    """True if an edit list hides frames that the file still contains."""
    has_index_in_front: bool = False
    audio_tracks: tuple[AudioTrack, ...] = ()
    subtitle_tracks: tuple[SubtitleTrack, ...] = ()
    chapters: tuple[dict[str, Any], ...] = ()
    """Each with `start_seconds` and `title`."""

    @property
    def has_audio(self) -> bool:
        return self.audio_stream is not None

    @property
    def ends_at_seconds(self) -> float:
        """When the last frame or audio ends, counted from the beginning of the video: its duration."""
        return self.duration_seconds

    def without_audio(self, streams: Collection[int]) -> "Facts":
        """Return the facts with the audio tracks numbered `streams` marked as not readable."""
        tracks = (replace(t, is_readable=False) if t.stream in streams else t for t in self.audio_tracks)
        return replace(self, audio_tracks=tuple(tracks))

    def as_dict(self) -> dict[str, Any]:
        """Return the facts as values for JSON."""
        return asdict(self)

    @property
    def plays_in_browsers(self) -> bool:
        """True if every current browser plays the file unchanged."""
        return formats.plays_in_browsers(
            container=self.container,
            video_codec=self.video_codec,
            audio_codec=self.audio_codec,
            pixel_format=self.pixel_format,
        )


def parse_facts(answer: Mapping[str, Any]) -> Facts:
    """Return the Facts in the child's `answer`; raise ValueError, KeyError or TypeError if it has another shape."""
    values = {field.name: answer[field.name] for field in fields(Facts)}
    values["audio_tracks"] = tuple(AudioTrack(**track) for track in values["audio_tracks"])
    values["subtitle_tracks"] = tuple(SubtitleTrack(**track) for track in values["subtitle_tracks"])
    values["chapters"] = tuple(values["chapters"])
    facts = Facts(**values)
    _check(facts)
    return facts


def with_audio_scan(facts: Facts, answer: Mapping[str, Any]) -> Facts:
    """Return `facts` completed by the scan's `answer`, which holds each readable audio track by its number as text.

    Raises ValueError, KeyError or TypeError if a track is missing or has another shape.
    """
    tracks = []
    for track in facts.audio_tracks:
        if track.is_readable:
            scanned = answer[str(track.stream)]
            length = scanned["length_seconds"]
            end = None if length is None else track.starts_at_seconds + float(length)
            track = replace(track, ends_at_seconds=end, **{name: scanned[name] for name in SCANNED})
        tracks.append(track)
    completed = replace(facts, audio_tracks=tuple(tracks))
    _check(completed)
    return completed


def _check(facts: Facts) -> None:
    """Raise ValueError or TypeError if a value of `facts` has the wrong type or is out of range."""
    tracks: list[AudioTrack | SubtitleTrack] = [*facts.audio_tracks, *facts.subtitle_tracks]
    for value in (facts, *tracks):
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
    for track in tracks:
        if not (0 <= track.stream < 10_000 and len(tracks) < 1000):
            raise ValueError("tracks")
    for chapter in facts.chapters:
        if not (0 <= float(chapter["start_seconds"]) < 1e6 and isinstance(chapter["title"], str)):
            raise ValueError("chapters")
        if len(chapter["title"]) > 120 or len(facts.chapters) > 1000:
            raise ValueError("chapters")


def _require_types(value: Facts | AudioTrack | SubtitleTrack) -> None:
    """Raise TypeError if a field of `value` is not exactly of its declared type, ValueError if it is too large."""
    for name, declared in get_type_hints(type(value)).items():
        found = getattr(value, name)
        accepted = get_args(declared) if isinstance(declared, UnionType) else (get_origin(declared) or declared,)
        is_whole_number = type(found) is int and float in accepted
        if type(found) not in accepted and not is_whole_number:
            raise TypeError(name)
        if isinstance(found, str) and len(found) > 120 or isinstance(found, int | float) and abs(found) > 2**53:
            raise ValueError(name)
