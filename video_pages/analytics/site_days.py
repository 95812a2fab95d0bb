"""The sums of the whole site, one row for each day, so that a question about the site does not add up its videos.

A row is valid while it has the time of its day's RolledDay: a server of an earlier version that sums a day again does
not know it, and the row is then out of date. Days without a valid row are added up from the rows of pages, so a
missing row costs time and is never wrong. Code that deletes rows of single pages calls `delete_days_of` before, in the
same transaction, and the next `complete` writes the row again. Each writer locks the RolledDay first, which is there
when the row is not, and then the row. So a sum never contains what is deleted meanwhile.
"""

import datetime as dt
from collections.abc import Collection
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from video_pages.analytics.day_bounds import each_day
from video_pages.analytics.models import DailyStatistics, RolledDay
from video_pages.analytics.site_models import DailySiteStatistics
from video_pages.analytics.totals import COLUMNS, Totals, read_sums, sums

NEVER = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


def stored(first: dt.date, last: dt.date, *, without: Collection[dt.date]) -> dict[dt.date, Totals]:
    """Return {date: Totals} of the site from `first` to `last`, but for the days of `without`.

    One query, and one more if a day has no valid row.
    """
    rows = _valid().filter(day__range=(first, last)).exclude(day__in=without)
    found = {row.pop("day"): Totals(**row) for row in rows.values("day", *COLUMNS)}
    others = [day for day in each_day(first, last) if day not in found and day not in without]
    return found | (added_up(DailyStatistics.objects.filter(day__in=others)) if others else {})


def added_up(rows: QuerySet[DailyStatistics]) -> dict[dt.date, Totals]:
    """Return {date: Totals} of the rows of pages. One query."""
    days: Any = rows.order_by().values("day").annotate(**sums())
    return {row["day"]: read_sums(row) for row in days}


def lock_marks(marks: QuerySet[RolledDay]) -> list[RolledDay]:
    """Lock `marks` until the transaction ends, in the order of their days; return those that are there then.

    Two transactions that take them in different orders would wait for each other.
    """
    return list(marks.select_for_update().order_by("day"))


def lock(day: dt.date) -> bool:
    """Lock the row of `day` until the transaction ends; return whether there is one. Lock its RolledDay before."""
    return DailySiteStatistics.objects.select_for_update().filter(day=day).first() is not None


def write(day: dt.date, rolled_at: dt.datetime) -> None:
    """Write the row of `day`, in the transaction that has locked it, from the rows of pages summed at `rolled_at`."""
    total = added_up(DailyStatistics.objects.filter(day=day)).get(day, Totals())
    columns = {column: getattr(total, column) for column in COLUMNS}
    DailySiteStatistics.objects.update_or_create(day=day, defaults={"rolled_at": rolled_at, **columns})


def delete_days_of(pages: QuerySet[DailyStatistics]) -> None:
    """Delete the rows of the days of `pages`, rows of single pages that are about to be deleted in this transaction."""
    lock_marks(RolledDay.objects.filter(day__in=pages.order_by().values("day")))
    DailySiteStatistics.objects.filter(day__in=pages.order_by().values("day")).delete()


def complete() -> None:
    """Write the row of each summed day that has no valid one."""
    has_row = Exists(DailySiteStatistics.objects.filter(day=OuterRef("day"), rolled_at=OuterRef("rolled_at")))
    for day in list(RolledDay.objects.filter(~has_row).order_by("day").values_list("day", flat=True)):
        DailySiteStatistics.objects.get_or_create(day=day, defaults={"rolled_at": NEVER})
        with transaction.atomic():
            for mark in lock_marks(RolledDay.objects.filter(day=day)):
                if lock(day):
                    write(day, mark.rolled_at)


def _valid() -> QuerySet[DailySiteStatistics]:
    is_valid = Exists(RolledDay.objects.filter(day=OuterRef("day"), rolled_at=OuterRef("rolled_at")))
    return DailySiteStatistics.objects.filter(is_valid)
