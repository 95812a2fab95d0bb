"""How many pictures a second a film has, counted from the moments of its pictures; pure.

Headers and demuxers only guess: a file with whole-millisecond time stamps and no stated rate is called one of 1000
pictures a second. A window is a list of moments (seconds, ascending) of pictures that follow each other.
"""

from statistics import mean, median

USUAL_SPREAD = (0.5, 1.5)
"""Intervals in this range around the median are of one rate; others are pauses, bursts and lost pictures."""
TRUSTED = 0.01
"""A stated rate this close to the counted one is the exact form of it."""


def counted(windows):
    """Return how many pictures a second the busiest of `windows` has on average, over at least one second."""
    return max((len(window) / max(1.0, _span(window)) for window in windows if window), default=0.0)


def typical(windows, *, stated=None, is_interlaced=False):
    """Return the rate of the film in `windows` while pictures move, or None if there is only one picture.

    `stated` is what the file says, taken where it agrees; with one picture only it is all that is known. If two fields
    are stored as two pictures (`is_interlaced`), the stated rate is half of what is counted.
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


def _span(window):
    """The seconds from the first picture to the end of the last, which is shown as long as the others on average."""
    steps = len(window) - 1
    return (window[-1] - window[0]) * len(window) / steps if steps else 0.0


def _busiest_second(window):
    """The largest number of pictures within one second; 0 for a window that is shorter."""
    if not window or window[-1] - window[0] < 1:
        return 0
    most, first = 0, 0
    for last, moment in enumerate(window):
        while moment - window[first] >= 1:
            first += 1
        most = max(most, last - first + 1)
    return most
