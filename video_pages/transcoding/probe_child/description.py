"""What an opened upload is, as plain values for JSON. Names and titles in it are hostile text, cut to a length."""

import math
import struct
from fractions import Fraction

import av
import boxes
from av.error import FFmpegError

MAX_TEXT = 120
MAX_CHAPTERS = 500
IPT_C2 = 15  # AVCOL_SPC_IPT_C2: the pictures of Dolby Vision profile 5, which nothing but its own decoder shows rightly
TRANSFERS = {16: "pq", 18: "hlg"}  # ITU-T H.273, table 3
TEXT_CODECS = {"subrip", "srt", "ass", "ssa", "webvtt", "mov_text", "text", "ttml", "microdvd", "subviewer"}
BROADCAST = {"mpegts", "mpeg"}


def beginning(container, video, sounds, first_picture):
    """Return the moment (seconds of the file's own clock) at which the film begins, which processing makes zero.

    That of the earliest stream. Broadcast streams are cut out of a longer time, so that only what is shown and
    heard of them counts (as in ffmpeg, for the formats with AVFMT_TS_DISCONT). `first_picture` is the first shown.
    """
    if container.format.name not in BROADCAST and container.start_time is not None:
        return Fraction(container.start_time, av.time_base)
    starts = [Fraction(sound.start_time) * sound.time_base for sound in sounds if sound.start_time is not None]
    return min([Fraction(first_picture), *starts])


def describe(path, container, video, audio, frame, *, begins, duration):
    """Return the facts of an open container: of a decoded `frame` of `video`, and of the sounds, `audio` the first.

    `begins` is the moment that counts as zero. What takes counting is left out.
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


def is_known(stream):
    return stream.codec_context is not None


def audio_track(stream, begins):
    """What is known of a sound track; one of a codec that nothing here decodes is not readable."""
    codec = stream.codec_context
    started = Fraction(stream.start_time or 0) * stream.time_base
    return {
        "stream": stream.index,
        "codec": codec_name(stream),
        "profile": text(codec.profile) if codec else "",
        "channels": codec.channels if codec else 0,
        "layout": text(codec.layout.name) if codec else "",
        "sample_rate": codec.sample_rate if codec else 0,
        "starts_at_seconds": float(started - begins),
        "is_readable": codec is not None,
        **words_of(stream),
    }


def subtitle_track(stream):
    return {
        "stream": stream.index,
        "codec": codec_name(stream),
        "is_for_the_deaf": bool(stream.disposition & av.stream.Disposition.hearing_impaired),
        **words_of(stream),
    }


def words_of(stream):
    """What a track says of itself."""
    return {
        "language": text(stream.metadata.get("language", ""))[:35],
        "title": text(stream.metadata.get("title", "")),
        "is_default": bool(stream.disposition & av.stream.Disposition.default),
    }


def chapters(container, begins):
    found = []
    for chapter in container.chapters()[:MAX_CHAPTERS]:
        seconds = float(Fraction(chapter["start"]) * chapter["time_base"] - begins)
        title = text(chapter["metadata"].get("title", ""))
        if title and seconds >= 0:
            found.append({"start_seconds": seconds, "title": title})
    return found


def text(value):
    """`value` as one line of characters that can be shown."""
    return " ".join("".join(c if c.isprintable() else " " for c in str(value or "")[:1000]).split())[:MAX_TEXT]


def number(value):
    return int(value) if value is not None else 2  # "unspecified" in every table of H.273


def is_mirrored(frame):
    """True if the display matrix turns left and right about: its determinant is negative."""
    try:
        known = list(frame.side_data)
    except ValueError:  # PyAV has no name for one of them, such as what a camera says in EXIF
        return False
    for side_data in known:
        if side_data.type.name == "DISPLAYMATRIX":
            matrix = struct.unpack("=9i", bytes(side_data)[:36])
            return matrix[0] * matrix[4] - matrix[1] * matrix[3] < 0
    return False


def has_index_in_front(path):
    """True if the MP4 at `path` can be played while it arrives."""
    with open(path, "rb") as file:
        return boxes.has_index_in_front(file)


def container_name(path, container):
    """One word for the container; `mov,mp4,…` and `matroska,webm` are told apart by what the file says itself."""
    name = container.format.name
    if name.startswith("mov,"):
        return "mov" if container.metadata.get("major_brand", "qt").strip() == "qt" else "mp4"
    if name.startswith("matroska,"):
        with open(path, "rb") as file:
            return "webm" if b"\x42\x82\x84webm" in file.read(4096) else "matroska"
    return name.split(",")[0]


def codec_name(stream):
    try:
        return stream.codec_context.codec.canonical_name
    except (AttributeError, FFmpegError):
        return ""
