"""The numbers that statistics consist of, and their addition."""

import dataclasses
from collections.abc import Mapping
from typing import Any

from django.db.models import Sum

RETENTION_BUCKETS = 100


@dataclasses.dataclass(frozen=True)
class Totals:
    """The counts of some videos or sections over some days."""

    views: int = 0
    unique_viewers: int = 0
    completed: int = 0
    watch_seconds: int = 0
    measured_views: int = 0
    watched_buckets: int = 0
    unlocks: int = 0
    refused_guesses: int = 0
    downloads: int = 0

    def __add__(self, other: "Totals") -> "Totals":
        pairs = zip(dataclasses.astuple(self), dataclasses.astuple(other), strict=True)
        return Totals(*(own + added for own, added in pairs))

    @property
    def average_share(self) -> float | None:
        """The share of the video (0 to 1) that a view watched on average; None without any watch report."""
        return self.watched_buckets / (RETENTION_BUCKETS * self.measured_views) if self.measured_views else None


COLUMNS = tuple(field.name for field in dataclasses.fields(Totals))


def sums(**others: Any) -> dict[str, Any]:
    """Return the aggregates that `read_sums` reads: the sum of each column, or the expression in `others`."""
    return {f"sum_{column}": others.get(column, Sum(column, default=0)) for column in COLUMNS}


def read_sums(row: Mapping[str, Any]) -> Totals:
    """Return the Totals in a row of a query with `sums()`."""
    return Totals(*(row[f"sum_{column}"] for column in COLUMNS))
