"""Charts of figures: numbers in, places on a drawing out. Templates draw them as SVG, with a table beside each.

A drawing is WIDTH by HEIGHT units, stretched to whatever room there is; words stand around it as HTML, so that they
keep their size on a phone.
"""

from dataclasses import dataclass

WIDTH, HEIGHT = 600, 100
GAP = 0.25  # of the room for one bar
MOST_LABELS = 3


@dataclass(frozen=True)
class Bar:
    """One bar, from its upper left corner; `label` and `value` are what it says."""

    x: float
    y: float
    width: float
    height: float
    label: object
    value: int


@dataclass(frozen=True)
class Bars:
    """A bar for each value. `top` is what the drawing's height means; `labels`: the first, a middle and the last."""

    bars: list
    top: int
    labels: list
    width: int = WIDTH
    height: int = HEIGHT


@dataclass(frozen=True)
class Curve:
    """Points of a line from left to right, as SVG's `points`, and of the area below it."""

    line: str
    area: str
    width: int = WIDTH
    height: int = HEIGHT


def bars(pairs):
    """Return the Bars of `pairs`, [(label, whole number)]."""
    pairs = list(pairs)
    top = round_top(max((value for _label, value in pairs), default=0))
    room = WIDTH / len(pairs) if pairs else WIDTH
    drawn = []
    for number, (label, value) in enumerate(pairs):
        height = HEIGHT * value / top
        x, width = room * (number + GAP / 2), room * (1 - GAP)
        drawn.append(Bar(round(x, 2), round(HEIGHT - height, 2), round(width, 2), round(height, 2), label, value))
    return Bars(drawn, top, _labels([label for label, _value in pairs]))


def round_top(most):
    """Return the number at the top of an axis: 1, 2, 5 or 10 times a power of ten, and `most` at least."""
    power = 1
    while True:
        for step in (1, 2, 5):
            if step * power >= most:
                return step * power
        power *= 10


def curve(shares):
    """Return the Curve of `shares`, numbers from 0 to 1."""
    shares = list(shares)
    if not shares:
        return Curve("", "")
    step = WIDTH / max(1, len(shares) - 1)
    points = [f"{round(number * step, 2):g},{round(HEIGHT * (1 - share), 2):g}" for number, share in enumerate(shares)]
    line = " ".join(points)
    return Curve(line, f"0,{HEIGHT} {line} {WIDTH},{HEIGHT}")


def _labels(labels):
    if len(labels) <= MOST_LABELS:
        return labels
    return [labels[0], labels[len(labels) // 2], labels[-1]]
