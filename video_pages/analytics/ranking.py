"""One number of each video in a period, to sort a list of many videos by it.

`statistics.by_video` sums every number of every video. Here the database sums one, for the videos that have any.
"""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet, Sum

from video_pages.analytics import raw
from video_pages.analytics.models import DailyStatistics
from video_pages.analytics.statistics import live_days
from video_pages.analytics.totals import COLUMNS, Totals
from video_pages.core.replica import from_replica

SHARE = "average_share"
KEYS = (*COLUMNS, SHARE)


@from_replica
def numbers(
    key: str, videos: QuerySet[Any, Any] | None, first: dt.date, last: dt.date, *, now: dt.datetime | None = None
) -> dict[int, float]:
    """Return {video id: number} of `videos` (None for all) from `first` to `last`, for `key` in KEYS.

    Videos whose number is 0 are left out; those without a share for SHARE.
    """
    columns = ("watched_buckets", "measured_views") if key == SHARE else (key,)
    live = live_days(first, last, now)
    ids = None if videos is None else videos.order_by().values("pk")
    rows = DailyStatistics.objects.filter(section=None, day__range=(first, last)).exclude(day__in=live)
    if ids is not None:
        rows = rows.filter(video__in=ids)
    if key == "views":
        rows = rows.filter(views__gt=0)
    summed = rows.order_by().values_list("video").annotate(**{f"sum_{column}": Sum(column) for column in columns})
    found: dict[int, Sequence[int]] = {video: sums for video, *sums in summed}
    for day in live:
        for video, totals in raw.by_video(day, videos=ids).items():
            of_day = [getattr(totals, column) for column in columns]
            known = found.get(video)
            found[video] = [a + b for a, b in zip(known, of_day, strict=True)] if known else of_day
    if key == SHARE:
        shares = {video: _share(*sums) for video, sums in found.items()}
        return {video: share for video, share in shares.items() if share is not None}
    return {video: total for video, (total,) in found.items() if total}


def _share(watched_buckets: int, measured_views: int) -> float | None:
    return Totals(watched_buckets=watched_buckets, measured_views=measured_views).average_share
