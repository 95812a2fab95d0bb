"""Views of the last few weeks, for lists of many videos: counted from the raw rows, which are kept longer than that."""

from django.db.models import Count, Func, IntegerField, OuterRef, Subquery
from django.db.models.functions import Coalesce

from video_pages.analytics.day_bounds import LEAST_KEPT_DAYS, last_days, start_of
from video_pages.analytics.models import VideoView
from video_pages.core import clock


def recent_views(video_ids, *, days=30, now=None):
    """Return {video id: views} of today and the `days` - 1 days before it, a 0 where there was none; one query.

    Raises ValueError for more days than raw rows are sure to be kept.
    """
    video_ids = list(video_ids)
    rows = VideoView.objects.filter(video__in=video_ids, started_at__gte=_since(days, now))
    counts = rows.order_by().values("video").annotate(total=Count("pk")).values_list("video", "total")
    return dict.fromkeys(video_ids, 0) | dict(counts)


def with_recent_views(queryset, *, days=30, now=None):
    """Return the videos of `queryset` with `recent_views`, as `recent_views()` counts them, to order and filter by.

    Raises ValueError for more days than raw rows are sure to be kept.
    """
    rows = VideoView.objects.filter(video=OuterRef("pk"), started_at__gte=_since(days, now)).order_by()
    # A plain function and not the Count aggregate, which would group the rows by page.
    total = rows.annotate(total=Func("pk", function="COUNT", output_field=IntegerField())).values("total")
    return queryset.annotate(recent_views=Coalesce(Subquery(total), 0))


def _since(days, now):
    if not 1 <= days <= LEAST_KEPT_DAYS:
        raise ValueError(f"Views of the last {days} days can't be told: choose 1 to {LEAST_KEPT_DAYS}.")
    first, _last = last_days(days, now or clock.now())
    return start_of(first)
