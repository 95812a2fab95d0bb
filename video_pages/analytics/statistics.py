"""Answer every question about statistics: of videos, of a section, of the site, by date. No other module does.

Days with valid sums are read from DailyFigures. Today, and any day that has no sums or is due again, is read from the
raw rows by the code that also stores sums. So an answer includes what has just happened, and remains right when raw
rows are deleted.

Views, completed views, watched seconds, unlocks and refused guesses add up: those of a section are the sum of its
videos, and of the passwords typed on the page of the section and of sections in it. A section means the videos that lie
in it now: a video that moves takes its statistics along.

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

from video_pages.analytics import raw
from video_pages.analytics.day_bounds import day_of, each_day, last_days
from video_pages.analytics.models import DailyFigures, DailyReach, RolledDay
from video_pages.analytics.page_models import page_manager
from video_pages.analytics.recent import recent_views, with_recent_views
from video_pages.analytics.rollup import first_raw_day, largest
from video_pages.analytics.totals import Totals, read_sums, sums
from video_pages.analytics.watching import Watching, from_row, views_by_film
from video_pages.core import clock
from video_pages.core.page_protocols import ProtectedPage

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


@dataclasses.dataclass(frozen=True)
class Scope:
    """The subject of a question. `videos` and `sections` are querysets of `values("pk")`, None for all.

    `reach_of` says how viewers are counted: those of the section with this id, of the "site", or the sum over videos
    (None).
    """

    videos: QuerySet[Any, Any] | None
    sections: QuerySet[Any, Any] | None
    reach_of: int | str | None


def of_site() -> Scope:
    """Return the Scope of the whole site."""
    return Scope(None, None, "site")


def of_section(section: ProtectedPage) -> Scope:
    """Return the Scope of `section`: the videos now in it, at any depth, and passwords typed there."""
    videos = page_manager("video").filter(path__startswith=section.path).order_by().values("pk")
    sections = page_manager("section").filter(path__startswith=section.path).order_by().values("pk")
    return Scope(videos, sections, section.pk)


def of_videos(videos: QuerySet[Any]) -> Scope:
    """Return the Scope of the videos in a queryset, without sections; viewers are the sum over the videos."""
    return Scope(videos.order_by().values("pk"), page_manager("section").none().values("pk"), None)


def of_video(video: ProtectedPage) -> Scope:
    """Return the Scope of one video; an alias has the statistics of its source."""
    return of_videos(page_manager("video").filter(pk=video.source.pk))


def totals(scope: Scope, first: dt.date, last: dt.date, *, now: dt.datetime | None = None) -> Totals:
    """Return the Totals of `scope` from the date `first` to the date `last`, both included."""
    if scope.reach_of is not None:  # viewers are limited for each day
        return sum((of_day for _day, of_day in by_day(scope, first, last, now=now)), Totals())
    live = live_days(first, last, now)
    stored = _stored(scope, first, last, live).aggregate(**sums())
    return read_sums(stored) + sum((_live(scope, day) for day in live), Totals())


def by_day(
    scope: Scope, first: dt.date, last: dt.date, *, now: dt.datetime | None = None
) -> list[tuple[dt.date, Totals]]:
    """Return [(date, Totals)] for each day from `first` to `last`, also for days without any event."""
    live = live_days(first, last, now)
    found = dict.fromkeys(each_day(first, last), Totals())
    for row in _stored(scope, first, last, live).order_by().values("day").annotate(**sums()):
        found[row["day"]] = read_sums(row)
    for day in live:
        found[day] = _live(scope, day)
    if scope.reach_of is not None:
        reached = dict(_stored_reach(scope, first, last, live).values_list("day", "unique_viewers"))
        reached.update((day, raw.reach(day, videos=scope.videos)) for day in live)
        found = {day: _with_reach(of_day, reached.get(day, 0)) for day, of_day in found.items()}
    return list(found.items())


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
    rows = DailyFigures.objects.filter(section=None, day__range=(first, last)).exclude(day__in=live)
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
    """How far people watched, on which devices, and where they came from.

    `watching` is about the requested versions of the film, `others` about all others. `other_views` is the number of
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
        """The share (0 to 1) of the views in `watching` that played each hundredth of the film."""
        return self.watching.shares


def details(
    scope: Scope,
    first: dt.date,
    last: dt.date,
    *,
    films: Collection[str] | None = None,
    now: dt.datetime | None = None,
) -> Details:
    """Return the Details of the videos of `scope`, which should be few: it reads a row for each of them and each day.

    `films` are the requested versions (see `watching`), None for all. Devices and referrers are those of all versions.
    """
    live = live_days(first, last, now)
    watchings: list[Mapping[str, Watching]] = []
    film_views: Counter[str] = Counter()
    devices: Counter[str] = Counter()
    referrers: Counter[str] = Counter()
    columns = ("films", "measured_views", "hundredths", "retention", "film_views", "devices", "referrers")
    for row in _stored(scope, first, last, live).filter(section=None).values(*columns):
        devices.update(row.pop("devices"))
        referrers.update(row.pop("referrers"))
        counted = row.pop("film_views") or {}
        watchings.append(from_row(**row))
        film_views.update(views_by_film(watchings[-1], counted))
    for day in live:
        counted_today = raw.counts_by_value(day, "film", videos=scope.videos)
        watched_today = raw.watchings(day, videos=scope.videos)
        watchings.extend(watched_today.values())
        for video in counted_today.keys() | watched_today.keys():
            film_views.update(views_by_film(watched_today.get(video, {}), counted_today.get(video, {})))
        for counter, column in ((devices, "device"), (referrers, "referrer_host")):
            for counts in raw.counts_by_value(day, column, videos=scope.videos).values():
                counter.update(counts)
    requested, others = Watching(), Watching()
    for film, watching in (pair for found in watchings for pair in found.items()):
        if films is None or film in films:
            requested += watching
        else:
            others += watching
    other_views = sum(views for film, views in film_views.items() if films is not None and film not in films)
    return Details(requested, others, other_views, dict(devices.most_common()), largest(referrers))


@dataclasses.dataclass(frozen=True)
class Glance:
    """The statistics of a video in short: views ever, and the Totals of the last GLANCE_DAYS days, whole and by day."""

    views_ever: int
    recent: Totals
    by_day: list[tuple[dt.date, Totals]]
    days: int = GLANCE_DAYS


def at_a_glance(video: ProtectedPage, *, now: dt.datetime | None = None) -> Glance:
    """Return the Glance of a video, for an alias that of its source."""
    now = now or clock.now()
    days = by_day(of_video(video), *last_days(GLANCE_DAYS, now), now=now)
    recent = sum((of_day for _day, of_day in days), Totals())
    ever = page_manager("video").values_list("views", flat=True).filter(pk=video.source.pk).first()
    return Glance(ever or 0, recent, days)


def first_day(now: dt.datetime | None = None) -> dt.date:
    """Return the first day that has statistics; today if there are none."""
    stored = DailyFigures.objects.order_by("day").values_list("day", flat=True).first()
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


def _stored(scope: Scope, first: dt.date, last: dt.date, live: Iterable[dt.date]) -> QuerySet[DailyFigures]:
    rows = DailyFigures.objects.filter(day__range=(first, last)).exclude(day__in=live)
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
