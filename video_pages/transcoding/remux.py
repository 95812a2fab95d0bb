"""The progressive MP4 of a source whose pictures browsers can show already: copied, with the index in front."""

from video_pages.library import paths
from video_pages.transcoding import encode, ffmpeg

PROGRESSIVE_LINES = 1080
"""What a browser without scripts is given at most: it can't step down on a slow line."""


def can_be_remuxed(facts):
    """True if browsers show the pictures as they are stored, whatever they are stored in.

    Not with an edit list that hides some: a copy holds them, and players differ in what they show.
    """
    is_known = facts.video_codec == "h264" and facts.pixel_format in ("yuv420p", "yuvj420p")
    return is_known and not facts.transfer and not facts.has_hidden_frames


def is_final(facts):
    """True if nothing encoded would be shown better: no interlacing, no other size later, no mirror (left out)."""
    is_plain = facts.has_one_size and not facts.is_interlaced and not facts.is_mirrored
    return can_be_remuxed(facts) and is_plain


def remux(space, facts, sounds, *, on_tick=None):
    """Write the pictures of `space.source` and the first of `sounds` into an MP4; return its path."""
    target = space.out / paths.REMUXED
    arguments = encode.inputs(space, sounds[:1])
    arguments += ["-map", f"0:{facts.video_stream}", *encode.audio_arguments(sounds[:1]), *encode.COPIED_VIDEO]
    arguments += ["-movflags", "+faststart", "-f", "mp4", f"file:{target}"]
    ffmpeg.run(arguments, space=space, wall_seconds=encode.wall_seconds(facts), on_tick=on_tick)
    return target
