"""Subtitles in a source: extracted by ffmpeg, then parsed and stored like uploaded ones."""

import logging
from collections.abc import Sequence
from dataclasses import replace

from django.utils.translation import gettext as _

from video_pages.library import repairs
from video_pages.library.encodings import NotText, is_guessed, read_text
from video_pages.library.languages import language_name, normalize_language
from video_pages.library.models import VideoFile
from video_pages.library.results import NotRegularFile, open_result
from video_pages.library.subtitles import SubtitleFile, UnreadableSubtitles, read
from video_pages.library.telemetry import is_telemetry
from video_pages.library.text_models import TextTrack
from video_pages.library.text_services import EmbeddedTrack, TrackProperties, replace_embedded_tracks
from video_pages.transcoding import ffmpeg, sandbox
from video_pages.transcoding.facts import Facts, SubtitleTrack
from video_pages.transcoding.sandbox import OnTick
from video_pages.transcoding.workspace import Workspace

MAX_TRACKS = 12
MAX_BYTES = 5 * 1024 * 1024
SECONDS = 600
"""Wall-clock limit: a long video is read to its end for its text."""
CPU_SECONDS = 60
"""Skipping the video costs almost no time; a gigantic line costs ffmpeg the square of its length."""

COPIED = {"subrip": "srt", "srt": "srt", "text": "srt", "webvtt": "webvtt"}
"""Codecs whose lines are stored as in a file of their own, and the muxers that write such a file."""
ASS = {"ass", "ssa"}

logger = logging.getLogger(__name__)


class _NotExtracted(Exception):
    """The track could not be extracted this time; another time it may be."""


def extract_subtitles(
    space: Workspace, facts: Facts, video_file: VideoFile, *, version: int, on_tick: OnTick = None
) -> list[str]:
    """Store the text tracks of `space.source` as rows, once; a track that can't be read is left out.

    Returns sentences for editors about repairs in the text.

    The tracks of a source that was processed completely before are not read again: changes by editors, such as
    deleting one, stay.

    `video_file` is as it was loaded when the job began: its `package_version` shows whether `version` was made
    before. If so, and a track failed for a temporary reason, no earlier row is deleted. `on_tick()` is called while
    ffmpeg runs and between all steps; what it raises propagates.
    """
    is_known = video_file.package_version == version
    # The frames to choose from are made last: a processing that ended before them may have left tracks out.
    if is_known and video_file.frame_count:
        return []
    tracks: list[EmbeddedTrack] = []
    notes: list[str] = []
    has_failed = False
    for track in facts.subtitle_tracks[:MAX_TRACKS]:
        try:
            extracted, repairs_made = _extract(space, track, on_tick)
            tracks.append(extracted)
            notes += repairs_made
        except UnreadableSubtitles as error:
            logger.info("Text track %s is left out: %s", track.stream, error)
        except _NotExtracted as error:
            has_failed = True
            logger.warning("Text track %s could not be taken out: %s", track.stream, error)
    _tick(on_tick)
    replace_embedded_tracks(video_file, tracks, version=version, keep_others=has_failed and is_known)
    _tick(on_tick)
    return notes


def _extract(space: Workspace, track: SubtitleTrack, on_tick: OnTick) -> tuple[EmbeddedTrack, list[str]]:
    """Return (the EmbeddedTrack of `track`, sentences about repairs). Raises UnreadableSubtitles and _NotExtracted."""
    data, is_encoding_guessed = _read_track(space, track, on_tick)
    language = normalize_language(track.language)
    _tick(on_tick)
    found = read(data, language=language)
    _tick(on_tick)
    cues = found.cues
    kind = TextTrack.Kind.CAPTIONS if track.is_for_the_deaf else TextTrack.Kind.SUBTITLES
    if is_telemetry(cues):
        properties = TrackProperties(kind, language, _("Camera data"), is_hidden=True)
        return EmbeddedTrack(SubtitleFile(cues), properties), []
    label = track.title or language_name(language) or _("Subtitles")
    found = replace(found, is_guessed=found.is_guessed or is_encoding_guessed, document="")
    extracted = EmbeddedTrack(found, TrackProperties(kind, language, label))
    return extracted, repairs.describe_repairs(found, name=label, has_lines=False)


def _read_track(space: Workspace, track: SubtitleTrack, on_tick: OnTick) -> tuple[bytes, bool]:
    """Return (the text of `track` as the bytes of an SRT or WebVTT file, True if its encoding was guessed for that).

    Raises _NotExtracted and UnreadableSubtitles.

    Lines that the source stores as such a file does are copied: ffmpeg drops lines that are not UTF-8, and our parser
    reads them. ASS is copied first, converted to UTF-8, and then to WebVTT.
    """
    source = [*ffmpeg.input_arguments(space.source), "-map", f"0:{track.stream}"]
    if track.codec in COPIED:
        return _run(space, [*source, "-c:s", "copy", "-f", COPIED[track.codec]], track, on_tick), False
    if track.codec in ASS:
        data = _run(space, [*source, "-c:s", "copy", "-f", "ass"], track, on_tick)
        readable = space.out / f"text-{track.stream}.ass"
        try:
            readable.write_text(read_text(data, language=normalize_language(track.language)), encoding="utf-8")
            opened = ["-protocol_whitelist", "file", "-f", "ass", "-i", f"file:{readable}"]
            written = _run(space, [*opened, "-c:s", "webvtt", "-f", "webvtt"], track, on_tick)
            return written, is_guessed(data)
        except NotText as error:
            raise UnreadableSubtitles("not_text") from error
        finally:
            readable.unlink(missing_ok=True)
    return _run(space, [*source, "-c:s", "webvtt", "-f", "webvtt"], track, on_tick), False


def _run(space: Workspace, arguments: Sequence[str], track: SubtitleTrack, on_tick: OnTick) -> bytes:
    """Write one text file by ffmpeg with `arguments`; return its bytes. Raises _NotExtracted."""
    target = space.out / f"text-{track.stream}.out"
    try:
        ffmpeg.run(
            [*arguments, f"file:{target}"], space=space, wall_seconds=SECONDS, cpu_seconds=CPU_SECONDS, on_tick=on_tick
        )
        with open_result(target) as file:
            return file.read(MAX_BYTES)
    except (ffmpeg.FfmpegFailed, sandbox.TookTooLong, FileNotFoundError, NotRegularFile) as error:
        raise _NotExtracted(str(error)) from error
    finally:
        target.unlink(missing_ok=True)


def _tick(on_tick: OnTick) -> None:
    if on_tick:
        on_tick()
