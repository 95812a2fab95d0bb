"""The watched parts of each version of a video, so that views of the old version do not count for the new one.

A *version* here is a text that names the video file and the version of its source that played. It is "" in rows that
are older than this distinction.
"""

import dataclasses
from collections.abc import Mapping
from typing import Any

from video_pages.analytics.totals import RETENTION_BUCKETS

UNKNOWN = ""


@dataclasses.dataclass(frozen=True)
class Watching:
    """Some views with a watch report: their number, the sum of the buckets they watched, and views by bucket.

    A bucket is a hundredth of the video."""

    measured_views: int = 0
    watched_buckets: int = 0
    retention: tuple[int, ...] = (0,) * RETENTION_BUCKETS

    def __add__(self, other: "Watching") -> "Watching":
        counts = tuple(own + added for own, added in zip(self.retention, other.retention, strict=True))
        return Watching(
            self.measured_views + other.measured_views, self.watched_buckets + other.watched_buckets, counts
        )

    @property
    def average_share(self) -> float | None:
        """The share of the video (0 to 1) that a view watched on average; None without any watch report."""
        return self.watched_buckets / (RETENTION_BUCKETS * self.measured_views) if self.measured_views else None

    @property
    def shares(self) -> list[float]:
        """The share of the views that played each bucket; [] if none was played."""
        if not self.measured_views or not any(self.retention):
            return []
        return [count / self.measured_views for count in self.retention]


def to_json(watchings: Mapping[str, Watching]) -> dict[str, list[Any]]:
    """Return {version: Watching} as the JSON column `versions`; the other columns include UNKNOWN."""
    return {
        version: [watching.measured_views, watching.watched_buckets, list(watching.retention)]
        for version, watching in watchings.items()
        if version != UNKNOWN
    }


def views_by_version(watchings: Mapping[str, Watching], counted: Mapping[str, int]) -> dict[str, int]:
    """Return {version: views}: as `counted`, and for a version that is not counted, the views with a watch report.

    A view names its version when it begins. Earlier rows named it with the first report of the player, so of those
    without one the version is not known.
    """
    return {version: watching.measured_views for version, watching in watchings.items()} | dict(counted)


def from_row(
    versions: Mapping[str, list[Any]] | None, *, measured_views: int, watched_buckets: int, retention: list[int]
) -> dict[str, Watching]:
    """Return {version: Watching} of a row. `versions` is its JSON column as `to_json` makes it, or None.

    The other arguments are the columns of all versions together; the part of them that `versions` lacks is UNKNOWN.
    """
    found = {
        version: Watching(views, parts, tuple(counts)) for version, (views, parts, counts) in (versions or {}).items()
    }
    known = sum(found.values(), Watching())
    counts = retention or [0] * RETENTION_BUCKETS
    rest = Watching(
        measured_views - known.measured_views,
        watched_buckets - known.watched_buckets,
        tuple(whole - part for whole, part in zip(counts, known.retention, strict=True)),
    )
    return found | ({UNKNOWN: rest} if rest.measured_views else {})
