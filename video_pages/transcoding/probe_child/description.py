"""What an opened upload is, as plain values for JSON. Names and titles in it are hostile text, cut to a length."""

import math
import struct
from fractions import Fraction

import av
from av.error import FFmpegError

MAX_TEXT = 120
MAX_CHAPTERS = 500
IPT_C2 = 15  # AVCOL_SPC_IPT_C2: the pictures of Dolby Vision profile 5, which nothing but its own decoder shows rightly
TRANSFERS = {16: "pq", 18: "hlg"}  # ITU-T H.273, table 3
TEXT_CODECS = {"subrip", "srt", "ass", "ssa", "webvtt", "mov_text", "text", "ttml", "microdvd", "subviewer"}
BOX_HEADER = struct.Struct(">I4s")


def describe(path, container, video, audio, frame, *, start, duration):
    """Return the facts of an open container whose first decoded `frame` of `video` begins at `start` (seconds)."""
    aspect = video.sample_aspect_ratio or Fraction(1)
    width, height = max(1, round(frame.width * aspect)), frame.height
    rotation = frame.rotation % 360
    if rotation in (90, 270):
        width, height = height, width
    rate = video.average_rate or video.guessed_rate
    name = container_name(path, container)
    begins = Fraction(container.start_time or 0, av.time_base)
    return {
        "container": name,
        "duration_seconds": float(duration),
        "width": width,
        "height": height,
        "video_codec": codec_name(video),
        "audio_codec": codec_name(audio) if audio is not None else "",
        "pixel_format": frame.format.name,
        "frame_rate": float(rate) if rate and 0 < rate <= 100_000 else None,
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
        "starts_at_seconds": float(start - begins),
        "has_index_in_front": name in ("mp4", "mov") and has_index_in_front(path),
        "audio_tracks": [audio_track(stream, begins) for stream in container.streams.audio if is_known(stream)],
        "subtitle_tracks": [
            subtitle_track(stream) for stream in container.streams.subtitles if codec_name(stream) in TEXT_CODECS
        ],
        "chapters": chapters(container, begins),
    }


def is_known(stream):
    return stream.codec_context is not None


def audio_track(stream, begins):
    codec = stream.codec_context
    started = Fraction(stream.start_time or 0) * stream.time_base
    return {
        "stream": stream.index,
        "codec": codec_name(stream),
        "profile": text(codec.profile),
        "channels": codec.channels,
        "sample_rate": codec.sample_rate,
        "starts_at_seconds": float(started - begins),
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
    for side_data in frame.side_data:
        if side_data.type.name == "DISPLAYMATRIX":
            matrix = struct.unpack("=9i", bytes(side_data)[:36])
            return matrix[0] * matrix[4] - matrix[1] * matrix[3] < 0
    return False


def has_index_in_front(path):
    """True if an MP4's index (`moov`) comes before its pictures (`mdat`), and there are no fragments (`moof`)."""
    with open(path, "rb") as file:
        at, seen = 0, False
        while len(header := file.read(BOX_HEADER.size)) == BOX_HEADER.size:
            size, kind = BOX_HEADER.unpack(header)
            if kind == b"mdat":
                return seen
            if kind == b"moof":
                return False
            seen = seen or kind == b"moov"
            if size == 1:
                size = int.from_bytes(file.read(8), "big")
            if size < BOX_HEADER.size:
                return False
            at += size
            file.seek(at)
    return False


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
