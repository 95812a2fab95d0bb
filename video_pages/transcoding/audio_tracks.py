"""Make each audio choice of a video once, before any rendition: as a file of AAC, or by a source track that fits.

A choice that can't be made is left out here, so that broken audio never makes a rendition fail.
"""

import dataclasses
import logging
from pathlib import Path

from video_pages.library.results import NotRegularFile, open_result
from video_pages.transcoding import audio_mix, audio_scan, encode, ffmpeg
from video_pages.transcoding.audio_choices import AudioChoice, Tracks, audio_choices
from video_pages.transcoding.facts import Facts
from video_pages.transcoding.sandbox import OnTick
from video_pages.transcoding.workspace import Workspace

AUDIO_KBPS = {1: 96, 2: 128}

logger = logging.getLogger(__name__)


def prepare(space: Workspace, facts: Facts, *, on_tick: OnTick = None) -> tuple[Facts, list[AudioChoice]]:
    """Return (`facts` with the content of the audio tracks, the AudioChoices, ready for a rendition).

    A track that can't be decoded is marked as not readable in the facts, and is part of no choice. Raises
    sandbox.TookTooLong and sandbox.Interrupted.
    """
    return make(space, audio_scan.scan(space, facts, on_tick=on_tick), on_tick=on_tick)


def make(space: Workspace, facts: Facts, *, on_tick: OnTick = None) -> tuple[Facts, list[AudioChoice]]:
    """Do what `prepare` does with `facts` that have the content of the audio tracks already."""
    files: dict[Tracks, Path | None] = {}
    while True:
        choices = audio_choices(facts)
        encoded = [choice for choice in choices if not choice.is_copied]
        for choice in encoded:
            if choice.tracks not in files:
                files[choice.tracks] = _encode(space, facts, choice, on_tick=on_tick)
        broken = {track.stream for choice in encoded if files[choice.tracks] is None for track in choice.tracks}
        if not broken:
            return facts, [dataclasses.replace(choice, file=files.get(choice.tracks)) for choice in choices]
        facts = facts.without_audio(broken)


def _encode(space: Workspace, facts: Facts, choice: AudioChoice, *, on_tick: OnTick) -> Path | None:
    """Encode `choice` into a file of its own; return its path, or None if ffmpeg can't."""
    target = space.out / f"sound-{choice.tracks[0].stream}.mp4"
    for graph in audio_mix.graphs(choice, seconds=facts.ends_at_seconds):
        arguments = [*ffmpeg.input_arguments(space.source), "-filter_complex", graph, "-map", "[audio]"]
        arguments += [*encode.STREAMS_ONLY, "-c:a", "aac", "-b:a", f"{AUDIO_KBPS[choice.channels]}k"]
        arguments += ["-f", "mp4", f"file:{target}"]
        try:
            ffmpeg.run(arguments, space=space, wall_seconds=encode.wall_seconds(facts), on_tick=on_tick)
            open_result(target).close()
        except (ffmpeg.FfmpegFailed, FileNotFoundError, NotRegularFile) as error:
            logger.warning("Sound track %s can't be encoded by %s: %s", choice.tracks[0].stream, graph, error)
        else:
            return target
    return None
