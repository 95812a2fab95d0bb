"""Subtitles that a source brings along: taken out by ffmpeg, parsed and written anew like uploaded ones."""

import logging
from dataclasses import replace

from django.utils.translation import gettext as _

from video_pages.library import repairs
from video_pages.library.encodings import NotText, is_guessed, read_text
from video_pages.library.languages import language_name, normalize_language
from video_pages.library.results import NotRegularFile, open_result
from video_pages.library.subtitles import UnreadableSubtitles, read
from video_pages.library.telemetry import is_telemetry
from video_pages.library.text_models import TextTrack
from video_pages.library.text_services import EmbeddedTrack, replace_embedded_tracks
from video_pages.transcoding import ffmpeg, sandbox

MAX_TRACKS = 12
MAX_BYTES = 5 * 1024 * 1024
SECONDS = 600
"""A long film is read to its end for the sake of its words."""
CPU_SECONDS = 60
"""Passing the pictures over costs next to nothing; one gigantic line costs ffmpeg the square of its length."""

COPIED = {"subrip": "srt", "srt": "srt", "text": "srt", "webvtt": "webvtt"}
"""Codecs whose lines are stored as they stand in a file, and the muxers that write such a file."""
ASS = {"ass", "ssa"}

logger = logging.getLogger(__name__)


class _NotExtracted(Exception):
    """A track that could not be taken out this time; the next time it may be."""


def extract_subtitles(space, facts, video_file, *, version, on_tick=None):
    """Store the text tracks of `space.source` as rows, once; a track that can't be read is left out.

    Returns the sentences that tell an editor what was repaired in them.

    A source of which all was made before is not asked again: what editors did with its tracks, such as deleting one,
    stands.

    `video_file` is as it was loaded when the job began: its `package_version` tells whether `version` was made
    before. If so, and a track failed for a reason that may pass, no row of before is deleted. `on_tick()` is called
    while ffmpeg runs and between all steps; what it raises goes on up.
    """
    is_known = video_file.package_version == version
    # The frames to choose from come last of all: a processing that was cut off before them took nothing out for good.
    if is_known and video_file.frame_count:
        return []
    tracks, failed, notes = [], 0, []
    for track in facts.subtitle_tracks[:MAX_TRACKS]:
        try:
            taken, repaired = _take(space, track, on_tick)
            tracks.append(taken)
            notes += repaired
        except UnreadableSubtitles as error:
            logger.info("Text track %s is left out: %s", track.stream, error)
        except _NotExtracted as error:
            failed += 1
            logger.warning("Text track %s could not be taken out: %s", track.stream, error)
    _tick(on_tick)
    replace_embedded_tracks(video_file, tracks, version=version, keep_others=bool(failed) and is_known)
    _tick(on_tick)
    return notes


def _take(space, track, on_tick):
    """Return (the EmbeddedTrack of `track`, sentences about repairs). Raises UnreadableSubtitles and _NotTaken."""
    data, was_guessed = _read_out(space, track, on_tick)
    language = normalize_language(track.language)
    _tick(on_tick)
    found = read(data, language=language)
    _tick(on_tick)
    cues = found.cues
    kind = TextTrack.Kind.CAPTIONS if track.is_for_the_deaf else TextTrack.Kind.SUBTITLES
    if is_telemetry(cues):
        return EmbeddedTrack(cues=cues, kind=kind, language=language, label=_("Camera data"), is_hidden=True), []
    label = track.title or language_name(language) or _("Subtitles")
    found = replace(found, is_guessed=found.is_guessed or was_guessed)
    taken = EmbeddedTrack(cues=cues, kind=kind, language=language, label=label)
    return taken, repairs.describe_repairs(found, name=label, has_lines=False)


def _read_out(space, track, on_tick):
    """Return (the words of `track` as the bytes of an SRT or WebVTT file, True if letters were guessed for that).

    Raises _NotTaken.

    Where the source stores them as such a file would, they are copied: ffmpeg drops lines that are not UTF-8, and we
    read them. ASS is copied first, brought into UTF-8, and converted after.
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


def _run(space, arguments, track, on_tick):
    """Have ffmpeg write one text file with `arguments`; return its bytes. Raises _NotTaken."""
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


def _tick(on_tick):
    if on_tick:
        on_tick()
