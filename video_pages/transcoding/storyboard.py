"""Storyboard: small images of the whole video for the scrub bar, on sheets, with a WebVTT map.

Drawn from the smallest rendition, which has a key frame every four seconds: only those are decoded.
"""

import math
from pathlib import Path

from video_pages.library import paths
from video_pages.library.packages import MadeRendition
from video_pages.library.results import NotRegularFile, open_result
from video_pages.library.timestamps import timestamp
from video_pages.transcoding import ffmpeg, plan
from video_pages.transcoding.sandbox import OnTick
from video_pages.transcoding.workspace import Workspace

LONG_SIDE = 160
COLUMNS = ROWS = 10
MAX_TILES = 200
NUMBER = "%d"


def interval_seconds(duration_seconds: float) -> int:
    """Return the time between two tiles: a multiple of the key frames' distance, so that `MAX_TILES` are enough."""
    return plan.SEGMENT_SECONDS * max(1, math.ceil(duration_seconds / plan.SEGMENT_SECONDS / MAX_TILES))


def tile_size(width: int, height: int) -> tuple[int, int]:
    """Return (width, height) in pixels of a tile of a video of this shape."""
    scale = LONG_SIDE / max(width, height)
    return plan.even(width * scale), plan.even(height * scale)


def draw(
    space: Workspace, rendition: MadeRendition, duration_seconds: float, *, on_tick: OnTick = None
) -> tuple[list[Path], str]:
    """Draw the sheets from `rendition`, which contains video, into `space.out`; return (their paths, the map)."""
    every = interval_seconds(duration_seconds)
    width, height = tile_size(rendition.width or 0, rendition.height or 0)
    columns, rows = sheet_size(duration_seconds, every)
    arguments = ["-protocol_whitelist", "file", "-threads", str(ffmpeg.THREADS), "-skip_frame", "nokey"]
    arguments += ["-f", "mov", "-i", f"file:{rendition.media}", "-map", "0:v:0", "-an"]
    # The last frame is held for one tile more: otherwise a video shorter than one tile would have none.
    regular = f"tpad=stop_mode=clone:stop_duration={every},fps=fps=1/{every}:start_time=0"
    tiles = f"scale={width}:{height}:out_range=pc,format=yuvj420p,tile={columns}x{rows}"
    arguments += ["-vf", f"{regular},{tiles}"]
    # ffmpeg takes a pattern for the names of sheets; `paths` names each one.
    pattern = paths.storyboard_sheet(0).replace("0", NUMBER)
    arguments += ["-q:v", "5", "-fps_mode", "passthrough", "-f", "image2", f"file:{space.out / pattern}"]
    ffmpeg.run(arguments, space=space, on_tick=on_tick)
    sheets = _sheets(space, needed=math.ceil(duration_seconds / every / (columns * rows)))
    return sheets, write_map(duration_seconds, every, (width, height), (columns, rows), len(sheets))


def sheet_size(duration_seconds: float, every: int) -> tuple[int, int]:
    """Return (columns, rows) of a sheet: the fewest that hold all tiles, at most `COLUMNS` x `ROWS`."""
    tiles = max(1, math.ceil(duration_seconds / every))
    return min(COLUMNS, tiles), min(ROWS, math.ceil(tiles / COLUMNS))


def write_map(
    duration_seconds: float, every: int, tile: tuple[int, int], sheet: tuple[int, int], sheet_count: int
) -> str:
    """Return the WebVTT that names each tile by its sheet and place (`#xywh=`, Media Fragments URI 1.0, 4.2.2).

    `tile` is (width, height) in pixels, `sheet` (columns, rows).
    """
    (width, height), (columns, rows) = tile, sheet
    lines = ["WEBVTT", ""]
    tiles = min(max(1, math.ceil(duration_seconds / every)), sheet_count * columns * rows)
    for index in range(tiles):
        start, end = 1000 * index * every, min(1000 * (index + 1) * every, math.ceil(duration_seconds * 1000))
        number, place = divmod(index, columns * rows)
        row, column = divmod(place, columns)
        lines.append(f"{timestamp(start)} --> {timestamp(max(end, start + 1))}")
        area = f"{column * width},{row * height},{width},{height}"
        lines += [f"{paths.storyboard_sheet(number + 1)}#xywh={area}", ""]
    return "\n".join(lines)


def _sheets(space: Workspace, *, needed: int) -> list[Path]:
    """Return the paths of the first `needed` sheets that exist: video may be longer than its stated duration."""
    found = []
    for number in range(1, max(1, needed) + 1):
        path = space.out / paths.storyboard_sheet(number)
        try:
            open_result(path).close()
        except (FileNotFoundError, NotRegularFile):
            break
        found.append(path)
    return found
