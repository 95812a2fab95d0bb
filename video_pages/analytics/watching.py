"""How far people watched, told apart by film: a shorter cut in a film's place must not be judged by its predecessor.

A *film* here is a text that names what played: the video file and the version of its source. It is "" for what was
watched before films were told apart.
"""

import dataclasses

from video_pages.analytics.totals import RETENTION_BUCKETS

UNKNOWN = ""


@dataclasses.dataclass(frozen=True)
class Watching:
    """Of some views whose player told: how many they are, the hundredths they watched, and views by hundredth."""

    measured_views: int = 0
    hundredths: int = 0
    retention: tuple = (0,) * RETENTION_BUCKETS

    def __add__(self, other):
        counts = tuple(mine + theirs for mine, theirs in zip(self.retention, other.retention, strict=True))
        return Watching(self.measured_views + other.measured_views, self.hundredths + other.hundredths, counts)

    @property
    def average_share(self):
        """The share of the film (0 to 1) that a view watched on average; None while no player has told."""
        return self.hundredths / (RETENTION_BUCKETS * self.measured_views) if self.measured_views else None

    @property
    def shares(self):
        """At each hundredth, the share of the views that played it; [] while none of them has played any."""
        if not self.measured_views or not any(self.retention):
            return []
        return [count / self.measured_views for count in self.retention]


def to_json(watchings):
    """Return {film: Watching} as a JSON column keeps it; what is of no known film is left to the other columns."""
    return {
        film: [watching.measured_views, watching.hundredths, list(watching.retention)]
        for film, watching in watchings.items()
        if film != UNKNOWN
    }


def from_row(films, *, measured_views, hundredths, retention):
    """Return {film: Watching} of a row that keeps `films` as `to_json` made it, None for none.

    The other arguments are its columns for all films together; what `films` does not hold of them is of UNKNOWN.
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
