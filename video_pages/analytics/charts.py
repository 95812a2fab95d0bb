"""The geometry of charts: numbers in, coordinates out. Templates draw them as SVG, with a table beside each.

A drawing is WIDTH by HEIGHT units and is stretched to the space available. Labels stand around it as HTML, so that they
keep their size on a phone.
"""

from collections.abc import Iterable
from dataclasses import dataclass

WIDTH, HEIGHT = 600, 100
GAP = 0.25  # the share of the space for one bar that stays empty
MOST_LABELS = 3


@dataclass(frozen=True)
class Bar:
    """One bar, from its upper left corner, with its `label` and `value`."""

    x: float
    y: float
    width: float
    height: float
    label: object
    value: int


@dataclass(frozen=True)
class Bars:
    """One bar per value. `top` is the value at the top of the drawing; `labels` are the first, a middle, the last."""

    bars: list[Bar]
    top: int
    labels: list[object]
    width: int = WIDTH
    height: int = HEIGHT

    @property
    def half(self) -> int:
        """The value at half of the height."""
        return self.top // 2


@dataclass(frozen=True)
class Curve:
    """A line from left to right and the area below it, each as the attribute `points` of SVG."""

    line: str
    area: str
    width: int = WIDTH
    height: int = HEIGHT


def bars(pairs: Iterable[tuple[object, int]]) -> Bars:
    """Return the Bars of `pairs`, (label, whole number)."""
    pairs = list(pairs)
    top = round_top(max((value for _label, value in pairs), default=0))
    step = WIDTH / len(pairs) if pairs else WIDTH
    drawn = []
    for number, (label, value) in enumerate(pairs):
        height = HEIGHT * value / top
        x, width = step * (number + GAP / 2), step * (1 - GAP)
        drawn.append(Bar(round(x, 2), round(HEIGHT - height, 2), round(width, 2), round(height, 2), label, value))
    return Bars(drawn, top, _labels([label for label, _value in pairs]))


def round_top(largest: int) -> int:
    """Return the number at the top of an axis: even, 2, 4, 6, 8 or 10 times a power of ten, and at least `largest`."""
    power = 1
    while True:
        for step in (2, 4, 6, 8, 10):
            if step * power >= largest:
                return step * power
        power *= 10


def curve(shares: Iterable[float]) -> Curve:
    """Return the Curve of `shares`, numbers from 0 to 1."""
    shares = list(shares)
    if not shares:
        return Curve("", "")
    step = WIDTH / max(1, len(shares) - 1)
    points = [f"{round(number * step, 2):g},{round(HEIGHT * (1 - share), 2):g}" for number, share in enumerate(shares)]
    line = " ".join(points)
    return Curve(line, f"0,{HEIGHT} {line} {WIDTH},{HEIGHT}")


def curve_rows(shares: list[float], duration_seconds: float | None) -> list[tuple[float, int, float]]:
    """Return the table of a Curve: [(seconds, place, share)] at every tenth of the video and at its end.

    `shares` has a value for each hundredth, which is a place.
    """
    if not shares:
        return []
    places = [*range(0, len(shares), 10), len(shares) - 1]
    return [((duration_seconds or 0) * place / len(shares), place, shares[place]) for place in places]


def _labels(labels: list[object]) -> list[object]:
    if len(labels) <= MOST_LABELS:
        return labels
    return [labels[0], labels[len(labels) // 2], labels[-1]]
