"""The poster, subtitles, storyboard and frames that are made beside the renditions of a package."""

import dataclasses
import logging
from collections.abc import Sequence
from typing import Any

from video_pages.library import local_files, packages, paths, services
from video_pages.library.packages import MadeRendition
from video_pages.transcoding import embedded_subtitles, ffmpeg, plan, poster, sandbox, storyboard
from video_pages.transcoding.claims import JobLost
from video_pages.transcoding.models import Step
from video_pages.transcoding.package_builder import PackageBuilder
from video_pages.transcoding.workspace import Workspace

FRAME_LINES = 720
"""The frames to choose from are drawn from the rendition nearest to this size."""

logger = logging.getLogger(__name__)


def make_poster_and_subtitles(builder: PackageBuilder, space: Workspace, *, begins: int) -> None:
    """Draw the poster and extract the subtitles of the source; `begins` is the progress of the job in percent."""
    job, video_file = builder.job, builder.video_file
    builder.renewal.report(Step.POSTER, begins)
    drawn = poster.make_poster(space, builder.facts, on_tick=builder.renewal)
    is_current = builder.renewal.persist(
        lambda: services.attach_poster(video_file, drawn.jpeg, drawn.still, version=job.source_version)
    )
    if not is_current:
        raise JobLost(job.pk)
    builder.renewal.report(Step.TEXT, begins + 1)
    builder.notes += embedded_subtitles.extract_subtitles(
        space, builder.facts, video_file, version=job.source_version, on_tick=builder.renewal
    )


def draw_images(builder: PackageBuilder, space: Workspace, videos: Sequence[MadeRendition]) -> dict[str, Any]:
    """Draw the storyboard, unless that fails, and the frames to choose from; return the columns of the VideoFile."""
    smallest = min(videos, key=lambda video: (video.width or 0) * (video.height or 0))
    nearest = min(videos, key=lambda video: abs(plan.lines_of(video) - FRAME_LINES))
    for chosen in (smallest, nearest):
        packages.place(chosen)
    seconds = builder.facts.duration_seconds
    has_storyboard = False
    try:
        sheets, vtt = storyboard.draw(space, smallest, seconds, on_tick=builder.renewal)
        for number, sheet in enumerate(sheets, start=1):
            packages.keep_file(builder.video_file, builder.package, paths.storyboard_sheet(number), sheet)
        if sheets:
            packages.keep_text(builder.video_file, builder.package, paths.STORYBOARD_MAP, vtt)
            has_storyboard = True
    except (ffmpeg.FfmpegFailed, sandbox.TookTooLong) as error:
        logger.warning("Job %s: no storyboard: %s", builder.job.pk, error)
    frames = poster.draw_frames(space, nearest, seconds, on_tick=builder.renewal)
    for number, frame in enumerate(frames, start=1):
        packages.keep_file(builder.video_file, builder.package, paths.frame_image(number), frame)
    return {"has_storyboard": has_storyboard, "frame_count": len(frames)}


def readable_copies(builder: PackageBuilder, space: Workspace, copies: Sequence[MadeRendition]) -> list[MadeRendition]:
    """Return the video of the copy, which is in the package now, linked where a child can read and not write it."""
    readable = []
    for made in copies:
        if made.kind == "video":
            name = paths.media_of(made.name)
            kept = paths.made_name(builder.video_file.uuid, builder.package, name)
            local_files.place_copy(kept, space.source.parent / name)
            readable.append(dataclasses.replace(made, media=space.source.parent / name))
    return readable
