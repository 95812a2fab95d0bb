"""The sounds of a film, each made once, before any picture: a file of AAC, or a track of the source that fits as it is.

What can't be made is left out here, so that no sound can make a picture fail.
"""

import dataclasses
import logging

from video_pages.library.results import NotRegularFile, open_result
from video_pages.transcoding import audio_mix, audio_scan, encode, ffmpeg, sound

AUDIO_KBPS = {1: 96, 2: 128}

logger = logging.getLogger(__name__)


def prepare(space, facts, *, on_tick=None):
    """Return (`facts` with all that is known of the sound tracks, the film's Sounds, ready to stand in a rendition).

    A track that can't be decoded is marked as not readable in the facts, and is part of no Sound. Raises
    sandbox.TookTooLong and sandbox.Interrupted.
    """
    facts = audio_scan.scan(space, facts, on_tick=on_tick)
    made = {}
    while True:
        sounds = sound.audio_choices(facts)
        for wanted in sounds:
            if not wanted.is_copied and wanted.tracks not in made:
                made[wanted.tracks] = _encode(space, facts, wanted, on_tick=on_tick)
        broken = {
            track.stream
            for wanted in sounds
            if not wanted.is_copied and made[wanted.tracks] is None
            for track in wanted.tracks
        }
        if not broken:
            return facts, [dataclasses.replace(wanted, file=made.get(wanted.tracks)) for wanted in sounds]
        facts = facts.without_sound(broken)


def _encode(space, facts, wanted, *, on_tick):
    """Encode the Sound `wanted` into a file of its own; return its path, or None if ffmpeg can't."""
    target = space.out / f"sound-{wanted.tracks[0].stream}.mp4"
    for graph in audio_mix.graphs(wanted, seconds=facts.ends_at_seconds):
        arguments = [*ffmpeg.input_arguments(space.source), "-filter_complex", graph, "-map", "[sound]"]
        arguments += [*encode.NOTHING_ELSE, "-c:a", "aac", "-b:a", f"{AUDIO_KBPS[wanted.channels]}k"]
        arguments += ["-f", "mp4", f"file:{target}"]
        try:
            ffmpeg.run(arguments, space=space, wall_seconds=encode.wall_seconds(facts), on_tick=on_tick)
            open_result(target).close()
        except (ffmpeg.FfmpegFailed, FileNotFoundError, NotRegularFile) as error:
            logger.warning("Sound track %s can't be encoded by %s: %s", wanted.tracks[0].stream, graph, error)
        else:
            return target
    return None
