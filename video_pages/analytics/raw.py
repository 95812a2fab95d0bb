"""Sums over the raw rows of one day, for storing a day and for questions about today.

Each function makes a few grouped queries; their number does not depend on the number of rows.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterator
from typing import Any

from django.db.models import Case, Count, IntegerField, Max, Q, QuerySet, Sum, Value, When
from django.db.models.functions import Length, Substr

from video_pages.analytics.day_bounds import end_of, start_of
from video_pages.analytics.models import AccessEvent, VideoView
from video_pages.analytics.totals import Totals, read_sums, sums
from video_pages.analytics.watch_reports import HEX_DIGITS, RETENTION_BUCKETS
from video_pages.analytics.watching import Watching

STEP = 4  # characters of a tree path for each level (treebeard's steplen, which Wagtail leaves as it is)

Ids = QuerySet[Any, Any] | Collection[int]
"""A queryset of `values("pk")`, or ids."""


def views_of(day: dt.date) -> QuerySet[VideoView]:
    """Return the views that began on `day`."""
    return VideoView.objects.filter(started_at__gte=start_of(day), started_at__lt=end_of(day)).order_by()


def attempts_of(day: dt.date) -> QuerySet[AccessEvent]:
    """Return the attempts at passwords of `day`, and its downloads."""
    return AccessEvent.objects.filter(happened_at__gte=start_of(day), happened_at__lt=end_of(day)).order_by()


def by_video(day: dt.date, *, videos: Ids | None = None) -> dict[int, Totals]:
    """Return {video id: Totals} of `day` for `videos`, None for all. Two queries."""
    views, attempts = views_of(day), attempts_of(day).filter(section=None)
    if videos is not None:
        views, attempts = views.filter(video__in=videos), attempts.filter(video__in=videos)
    aggregates = sums(
        views=Count("pk"),
        unique_viewers=Count("viewer", filter=~Q(viewer=""), distinct=True),
        completed=Count("pk", filter=Q(is_completed=True)),
        measured_views=Count("last_report_at"),
        unlocks=Value(0),
        refused_guesses=Value(0),
        downloads=Value(0),
    )
    found: defaultdict[int, Totals] = defaultdict(Totals)
    for row in views.values("video").annotate(**aggregates):
        found[row["video"]] = read_sums(row)
    for page, totals in _attempts_by_page(attempts, "video"):
        found[page] += totals
    return dict(found)


def by_section(day: dt.date, *, sections: Ids | None = None) -> dict[int, Totals]:
    """Return {section id: Totals} of the passwords typed on the pages of sections on `day`. One query."""
    attempts = attempts_of(day).filter(video=None)
    if sections is not None:
        attempts = attempts.filter(section__in=sections)
    return dict(_attempts_by_page(attempts, "section"))


def _attempts_by_page(attempts: QuerySet[AccessEvent], page: str) -> Iterator[tuple[int, Totals]]:
    counted = attempts.values(page).annotate(
        unlocks=Count("pk", filter=Q(kind=AccessEvent.Kind.UNLOCK)),
        refused_guesses=Count("pk", filter=Q(kind=AccessEvent.Kind.REFUSED)),
        downloads=Count("pk", filter=Q(kind=AccessEvent.Kind.DOWNLOAD)),
    )
    for row in counted:
        yield row.pop(page), Totals(**row)


def reach(day: dt.date, *, videos: Ids | None = None) -> int:
    """Return the number of different viewers of `videos` (None: of any video) on `day`."""
    views = views_of(day).exclude(viewer="")
    if videos is not None:
        views = views.filter(video__in=videos)
    return views.aggregate(total=Count("viewer", distinct=True))["total"]


def reach_by_path(day: dt.date) -> dict[str, int]:
    """Return {tree path of a page: number of viewers of the videos below it on `day`}; a query for each level."""
    views = views_of(day).exclude(viewer="")
    longest = views.aggregate(length=Max(Length("video__path")))["length"] or 0
    found: dict[str, int] = {}
    for length in range(STEP, longest, STEP):
        level = views.annotate(top=Substr("video__path", 1, length)).values("top")
        found.update(level.annotate(total=Count("viewer", distinct=True)).values_list("top", "total"))
    return found


def watchings(day: dt.date, *, videos: Ids | None = None) -> dict[int, dict[str, Watching]]:
    """Return {video id: {version: Watching}} of the views of `day` with a watch report. One query."""
    views = views_of(day).filter(last_report_at__isnull=False)
    if videos is not None:
        views = views.filter(video__in=videos)
    digits = {f"digit{number}": Substr("watched", number + 1, 1) for number in range(HEX_DIGITS)}
    counts = {f"h{number}": Sum(_has_played(number)) for number in range(RETENTION_BUCKETS)}
    aggregates = {"measured_views": Count("pk"), "buckets": Sum("watched_buckets"), **counts}
    found: defaultdict[int, dict[str, Watching]] = defaultdict(dict)
    measured: Any = views.alias(**digits).values("video", "version").annotate(**aggregates)
    for row in measured:
        retention = tuple(row[name] for name in counts)
        found[row["video"]][row["version"]] = Watching(row["measured_views"], row["buckets"], retention)
    return dict(found)


def _has_played(bucket: int) -> Case:
    """Return an expression: 1 if `watched` of a row has the bit of this bucket. Eight hexadecimal digits have it."""
    digit, bit = divmod(bucket, 4)
    with_bit = [f"{value:x}" for value in range(16) if value & (8 >> bit)]
    test = Q(**{f"digit{digit}__in": with_bit})
    return Case(When(test, then=1), default=0, output_field=IntegerField())


def counts_by_value(day: dt.date, column: str, *, videos: Ids | None = None) -> dict[int, dict[str, int]]:
    """Return {video id: {value: views}} of `day` for `column` of VideoView, a text; "" is left out."""
    views = views_of(day).exclude(**{column: ""})
    if videos is not None:
        views = views.filter(video__in=videos)
    found: defaultdict[int, dict[str, int]] = defaultdict(dict)
    counted = views.values("video", column).annotate(total=Count("pk"))
    for video, value, total in counted.values_list("video", column, "total"):
        found[video][value] = total
    return dict(found)
