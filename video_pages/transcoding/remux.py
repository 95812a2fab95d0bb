"""The progressive MP4 of a source whose video browsers can play: copied, with the index in front."""

from collections.abc import Sequence
from pathlib import Path

from video_pages.library import paths
from video_pages.transcoding import encode, ffmpeg
from video_pages.transcoding.audio_choices import AudioChoice
from video_pages.transcoding.facts import Facts
from video_pages.transcoding.sandbox import OnTick
from video_pages.transcoding.workspace import Workspace

PROGRESSIVE_LINES = 1080
"""The largest size for browsers without scripts, which can't change to a smaller one on a slow connection."""


def can_be_remuxed(facts: Facts) -> bool:
    """Return True if browsers can play the video stream in an MP4, whatever its container.

    Not with an edit list that hides frames: a copy contains them, and players differ in what they show.
    """
    is_known = facts.video_codec == "h264" and facts.pixel_format in ("yuv420p", "yuvj420p")
    return is_known and not facts.transfer and not facts.has_hidden_frames


def is_final(facts: Facts) -> bool:
    """Return True if encoding would not improve a remuxed video: no interlacing, one size, not mirrored."""
    is_plain = facts.has_one_size and not facts.is_interlaced and not facts.is_mirrored
    return can_be_remuxed(facts) and is_plain


def remux(space: Workspace, facts: Facts, audio: Sequence[AudioChoice], *, on_tick: OnTick = None) -> Path:
    """Write the video of `space.source` and the first choice of `audio` into an MP4; return its path."""
    target = space.out / paths.REMUXED
    arguments = encode.inputs(space, audio[:1])
    arguments += ["-map", f"0:{facts.video_stream}", *encode.audio_arguments(audio[:1]), *encode.COPIED_VIDEO]
    arguments += ["-movflags", "+faststart", "-f", "mp4", f"file:{target}"]
    ffmpeg.run(arguments, space=space, wall_seconds=encode.wall_seconds(facts), on_tick=on_tick)
    return target
