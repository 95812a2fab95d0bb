"""The videos with most views in a period, without the sums of all the others."""

import datetime as dt
from collections import Counter
from collections.abc import Collection
from typing import Any

from django.db.models import Count, QuerySet, Sum

from video_pages.analytics import raw
from video_pages.analytics.day_bounds import end_of, start_of
from video_pages.analytics.models import DailyStatistics, VideoView
from video_pages.analytics.statistics import live_days
from video_pages.core.replica import from_replica


@from_replica
def most_viewed(
    videos: QuerySet[Any, Any] | Collection[int] | None,
    first: dt.date,
    last: dt.date,
    count: int,
    *,
    now: dt.datetime | None = None,
) -> list[tuple[int, int]]:
    """Return [(video id, views)] of the `count` of `videos` (None for all) with most views, the best first.

    Of videos with equally many views the one with the smaller id stands first; videos without a view are left out.
    """
    ids: Any = videos.order_by().values("pk") if isinstance(videos, QuerySet) else videos
    live = live_days(first, last, now)
    rows = DailyStatistics.objects.filter(section=None, day__range=(first, last), views__gt=0).exclude(day__in=live)
    if ids is not None:
        rows = rows.filter(video__in=ids)
    stored = rows.order_by().values_list("video").annotate(total=Sum("views"))
    found = Counter(dict(stored.order_by("-total", "video")[:count]))
    begun: Counter[int] = Counter()
    for day in live:
        views = raw.views_of(day) if ids is None else raw.views_of(day).filter(video__in=ids)
        begun.update(dict(views.values_list("video").annotate(total=Count("pk"))))
    if begun:  # one of these may come before the best of earlier days
        since = VideoView.objects.filter(started_at__gte=start_of(live[0]), started_at__lt=end_of(live[-1]))
        found |= Counter(dict(stored.filter(video__in=since.order_by().values("video"))))
        found += begun
    return sorted(found.items(), key=lambda item: (-item[1], item[0]))[:count]
