"""The same numbers by two ways: from the raw rows with plain aggregates, and from the questions."""

import datetime as dt

from django.db.models import Count, Q, Sum

from video_pages.analytics import statistics
from video_pages.analytics.day_bounds import day_of
from video_pages.models import VideoView

DAYS = 200


def counted_in_the_raw_rows(now):
    """Return (views, completed, seconds, watched_buckets) of the site, and {video: views}, from VideoView alone."""
    rows = VideoView.objects.order_by()
    site = rows.aggregate(
        views=Count("pk"),
        completed=Count("pk", filter=Q(is_completed=True)),
        seconds=Sum("watch_seconds"),
        watched_buckets=Sum("watched_buckets"),
    )
    by_video = dict(rows.values("video").annotate(total=Count("pk")).values_list("video", "total"))
    return tuple(site.values()), by_video


def site_statistics(now):
    """Return the same from `analytics.statistics`."""
    last = day_of(now)
    first = last - dt.timedelta(days=DAYS)
    site = statistics.totals(statistics.of_site(), first, last, now=now)
    by_video = statistics.by_video(None, first, last, now=now)
    assert sum(counted.views for counted in by_video.values()) == site.views
    sums = (site.views, site.completed, site.watch_seconds, site.watched_buckets)
    return sums, {video: counted.views for video, counted in by_video.items()}
