"""The poster of a video, and the still of at most 16x9 pixels that may be shown before the password."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageStat, UnidentifiedImageError

from video_pages.library import paths, stills
from video_pages.library.packages import MadeRendition
from video_pages.library.results import NotRegularFile, open_result
from video_pages.transcoding import ffmpeg, filters, sandbox
from video_pages.transcoding.facts import Facts
from video_pages.transcoding.sandbox import OnTick
from video_pages.transcoding.workspace import Workspace

MAX_WIDTH = 1280
JPEG_QUALITY = ("-q:v", "7")
"""ffmpeg's quantizer, 2 (best) to 31. The poster shares a slow line with the player: with 3 it has 1.5 times the bytes,
and the difference is not visible."""
CANDIDATES = (0.1, 0.3, 0.5, 0.8)
"""Positions of the candidates, as shares of the duration: openings are often black, ends are credits."""
BEGINNING = 0.0
"""The position if no candidate can be drawn: some containers can't seek to a frame that can be decoded."""
FRAMES_TO_CHOOSE_FROM = 8
EXACT_UP_TO_SECONDS = 20
"""A short video may have a single key frame, so its frames are sought exactly; a long one only by key frames."""
CANDIDATE_SECONDS = 60
EXACT_FRAMES_UP_TO_SECONDS = 120
"""Frames that lie closer than key frames would be the same, so those of a short video are sought exactly."""
COMPARISON_SIZE = (64, 36)
UNUSABLE = (ffmpeg.FfmpegFailed, sandbox.TookTooLong, FileNotFoundError, NotRegularFile, UnidentifiedImageError)
"""Errors of one frame; the others are tried all the same."""


class NoPoster(Exception):
    """No frame of the video could be drawn; the text is the last error."""


@dataclass(frozen=True)
class Poster:
    """`jpeg` is a file in the workspace; `still` a `data:` address."""

    jpeg: Path
    still: str


def make_poster(space: Workspace, facts: Facts, *, on_tick: OnTick = None) -> Poster:
    """Draw some frames of `space.source` (whose probe gave `facts`) and return the most detailed as a Poster.

    Raises NoPoster if no frame could be drawn, and sandbox.Interrupted.
    """
    best: Path | None = None
    best_variance, last_error = -1.0, ""
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


def draw_frame(space: Workspace, facts: Facts, target: Path, *, at_seconds: float, on_tick: OnTick = None) -> None:
    """Write the frame at `at_seconds` of `space.source` to `target`, a JPEG, upright and with square pixels."""
    width, height = fit(facts.width, facts.height, MAX_WIDTH)
    exact = facts.duration_seconds <= EXACT_UP_TO_SECONDS
    # The beginning needs no seeking, which not every container supports.
    arguments = ffmpeg.input_arguments(space.source, start_seconds=at_seconds or None, length_seconds=10, exact=exact)
    arguments += ["-map", f"0:{facts.video_stream}", "-an", "-sn", "-dn", "-map_metadata", "-1"]
    upright = filters.video_filter(facts, width=width, height=height)
    arguments += ["-vf", f"{upright},scale=out_range=pc,format=yuvj420p", *JPEG_QUALITY]
    # Without `passthrough` a key frame long before the requested moment is dropped as outdated.
    arguments += ["-frames:v", "1", "-fps_mode", "passthrough", "-update", "1", "-f", "image2", f"file:{target}"]
    ffmpeg.run(arguments, space=space, wall_seconds=CANDIDATE_SECONDS, on_tick=on_tick)


def draw_frames(
    space: Workspace, rendition: MadeRendition, duration_seconds: float, *, on_tick: OnTick = None
) -> list[Path]:
    """Draw the different frames of `rendition` that an editor may choose from; return their paths."""
    drawn: list[Path] = []
    seen: set[bytes] = set()
    is_exact = duration_seconds <= EXACT_FRAMES_UP_TO_SECONDS
    for place in range(FRAMES_TO_CHOOSE_FROM):
        target = space.out / paths.frame_image(len(drawn) + 1)
        at_seconds = duration_seconds * (place + 0.5) / FRAMES_TO_CHOOSE_FROM
        arguments = ["-protocol_whitelist", "file", *(() if is_exact else ("-noaccurate_seek",))]
        arguments += ["-ss", f"{at_seconds:.3f}"]
        arguments += ["-f", "mov", "-i", f"file:{rendition.media}", "-map", "0:v:0", "-an", *JPEG_QUALITY]
        arguments += ["-vf", "scale=out_range=pc,format=yuvj420p", "-frames:v", "1", "-fps_mode", "passthrough"]
        try:
            ffmpeg.run([*arguments, "-update", "1", "-f", "image2", f"file:{target}"], space=space, on_tick=on_tick)
            luminance_variance(target)
        except UNUSABLE:
            break
        # A film that stands still, or a long one with few key frames, gives the same frame again.
        with open_result(target) as jpeg:
            digest = hashlib.sha256(jpeg.read()).digest()
        if digest in seen:
            target.unlink()
        else:
            seen.add(digest)
            drawn.append(target)
    return drawn


def fit(width: int, height: int, max_width: int) -> tuple[int, int]:
    """Return (width, height) in pixels, at most `max_width` wide, of the same shape, both even and at least 2."""
    scale = min(1.0, max_width / width)
    return max(2, round(width * scale / 2) * 2), max(2, round(height * scale / 2) * 2)


def luminance_variance(path: Path) -> float:
    """Return how much detail an image has: 0 for one plain colour."""
    with open_result(path) as jpeg, Image.open(jpeg, formats=("JPEG",)) as image:
        return ImageStat.Stat(image.convert("L").resize(COMPARISON_SIZE)).var[0]


def still_address(path: Path) -> str:
    """Return the still of the image at `path`: see `library.stills`."""
    with open_result(path) as jpeg:
        return stills.still_address(jpeg)
