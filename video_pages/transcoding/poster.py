"""The poster of a video, and the still of at most 16x9 pixels that may be shown before the password."""

from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageStat, UnidentifiedImageError

from video_pages.library import paths, stills
from video_pages.library.results import NotRegularFile, open_result
from video_pages.transcoding import ffmpeg, filters, sandbox

MAX_WIDTH = 1280
CANDIDATES = (0.1, 0.3, 0.5, 0.8)
FRAMES_TO_CHOOSE_FROM = 8
"""Where to look, as shares of the length: openings are often black, ends are credits."""
BEGINNING = 0.0
"""Where to look if that gave nothing: some containers can't seek to a frame that can be drawn."""
EXACT_UP_TO_SECONDS = 20
"""A short film may have a single key frame, so its frames are counted out; in a long one key frames will do."""
CANDIDATE_SECONDS = 60
COMPARISON_SIZE = (64, 36)
UNUSABLE = (ffmpeg.FfmpegFailed, sandbox.TookTooLong, FileNotFoundError, NotRegularFile, UnidentifiedImageError)
"""What may be wrong with one frame; the others are tried all the same."""


class NoPoster(Exception):
    """No frame of the film could be drawn; the text is the end of what ffmpeg said."""


@dataclass(frozen=True)
class Poster:
    """`jpeg` is a file in the workspace it was made in; `still` a `data:` address."""

    jpeg: Path
    still: str


def make_poster(space, facts, *, on_tick=None):
    """Draw a few frames of `space.source` (whose probe gave `facts`) and return the richest as a Poster.

    Raises NoPoster if no frame could be drawn, and sandbox.Interrupted.
    """
    best, best_variance, last_error = None, -1.0, ""
    for number, share in enumerate((*CANDIDATES, BEGINNING)):
        if share == BEGINNING and best is not None:
            break
        target = space.out / f"candidate-{number}.jpg"
        try:
            draw_frame(space, facts, target, at_seconds=facts.duration_seconds * share, on_tick=on_tick)
            variance = luminance_variance(target)
        except UNUSABLE as error:
            last_error = str(error)
            continue
        if variance > best_variance:
            best, best_variance = target, variance
    if best is None:
        raise NoPoster(last_error)
    return Poster(jpeg=best, still=still_address(best))


def draw_frame(space, facts, target, *, at_seconds, on_tick=None):
    """Write the frame at `at_seconds` of `space.source` to `target`, a JPEG, upright and with square pixels."""
    width, height = fit(facts.width, facts.height, MAX_WIDTH)
    exact = facts.duration_seconds <= EXACT_UP_TO_SECONDS
    # To the beginning nothing is to be sought, which not every container can.
    arguments = ffmpeg.input_arguments(space.source, start_seconds=at_seconds or None, length_seconds=10, exact=exact)
    arguments += ["-map", f"0:{facts.video_stream}", "-an", "-sn", "-dn", "-map_metadata", "-1"]
    shown = filters.video_filter(facts, width=width, height=height)
    arguments += ["-vf", f"{shown},scale=out_range=pc,format=yuvj420p", "-q:v", "3"]
    # Without `passthrough` a key frame long before the moment asked for is dropped as outdated.
    arguments += ["-frames:v", "1", "-fps_mode", "passthrough", "-update", "1", "-f", "image2", f"file:{target}"]
    ffmpeg.run(arguments, space=space, wall_seconds=CANDIDATE_SECONDS, on_tick=on_tick)


def draw_frames(space, rendition, duration_seconds, *, on_tick=None):
    """Draw the frames that an editor may choose from, out of the MadeRendition `rendition`; return their paths."""
    drawn = []
    for number in range(1, FRAMES_TO_CHOOSE_FROM + 1):
        target = space.out / paths.frame_image(number)
        at_seconds = duration_seconds * (number - 0.5) / FRAMES_TO_CHOOSE_FROM
        arguments = ["-protocol_whitelist", "file", "-noaccurate_seek", "-ss", f"{at_seconds:.3f}"]
        arguments += ["-f", "mov", "-i", f"file:{rendition.media}", "-map", "0:v:0", "-an", "-q:v", "3"]
        arguments += ["-vf", "scale=out_range=pc,format=yuvj420p", "-frames:v", "1", "-fps_mode", "passthrough"]
        try:
            ffmpeg.run([*arguments, "-update", "1", "-f", "image2", f"file:{target}"], space=space, on_tick=on_tick)
            luminance_variance(target)
        except UNUSABLE:
            break
        drawn.append(target)
    return drawn


def fit(width, height, max_width):
    """Return (width, height) in pixels, at most `max_width` wide, of the same shape, both even and at least 2."""
    scale = min(1.0, max_width / width)
    return max(2, round(width * scale / 2) * 2), max(2, round(height * scale / 2) * 2)


def luminance_variance(path):
    """How much there is to see in a picture: 0 for one plain colour."""
    with open_result(path) as jpeg, Image.open(jpeg, formats=("JPEG",)) as image:
        return ImageStat.Stat(image.convert("L").resize(COMPARISON_SIZE)).var[0]


def still_address(path):
    """Return the still of the picture at `path`: see `library.stills`."""
    with open_result(path) as jpeg:
        return stills.still_address(jpeg)
