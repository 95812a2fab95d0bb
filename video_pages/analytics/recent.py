"""Views of the last weeks, for lists of many videos, counted from the raw rows, which are kept longer."""

import datetime as dt
from collections.abc import Iterable
from typing import Any, TypeVar

from django.db.models import Count, Func, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from video_pages.analytics.day_bounds import LEAST_KEPT_DAYS, last_days, start_of
from video_pages.analytics.models import VideoView
from video_pages.core import clock

Videos = TypeVar("Videos", bound=QuerySet[Any])


def recent_views(video_ids: Iterable[int], *, days: int = 30, now: dt.datetime | None = None) -> dict[int, int]:
    """Return {video id: views} of today and the `days` - 1 days before it, also for videos without a view; one query.

    Raises ValueError for more than LEAST_KEPT_DAYS days.
    """
    video_ids = list(video_ids)
    rows = VideoView.objects.filter(video__in=video_ids, started_at__gte=_since(days, now))
    counts = rows.order_by().values("video").annotate(total=Count("pk")).values_list("video", "total")
    return dict.fromkeys(video_ids, 0) | dict(counts)


def with_recent_views(queryset: Videos, *, days: int = 30, now: dt.datetime | None = None) -> Videos:
    """Return the videos of `queryset` with the column `recent_views`, for ordering and filters.

    Raises ValueError for more than LEAST_KEPT_DAYS days.
    """
    rows = VideoView.objects.filter(video=OuterRef("pk"), started_at__gte=_since(days, now)).order_by()
    # A plain function and not the Count aggregate, which would group the rows by page.
    total = rows.annotate(total=Func("pk", function="COUNT", output_field=IntegerField())).values("total")
    return queryset.annotate(recent_views=Coalesce(Subquery(total), 0))


def _since(days: int, now: dt.datetime | None) -> dt.datetime:
    if not 1 <= days <= LEAST_KEPT_DAYS:
        raise ValueError(f"Views of the last {days} days are not available: choose 1 to {LEAST_KEPT_DAYS}.")
    first, _last = last_days(days, now or clock.now())
    return start_of(first)
