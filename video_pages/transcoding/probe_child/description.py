"""Describe an opened upload by plain values for JSON. Its names and titles are hostile text, cut to a length."""

import math
import struct
from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import av
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.error import FFmpegError
from av.stream import Disposition, Stream
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

if TYPE_CHECKING:  # the names by which the type checker finds these modules
    from video_pages.transcoding.probe_child import boxes, frame_index
else:
    import boxes
    import frame_index

MAX_TEXT = 120
MAX_CHAPTERS = 500
IPT_C2 = 15  # AVCOL_SPC_IPT_C2: the frames of Dolby Vision profile 5, which only its own decoder shows rightly
UNSPECIFIED = 2  # in every table of H.273
TRANSFERS = {16: "pq", 18: "hlg"}  # ITU-T H.273, table 3
TEXT_CODECS = {"subrip", "srt", "ass", "ssa", "webvtt", "mov_text", "text", "ttml", "microdvd", "subviewer"}
BROADCAST = {"mpegts", "mpeg"}

Facts = dict[str, Any]


def beginning(
    container: InputContainer, video: VideoStream, audio: Sequence[AudioStream], first_frame: Fraction
) -> Fraction:
    """Return the time (seconds of the file's own clock) at which the video begins, which processing makes zero.

    That of the earliest stream. A broadcast stream is a cut from a longer time, so only shown frames and audio count
    (as in ffmpeg, for the formats with AVFMT_TS_DISCONT). `first_frame` is the time of the first shown frame.
    """
    if container.format.name not in BROADCAST and container.start_time is not None:
        return Fraction(container.start_time, av.time_base)
    starts = [Fraction(s.start_time) * frame_index.time_base(s) for s in audio if s.start_time is not None]
    return min([Fraction(first_frame), *starts])


def describe(
    path: str,
    container: InputContainer,
    video: VideoStream,
    audio: AudioStream | None,
    frame: VideoFrame,
    *,
    begins: Fraction,
    duration: Fraction | float,
) -> Facts:
    """Return the facts of an open container, by a decoded `frame` of `video` and the first audio stream `audio`.

    `begins` is the time that counts as zero. Facts that need counting are left out.
    """
    aspect = video.sample_aspect_ratio or Fraction(1)
    width, height = max(1, round(frame.width * aspect)), frame.height
    rotation = frame.rotation % 360
    if rotation in (90, 270):
        width, height = height, width
    name = container_name(path, container)
    return {
        "container": name,
        "duration_seconds": float(duration),
        "width": width,
        "height": height,
        "video_codec": codec_name(video),
        "audio_codec": codec_name(audio) if audio is not None else "",
        "pixel_format": frame.format.name,
        "rotation": rotation,
        "bit_rate": math.floor(container.size * 8 / duration),
        "video_stream": video.index,
        "audio_stream": audio.index if audio is not None else None,
        "coded_width": frame.width,
        "coded_height": frame.height,
        "has_square_pixels": aspect == 1,
        "is_mirrored": is_mirrored(frame),
        "is_interlaced": bool(frame.interlaced_frame),
        "transfer": TRANSFERS.get(number(frame.color_trc), ""),
        "primaries": number(frame.color_primaries),
        "matrix": number(frame.colorspace),
        "is_dolby_only": number(frame.colorspace) == IPT_C2 or video.codec_context.codec_tag in ("dvh1", "dvhe"),
        "has_index_in_front": name in ("mp4", "mov") and has_index_in_front(path),
        "audio_tracks": [audio_track(stream, begins) for stream in container.streams.audio],
        "subtitle_tracks": [
            subtitle_track(stream) for stream in container.streams.subtitles if codec_name(stream) in TEXT_CODECS
        ],
        "chapters": chapters(container, begins),
    }


def is_known(stream: Stream) -> bool:
    """Return True if there is a decoder for `stream`."""
    return stream.codec_context is not None


def audio_track(stream: AudioStream, begins: Fraction) -> Facts:
    """Return the facts of an audio track; one without a decoder is not readable."""
    codec = stream.codec_context if is_known(stream) else None
    start = Fraction(stream.start_time or 0) * frame_index.time_base(stream)
    return {
        "stream": stream.index,
        "codec": codec_name(stream),
        "profile": text(codec.profile) if codec else "",
        "channels": codec.channels if codec else 0,
        "layout": text(codec.layout.name) if codec else "",
        "sample_rate": codec.sample_rate if codec else 0,
        "starts_at_seconds": float(start - begins),
        "is_readable": codec is not None,
        **metadata_of(stream),
    }


def subtitle_track(stream: Stream) -> Facts:
    """Return the facts of a text track."""
    return {
        "stream": stream.index,
        "codec": codec_name(stream),
        "is_for_the_deaf": bool(stream.disposition & Disposition.hearing_impaired),
        **metadata_of(stream),
    }


def metadata_of(stream: Stream) -> Facts:
    """Return language and title of a track in the file's own text, and whether it is the default."""
    return {
        "language": text(stream.metadata.get("language", ""))[:35],
        "title": text(stream.metadata.get("title", "")),
        "is_default": bool(stream.disposition & Disposition.default),
    }


def chapters(container: InputContainer, begins: Fraction) -> list[Facts]:
    """Return the chapters with a title that begin in the video."""
    found: list[Facts] = []
    listed: list[Any] = container.chapters()[:MAX_CHAPTERS]
    for chapter in listed:
        seconds = float(Fraction(chapter["start"]) * chapter["time_base"] - begins)
        title = text(chapter["metadata"].get("title", ""))
        if title and seconds >= 0:
            found.append({"start_seconds": seconds, "title": title})
    return found


def text(value: str | None) -> str:
    """Return `value` as one line of printable characters."""
    return " ".join("".join(c if c.isprintable() else " " for c in str(value or "")[:1000]).split())[:MAX_TEXT]


def number(value: int | None) -> int:
    return int(value) if value is not None else UNSPECIFIED


def is_mirrored(frame: VideoFrame) -> bool:
    """Return True if the display matrix mirrors the frame: its determinant is negative."""
    try:
        known: list[Any] = list(frame.side_data)
    except ValueError:  # PyAV has no name for one of them, such as EXIF data of a camera
        return False
    for side_data in known:
        if side_data.type.name == "DISPLAYMATRIX":
            matrix = struct.unpack("=9i", bytes(side_data)[:36])
            determinant: int = matrix[0] * matrix[4] - matrix[1] * matrix[3]
            return determinant < 0
    return False


def has_index_in_front(path: str) -> bool:
    """Return True if the MP4 at `path` can be played while it is downloaded."""
    with open(path, "rb") as file:
        return boxes.has_index_in_front(file)


def container_name(path: str, container: InputContainer) -> str:
    """Return one word for the container; the file itself distinguishes mp4 from mov and webm from matroska."""
    name = container.format.name
    if name.startswith("mov,"):
        return "mov" if container.metadata.get("major_brand", "qt").strip() == "qt" else "mp4"
    if name.startswith("matroska,"):
        with open(path, "rb") as file:
            return "webm" if b"\x42\x82\x84webm" in file.read(4096) else "matroska"
    return name.split(",")[0]


def codec_name(stream: Stream) -> str:
    """Return ffmpeg's name of the codec, "" if it has no decoder."""
    try:
        return stream.codec_context.codec.canonical_name
    except (AttributeError, FFmpegError):
        return ""
