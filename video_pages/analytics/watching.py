"""How far people watched, for each version of a video, so that a new cut is not judged by the views of the old one.

A *film* here is a text that names the version that played: the video file and the version of its source. It is "" in
rows that are older than this distinction.
"""

import dataclasses
from collections.abc import Mapping
from typing import Any

from video_pages.analytics.totals import RETENTION_BUCKETS

UNKNOWN = ""


@dataclasses.dataclass(frozen=True)
class Watching:
    """Some views with a watch report: their number, the hundredths they watched in total, and views by hundredth."""

    measured_views: int = 0
    hundredths: int = 0
    retention: tuple[int, ...] = (0,) * RETENTION_BUCKETS

    def __add__(self, other: "Watching") -> "Watching":
        counts = tuple(own + added for own, added in zip(self.retention, other.retention, strict=True))
        return Watching(self.measured_views + other.measured_views, self.hundredths + other.hundredths, counts)

    @property
    def average_share(self) -> float | None:
        """The share of the film (0 to 1) that a view watched on average; None without any watch report."""
        return self.hundredths / (RETENTION_BUCKETS * self.measured_views) if self.measured_views else None

    @property
    def shares(self) -> list[float]:
        """The share of the views that played each hundredth; [] if none was played."""
        if not self.measured_views or not any(self.retention):
            return []
        return [count / self.measured_views for count in self.retention]


def to_json(watchings: Mapping[str, Watching]) -> dict[str, list[Any]]:
    """Return {film: Watching} as the JSON column `films`; the columns of all films together include UNKNOWN."""
    return {
        film: [watching.measured_views, watching.hundredths, list(watching.retention)]
        for film, watching in watchings.items()
        if film != UNKNOWN
    }


def views_by_film(watchings: Mapping[str, Watching], counted: Mapping[str, int]) -> dict[str, int]:
    """Return {film: views}: as `counted`, and for a film that is not counted, the views with a watch report.

    A view names its film when it begins. Earlier rows named it with the first report of the player, so of those
    without one the film is not known.
    """
    return {film: watching.measured_views for film, watching in watchings.items()} | dict(counted)


def from_row(
    films: Mapping[str, list[Any]] | None, *, measured_views: int, hundredths: int, retention: list[int]
) -> dict[str, Watching]:
    """Return {film: Watching} of a row. `films` is its JSON column as `to_json` makes it, or None.

    The other arguments are the columns of all films together; the part of them that `films` lacks is UNKNOWN.
    """
    found = {film: Watching(views, parts, tuple(counts)) for film, (views, parts, counts) in (films or {}).items()}
    known = sum(found.values(), Watching())
    counts = retention or [0] * RETENTION_BUCKETS
    rest = Watching(
        measured_views - known.measured_views,
        hundredths - known.hundredths,
        tuple(whole - part for whole, part in zip(counts, known.retention, strict=True)),
    )
    return found | ({UNKNOWN: rest} if rest.measured_views else {})
