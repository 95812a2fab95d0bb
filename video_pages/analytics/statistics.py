"""Answer every question about statistics: of videos, of a section, of the site, by date. No other module does.

Days with valid sums are read from DailyStatistics. Today, and any day that has no sums or is due again, is read
from the raw rows by the code that also stores sums. So an answer includes what has just happened, and remains right
when raw rows are deleted.

Views, completed views, watched seconds, downloads, unlocks and refused guesses add up: those of a section are the sum
of its videos, and of the passwords typed on the page of the section and of sections in it. A section means the videos
that lie in it now: a video that moves takes its statistics along.

A viewer is one browser for one day, so a person who comes on two days counts twice. The viewers of a section and of the
site are counted on their own and are not the sum of the videos, because one viewer may watch two of them. When a video
moves or is deleted, viewers are counted again for the days with raw rows. Older days keep their count in the former
section, limited to the sum of the viewers of its videos.
"""

import dataclasses
import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.db.models import QuerySet

from video_pages.analytics import raw, site_days
from video_pages.analytics.day_bounds import day_of, each_day, last_days
from video_pages.analytics.models import DailyReach, DailyStatistics, RolledDay
from video_pages.analytics.page_models import page_manager
from video_pages.analytics.recent import recent_views, with_recent_views
from video_pages.analytics.rollup import first_raw_day, largest
from video_pages.analytics.scope import Scope, of_section, of_site, of_video, of_videos
from video_pages.analytics.totals import Totals, read_sums, sums
from video_pages.analytics.watching import Watching, from_row, views_by_version
from video_pages.core import clock
from video_pages.core.page_protocols import LockablePage
from video_pages.core.replica import from_replica

__all__ = [
    "GLANCE_DAYS",
    "Details",
    "Totals",
    "Glance",
    "Scope",
    "at_a_glance",
    "by_day",
    "by_video",
    "details",
    "first_day",
    "of_section",
    "of_site",
    "of_video",
    "of_videos",
    "recent_views",
    "totals",
    "with_recent_views",
]

GLANCE_DAYS = 28


@from_replica
def totals(scope: Scope, first: dt.date, last: dt.date, *, now: dt.datetime | None = None) -> Totals:
    """Return the Totals of `scope` from the date `first` to the date `last`, both included."""
    if scope.reach_of is not None:  # viewers are limited for each day
        return sum((of_day for _day, of_day in by_day(scope, first, last, now=now)), Totals())
    live = live_days(first, last, now)
    stored = _stored(scope, first, last, live).aggregate(**sums())
    return read_sums(stored) + sum((_live(scope, day) for day in live), Totals())


@from_replica
def by_day(
    scope: Scope, first: dt.date, last: dt.date, *, now: dt.datetime | None = None
) -> list[tuple[dt.date, Totals]]:
    """Return [(date, Totals)] for each day from `first` to `last`, also for days without any event."""
    live = live_days(first, last, now)
    found = dict.fromkeys(each_day(first, last), Totals())
    if scope.is_site:
        found |= site_days.stored(first, last, without=live)
    else:
        found |= site_days.added_up(_stored(scope, first, last, live))
    for day in live:
        found[day] = _live(scope, day)
    if scope.reach_of is not None:
        reached = dict(_stored_reach(scope, first, last, live).values_list("day", "unique_viewers"))
        reached.update((day, raw.reach(day, videos=scope.videos)) for day in live)
        found = {day: _with_reach(of_day, reached.get(day, 0)) for day, of_day in found.items()}
    return list(found.items())


@from_replica
def by_video(
    videos: QuerySet[Any, Any] | Collection[int] | None,
    first: dt.date,
    last: dt.date,
    *,
    now: dt.datetime | None = None,
) -> dict[int, Totals]:
    """Return {video id: Totals} of `videos` (None for all); videos without any event are left out."""
    live = live_days(first, last, now)
    ids: Any = videos.order_by().values("pk") if isinstance(videos, QuerySet) else videos
    rows = DailyStatistics.objects.filter(section=None, day__range=(first, last)).exclude(day__in=live)
    if ids is not None:
        rows = rows.filter(video__in=ids)
    found: defaultdict[int, Totals] = defaultdict(Totals)
    for row in rows.order_by().values("video").annotate(**sums()):
        found[row["video"]] = read_sums(row)
    for day in live:
        for video, of_day in raw.by_video(day, videos=ids).items():
            found[video] += of_day
    return dict(found)


@dataclasses.dataclass(frozen=True)
class Details:
    """The watched parts of a video, the devices, and the sites that viewers came from.

    `watching` is about the requested versions of the video, `others` about all others. `other_views` is the number of
    views of those others, also of views without a watch report. `devices` and `referrers` map names to numbers of
    views.
    """

    watching: Watching
    others: Watching
    other_views: int
    devices: dict[str, int]
    referrers: dict[str, int]

    @property
    def retention(self) -> list[float]:
        """The share (0 to 1) of the views in `watching` that played each hundredth of the video."""
        return self.watching.shares


@from_replica
def details(
    scope: Scope,
    first: dt.date,
    last: dt.date,
    *,
    versions: Collection[str] | None = None,
    now: dt.datetime | None = None,
) -> Details:
    """Return the Details of the videos of `scope`, which should be few: it reads a row for each of them and each day.

    `versions` are the requested versions (see `watching`), None for all. Devices and referrers are of all versions.
    """
    live = live_days(first, last, now)
    watchings: list[Mapping[str, Watching]] = []
    version_views: Counter[str] = Counter()
    devices: Counter[str] = Counter()
    referrers: Counter[str] = Counter()
    columns = ("versions", "measured_views", "watched_buckets", "retention", "version_views", "devices", "referrers")
    for row in _stored(scope, first, last, live).filter(section=None).values(*columns):
        devices.update(row.pop("devices"))
        referrers.update(row.pop("referrers"))
        counted = row.pop("version_views") or {}
        watchings.append(from_row(**row))
        version_views.update(views_by_version(watchings[-1], counted))
    for day in live:
        counted_today = raw.counts_by_value(day, "version", videos=scope.videos)
        watched_today = raw.watchings(day, videos=scope.videos)
        watchings.extend(watched_today.values())
        for video in counted_today.keys() | watched_today.keys():
            version_views.update(views_by_version(watched_today.get(video, {}), counted_today.get(video, {})))
        for counter, column in ((devices, "device"), (referrers, "referrer_host")):
            for counts in raw.counts_by_value(day, column, videos=scope.videos).values():
                counter.update(counts)
    requested, others = Watching(), Watching()
    for version, watching in (pair for found in watchings for pair in found.items()):
        if versions is None or version in versions:
            requested += watching
        else:
            others += watching
    other_views = sum(
        views for version, views in version_views.items() if versions is not None and version not in versions
    )
    return Details(requested, others, other_views, dict(devices.most_common()), largest(referrers))


@dataclasses.dataclass(frozen=True)
class Glance:
    """The statistics of a video in short: views ever, and the Totals of the last GLANCE_DAYS days, whole and by day."""

    views_ever: int
    recent: Totals
    by_day: list[tuple[dt.date, Totals]]
    days: int = GLANCE_DAYS


def at_a_glance(video: LockablePage, *, now: dt.datetime | None = None) -> Glance:
    """Return the Glance of a video, for an alias that of its source."""
    now = now or clock.now()
    days = by_day(of_video(video), *last_days(GLANCE_DAYS, now), now=now)
    recent = sum((of_day for _day, of_day in days), Totals())
    ever = page_manager("video").values_list("views", flat=True).filter(pk=video.source.pk).first()
    return Glance(ever or 0, recent, days)


@from_replica
def first_day(now: dt.datetime | None = None) -> dt.date:
    """Return the first day that has statistics; today if there are none."""
    stored = DailyStatistics.objects.order_by("day").values_list("day", flat=True).first()
    known = [day for day in (stored, first_raw_day()) if day]
    return min(known, default=day_of(now or clock.now()))


def live_days(first: dt.date, last: dt.date, now: dt.datetime | None = None) -> list[dt.date]:
    """Return the days from `first` to `last` that are read from the raw rows: today, and days without valid sums."""
    today = day_of(now or clock.now())
    oldest = first_raw_day()
    if oldest is None or oldest > last:
        return []
    rolled = set(RolledDay.objects.filter(day__range=(first, last), day__lt=today).values_list("day", flat=True))
    return [day for day in each_day(max(first, oldest), min(last, today)) if day not in rolled]


def _stored(scope: Scope, first: dt.date, last: dt.date, live: Iterable[dt.date]) -> QuerySet[DailyStatistics]:
    rows = DailyStatistics.objects.filter(day__range=(first, last)).exclude(day__in=live)
    if scope.videos is None or scope.sections is None:
        return rows
    return rows.filter(video__in=scope.videos) | rows.filter(section__in=scope.sections)


def _stored_reach(scope: Scope, first: dt.date, last: dt.date, live: Iterable[dt.date]) -> QuerySet[DailyReach]:
    section = scope.reach_of if isinstance(scope.reach_of, int) else None
    return DailyReach.objects.filter(section=section, day__range=(first, last)).exclude(day__in=live)


def _with_reach(of_day: Totals, reached: int) -> Totals:
    """Return the Totals of a day with `reached` viewers, but at most as many as the remaining videos had together."""
    return dataclasses.replace(of_day, unique_viewers=min(reached, of_day.unique_viewers))


def _live(scope: Scope, day: dt.date) -> Totals:
    """Return the Totals of one day from the raw rows; viewers are the sum over the videos."""
    found = [*raw.by_video(day, videos=scope.videos).values(), *raw.by_section(day, sections=scope.sections).values()]
    return sum(found, Totals())
