"""Facts: the properties of a media file, as the probe's child printed them and as far as they have the right shape."""

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Annotated, Any

from django.conf import settings
from pydantic import AfterValidator, ConfigDict, Field, TypeAdapter, ValidationError

from video_pages.library import formats

SCANNED = ("longest_gap_seconds", "is_readable", "is_silent")
"""Fields that `audio_scan` fills for each audio track, beside its end."""
MAX_TRACKS, MAX_CHAPTERS = 1000, 1000


def _check_duration(seconds: float) -> float:
    if not 0 < seconds <= settings.MAX_DURATION_SECONDS:
        raise ValueError("a duration that this site does not take")
    return seconds


# Pydantic checks values of these types when `parse_facts` reads them, and accepts no other type in their place.
LARGEST = 2**53  # JSON and JavaScript keep whole numbers exactly up to it
Flag = Annotated[bool, Field(strict=True)]
Text = Annotated[str, Field(strict=True, max_length=120)]
FormatName = Annotated[str, Field(strict=True, max_length=32)]
Whole = Annotated[int, Field(strict=True, ge=-LARGEST, le=LARGEST)]
Number = Annotated[float, Field(strict=True, ge=-LARGEST, le=LARGEST, allow_inf_nan=False)]
Duration = Annotated[Number, AfterValidator(_check_duration)]
Pixels = Annotated[int, Field(strict=True, gt=0, lt=2**17)]
StreamNumber = Annotated[int, Field(strict=True, ge=0, lt=10_000)]
NO_OTHER_FIELDS = ConfigDict(extra="forbid")


@dataclass(frozen=True)
class AudioTrack:
    """One audio track. `language` and `title` are the file's own text, `layout` is ffmpeg's name.

    The last four fields are known only after `audio_scan`; `ends_at_seconds` is None until then. Times count from the
    beginning of the video.
    """

    __pydantic_config__ = NO_OTHER_FIELDS

    stream: StreamNumber
    codec: Text
    profile: Text
    channels: Whole
    layout: Text
    sample_rate: Whole
    starts_at_seconds: Number
    language: Text
    title: Text
    is_default: Flag
    is_readable: Flag = True
    """False if it can't be decoded here: there is no decoder, or no packet gave a frame."""
    is_silent: Flag = False
    ends_at_seconds: Number | None = None
    longest_gap_seconds: Number = 0.0
    """The longest gap between two packets, or the total that an edit list hides, if that is longer."""


@dataclass(frozen=True)
class SubtitleTrack:
    """One text track. `language` and `title` are the file's own text."""

    __pydantic_config__ = NO_OTHER_FIELDS

    stream: StreamNumber
    codec: Text
    is_for_the_deaf: Flag
    language: Text
    title: Text
    is_default: Flag


@dataclass(frozen=True)
class FileChapter:
    """A chapter that the file has itself, with its start in the video."""

    __pydantic_config__ = NO_OTHER_FIELDS

    start_seconds: Annotated[float, Field(strict=True, ge=0, lt=1e6)]
    title: Text


@dataclass(frozen=True)
class Facts:
    """The properties of a file by its decoded frames and its packets. Width and height are those of the shown image."""

    container: FormatName
    duration_seconds: Duration
    """From the beginning of the video to the end of its last frame or audio; hidden by an edit list does not count."""
    width: Pixels
    height: Pixels
    video_codec: FormatName
    audio_codec: FormatName
    pixel_format: FormatName
    frame_rate: Number | None
    """Frames per second, counted where frames follow each other; None for a single frame without a stated rate."""
    rotation: Whole
    bit_rate: Whole
    video_stream: StreamNumber
    audio_stream: StreamNumber | None
    coded_width: Pixels = 0
    coded_height: Pixels = 0
    has_square_pixels: Flag = True
    has_one_size: Flag = True
    """False if the last frames are larger or smaller than the first."""
    is_mirrored: Flag = False
    is_interlaced: Flag = False
    transfer: Text = ""
    """pq or hlg for high dynamic range, else ""."""
    primaries: Whole = 2
    matrix: Whole = 2
    """Of ITU-T H.273; 2 is "unspecified"."""
    is_dolby_only: Flag = False
    starts_at_seconds: Number = 0.0
    """When the first frame is shown, counted from the beginning of the video, which is that of its earliest track."""
    video_end_seconds: Number = 0.0
    """When the last frame ends, counted likewise; audio may continue after it."""
    has_hidden_frames: Flag = False
    """True if an edit list hides frames that the file still contains."""
    has_index_in_front: Flag = False
    audio_tracks: tuple[AudioTrack, ...] = ()
    subtitle_tracks: tuple[SubtitleTrack, ...] = ()
    chapters: Annotated[tuple[FileChapter, ...], Field(max_length=MAX_CHAPTERS)] = ()

    @property
    def ends_at_seconds(self) -> float:
        """The end of the last frame or audio, counted from the beginning of the video: its duration."""
        return self.duration_seconds

    def without_audio(self, streams: Collection[int]) -> "Facts":
        """Return the facts with the audio tracks numbered `streams` marked as not readable."""
        tracks = (replace(t, is_readable=False) if t.stream in streams else t for t in self.audio_tracks)
        return replace(self, audio_tracks=tuple(tracks))

    def as_dict(self) -> dict[str, Any]:
        """Return the facts as values for JSON, by the names under which rows have them."""
        return {STORED_NAMES.get(name, name): value for name, value in asdict(self).items()}

    @property
    def plays_in_browsers(self) -> bool:
        """True if every current browser plays the file unchanged."""
        return formats.plays_in_browsers(
            container=self.container,
            video_codec=self.video_codec,
            audio_codec=self.audio_codec,
            pixel_format=self.pixel_format,
        )


FACTS = TypeAdapter(Facts)

# Rows of earlier versions, and workers of these beside ours while an update is under way, know a field by this name.
STORED_NAMES = {"video_end_seconds": "pictures_end_at_seconds"}


def parse_facts(answer: Mapping[str, Any]) -> Facts:
    """Return the Facts in the child's `answer` or in a row; raise ValueError, KeyError or TypeError if it is none."""
    named = {name: answer[stored] for name, stored in STORED_NAMES.items() if stored in answer}
    return _validate({field.name: (named if field.name in named else answer)[field.name] for field in fields(Facts)})


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
    return _validate(asdict(replace(facts, audio_tracks=tuple(tracks))))


def _validate(values: Mapping[str, Any]) -> Facts:
    """Return the Facts in `values`; raise ValueError if a value has the wrong type or is out of range."""
    try:
        facts = FACTS.validate_python(values)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        raise ValueError(f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from error
    if len(facts.audio_tracks) + len(facts.subtitle_tracks) >= MAX_TRACKS:
        raise ValueError("tracks")
    return facts
