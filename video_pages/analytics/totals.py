"""The numbers that figures are made of; they add up."""

import dataclasses

from django.db.models import Sum

RETENTION_BUCKETS = 100


@dataclasses.dataclass(frozen=True)
class Totals:
    """What happened at some videos or sections in some days."""

    views: int = 0
    unique_viewers: int = 0
    completed: int = 0
    watch_seconds: int = 0
    measured_views: int = 0
    hundredths: int = 0
    unlocks: int = 0
    refused_guesses: int = 0

    def __add__(self, other):
        ours, theirs = dataclasses.astuple(self), dataclasses.astuple(other)
        return Totals(*(mine + other for mine, other in zip(ours, theirs, strict=True)))

    @property
    def average_share(self):
        """The share of the film (0 to 1) that a view watched on average; None while no player has told."""
        return self.hundredths / (RETENTION_BUCKETS * self.measured_views) if self.measured_views else None


COLUMNS = tuple(field.name for field in dataclasses.fields(Totals))


def sums(**others):
    """Return the aggregates that `read_sums` reads: of each column its sum, or what `others` names instead."""
    return {f"sum_{column}": others.get(column, Sum(column, default=0)) for column in COLUMNS}


def read_sums(row):
    """Return the Figures in a row of a query with `sums()`."""
    return Totals(*(row[f"sum_{column}"] for column in COLUMNS))
