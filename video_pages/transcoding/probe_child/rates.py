"""The frame rate of a video, counted from the times of its frames; pure.

Headers and demuxers only guess: a file with time stamps in whole milliseconds and no stated rate is given 1000 frames
per second. A window is a list of times (seconds, ascending) of frames that follow each other.
"""

from collections.abc import Sequence
from statistics import mean, median

USUAL_SPREAD = (0.5, 1.5)
"""Intervals in this range around the median are of one rate; others are pauses, bursts and lost frames."""
TRUSTED = 0.01
"""A stated rate this close to the counted one is its exact form."""

Window = Sequence[float]


def counted(windows: Sequence[Window]) -> float:
    """Return the average frames per second of the busiest of `windows`, over at least one second."""
    return max((len(window) / max(1.0, _span(window)) for window in windows if window), default=0.0)


def typical(windows: Sequence[Window], *, stated: float | None = None, is_interlaced: bool = False) -> float | None:
    """Return the frame rate in `windows` where frames follow each other, or None if there is only one frame.

    `stated` is the rate of the header, returned if it agrees, and if there is only one frame. If two fields are stored
    as two frames (`is_interlaced`), the stated rate is half of the counted one.
    """
    intervals = [after - before for window in windows for before, after in zip(window, window[1:], strict=False)]
    intervals = [interval for interval in intervals if interval > 0]
    if not intervals:
        return stated
    middle = median(intervals)
    rate = 1 / mean(i for i in intervals if USUAL_SPREAD[0] * middle <= i <= USUAL_SPREAD[1] * middle)
    most = max(_busiest_second(window) for window in windows)
    if most > 1:
        rate = min(rate, float(most))
    if stated and abs(rate - stated) <= stated * TRUSTED:
        return stated
    if stated and is_interlaced and abs(rate - 2 * stated) <= 2 * stated * TRUSTED:
        return stated
    return rate


def _span(window: Window) -> float:
    """Return the seconds from the first frame to the end of the last, which is shown for the average interval."""
    steps = len(window) - 1
    return (window[-1] - window[0]) * len(window) / steps if steps else 0.0


def _busiest_second(window: Window) -> int:
    """Return the largest number of frames within one second; 0 for a window that is shorter."""
    if not window or window[-1] - window[0] < 1:
        return 0
    most, first = 0, 0
    for last, moment in enumerate(window):
        while moment - window[first] >= 1:
            first += 1
        most = max(most, last - first + 1)
    return most
