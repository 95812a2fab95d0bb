"""What a file really is. The file is opened in a sandboxed child only, never in a web or worker process."""

import json
import os
import sys
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from types import UnionType
from typing import get_args, get_origin, get_type_hints

from django.conf import settings
from django.utils.translation import gettext_lazy

from video_pages.library import formats
from video_pages.transcoding import ffmpeg, sandbox
from video_pages.transcoding.workspace import workspace

CHILD = Path(__file__).with_name("probe_child")
OPEN_FILES = 64

MESSAGES = {
    "empty": gettext_lazy("This file is empty. Choose the video again."),
    "not-a-video": gettext_lazy(
        "This file is not a video that can be read here. Upload an MP4, MOV, WebM or MKV file."
    ),
    "playlist": gettext_lazy(
        "This file is a list that points to other files, not a video itself. Upload the video it belongs to."
    ),
    "no-video": gettext_lazy("This file holds no moving picture, only sound or still images."),
    "unknown-codec": gettext_lazy("The pictures in this file are stored in a way that can't be read here (codec)."),
    "damaged": gettext_lazy(
        "This file is damaged or incomplete: its pictures can't be read from start to end. "
        "Export it again, or repeat the upload."
    ),
    "too-long": gettext_lazy("This video is longer than the %(hours)s hours that this site takes."),
    "too-many-pixels": gettext_lazy(
        "The picture of this video is larger than this site takes (%(megapixels)s megapixels)."
    ),
    "too-many-frames": gettext_lazy("This video has more than %(rate)s pictures a second, more than this site takes."),
    "dolby-only": gettext_lazy(
        "The colours of this file (Dolby Vision profile 5) can't be shown without a Dolby decoder. "
        "Export it as HDR10, HLG or SDR."
    ),
    "too-many-streams": gettext_lazy("This file holds more than %(streams)s tracks, more than this site takes."),
    "too-demanding": gettext_lazy("Reading this file needs more memory than this site allows for one video."),
    "too-slow": gettext_lazy("Reading this file took too long. It may be damaged; if not, try again later."),
}


class UnreadableMedia(Exception):
    """The file can't be used. `code` is one of MESSAGES; `message` says why in an editor's words."""

    def __init__(self, code, detail=""):
        self.code = code
        self.detail = detail
        self.message = _describe(code)
        super().__init__(f"{code}: {detail}" if detail else code)


class ProbeTookTooLong(UnreadableMedia):
    """The time ran out: the file may be to blame, or a busy machine."""

    def __init__(self, detail=""):
        super().__init__("too-slow", detail)


@dataclass(frozen=True)
class AudioTrack:
    """One track of sound. `language` and `title` are the file's own words."""

    stream: int
    codec: str
    profile: str
    channels: int
    sample_rate: int
    starts_at_seconds: float
    language: str
    title: str
    is_default: bool


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
    width: int
    height: int
    video_codec: str
    audio_codec: str
    pixel_format: str
    frame_rate: float | None
    rotation: int
    bit_rate: int
    video_stream: int
    audio_stream: int | None
    coded_width: int = 0
    coded_height: int = 0
    has_square_pixels: bool = True
    is_mirrored: bool = False
    is_interlaced: bool = False
    transfer: str = ""
    """"pq" or "hlg" for high dynamic range, else ""."""
    primaries: int = 2
    matrix: int = 2
    """Of ITU-T H.273; 2 is "unspecified"."""
    is_dolby_only: bool = False
    starts_at_seconds: float = 0.0
    """When the first picture is shown, counted from the file's earliest track."""
    has_index_in_front: bool = False
    audio_tracks: tuple[AudioTrack, ...] = ()
    subtitle_tracks: tuple[SubtitleTrack, ...] = ()
    chapters: tuple[dict, ...] = ()
    """Each with `start_seconds` and `title`."""

    @property
    def has_audio(self):
        return self.audio_stream is not None

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


def probe(path, *, seconds=None, on_tick=None):
    """Return the Facts of the file at `path`.

    `seconds` is the time it may take, default PROBE_SECONDS. Raises UnreadableMedia (ProbeTookTooLong if time ran
    out), FileNotFoundError, and sandbox.Interrupted when the process is shutting down.
    """
    seconds = seconds or settings.PROBE_SECONDS
    if os.path.getsize(path) == 0:
        raise UnreadableMedia("empty")
    with workspace(path) as space:
        order = {
            "options": ffmpeg.open_options(),
            "max_pixels": settings.MAX_PIXELS,
            "max_streams": settings.MAX_STREAMS,
            "max_duration_seconds": settings.MAX_DURATION_SECONDS,
            "max_frame_rate": settings.MAX_FRAME_RATE,
        }
        try:
            outcome = sandbox.run(
                [sys.executable, "-I", str(CHILD), str(space.source), json.dumps(order)],
                space=space,
                readable=[CHILD],
                limits=sandbox.Limits(
                    wall_seconds=seconds,
                    cpu_seconds=int(seconds) + 1,
                    memory_bytes=settings.SANDBOX_MEMORY_BYTES,
                    file_bytes=0,
                    open_files=OPEN_FILES,
                ),
                on_tick=on_tick,
            )
        except sandbox.TookTooLong as error:
            raise ProbeTookTooLong(str(error)) from error
        except sandbox.OutputTooLong as error:
            raise UnreadableMedia("damaged", str(error)) from error
    return _read_answer(outcome)


def _read_answer(outcome):
    """Turn the child's Outcome into Facts, believing only what has the right shape; raise UnreadableMedia."""
    if outcome.returncode != 0:
        # The child catches what libav reports; what is left is a crash in a decoder, or no memory to go on.
        code = "too-demanding" if "MemoryError" in outcome.stderr else "damaged"
        raise UnreadableMedia(code, outcome.stderr.strip()[-500:])
    try:
        answer = json.loads(outcome.stdout, parse_constant=_refuse_constant)
        if "refused" in answer:
            code = answer["refused"] if answer["refused"] in MESSAGES else "damaged"
            raise UnreadableMedia(code, str(answer.get("detail", ""))[:500])
        found = {field.name: answer["facts"][field.name] for field in fields(Facts)}
        found["audio_tracks"] = tuple(AudioTrack(**track) for track in found["audio_tracks"])
        found["subtitle_tracks"] = tuple(SubtitleTrack(**track) for track in found["subtitle_tracks"])
        found["chapters"] = tuple(found["chapters"])
        facts = _checked(Facts(**found))
    except (ValueError, KeyError, TypeError, OverflowError, RecursionError) as error:
        raise UnreadableMedia("damaged", f"unexpected answer: {error}") from error
    if facts.is_dolby_only:
        raise UnreadableMedia("dolby-only")
    return facts


def _refuse_constant(name):
    raise ValueError(f"{name} is no number")


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


def _checked(facts):
    """Return `facts` if every value is of its kind and in its range; raise ValueError or TypeError."""
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
    return facts


def _describe(code):
    megapixels = round(settings.MAX_PIXELS / 1_000_000, 1)
    hours = round(settings.MAX_DURATION_SECONDS / 3600, 1)
    return str(MESSAGES[code]) % {
        "hours": f"{hours:g}",
        "megapixels": f"{megapixels:g}",
        "streams": settings.MAX_STREAMS,
        "rate": settings.MAX_FRAME_RATE,
    }
