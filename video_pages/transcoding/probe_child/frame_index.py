"""The index of an MP4 or MOV, which lists the times of all frames; other containers list some of them, or none."""

from fractions import Fraction
from typing import cast

from av.container import InputContainer
from av.stream import Stream
from av.video.stream import VideoStream

INDEX_WINDOWS, WINDOW_LENGTH = 8, 100
"""In an index with the times of all frames: how many places are read, and how many entries at each."""


def has_index(container: InputContainer) -> bool:
    """Return True for the container whose index lists every frame: if it can't be read, the file is damaged."""
    return container.format.name.startswith("mov,")


def last_listed(video: VideoStream) -> Fraction | None:
    """Return the time (seconds) of the last frame that the index lists as shown; None if it lists none."""
    entries = video.index_entries
    for place in range(len(entries) - 1, -1, -1):
        if not entries[place].is_discard:
            return entries[place].timestamp * time_base(video)
    return None


def listed_windows(container: InputContainer, video: VideoStream) -> list[list[float]]:
    """Return windows of times of frames from places all over the video, if its index lists all frames."""
    if not has_index(container):
        return []
    entries, windows = video.index_entries, []
    count = len(entries)
    for number in range(INDEX_WINDOWS):
        first = max(0, count - WINDOW_LENGTH) * number // INDEX_WINDOWS
        listed = [entries[place] for place in range(first, min(count, first + WINDOW_LENGTH))]
        windows.append([float(entry.timestamp * time_base(video)) for entry in listed if not entry.is_discard])
    return [sorted(window) for window in windows if len(window) > 1]


def hides_frames(video: VideoStream) -> bool:
    """Return True if the index lists frames that are not shown."""
    return any(entry.is_discard for entry in video.index_entries)


def time_base(stream: Stream) -> Fraction:
    """Return the time base of `stream`, which every stream of an open input has."""
    return cast(Fraction, stream.time_base)
