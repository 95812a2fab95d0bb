"""The questions about figures, and the only place that answers them: of videos, of a section, of the site, by date.

Days that are summed are read from DailyFigures; today, and any day that is not summed or is due again, from the raw
rows by the code that sums them. So an answer is right the moment something has happened, and stays so when raw rows
are gone.

What adds up: views, completed, watched seconds, unlocks and refused guesses of the videos in a section are the
section's, with the passwords typed at the section itself and at those in it; the sections' are the site's. A section
is what lies in it now: a video that moves takes its figures along. Viewers are people for one day: somebody who came
on two days counts twice, and a section's and the site's are people and not sums of the videos', because who watched
two of them is one. When a video moves or is deleted, people are counted again for the days that have raw rows; those of
older days stay as they were counted, in the section where it was, but are never more than its videos' viewers added up.
"""

import dataclasses
from collections import Counter, defaultdict

from django.db.models import QuerySet

from video_pages.analytics import raw
from video_pages.analytics.day_bounds import day_of, each_day, last_days
from video_pages.analytics.models import DailyFigures, DailyReach, RolledDay
from video_pages.analytics.recent import recent_views, with_recent_views
from video_pages.analytics.rollup import first_raw_day, largest
from video_pages.analytics.totals import Totals, read_sums, sums
from video_pages.analytics.watching import Watching, from_row
from video_pages.core import clock

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
    """What a question is about. `videos` and `sections`: querysets, None for all; `reach_of`: how viewers are counted.

    `reach_of` is a section's id, "site", or None: then viewers are those of each video, added up.
    """

    videos: QuerySet | None
    sections: QuerySet | None
    reach_of: int | str | None


def of_site():
    """Everything on the site."""
    return Scope(None, None, "site")


def of_section(section):
    """The videos that lie in `section` now, at any depth, and the passwords typed at it and at the sections in it."""
    videos = _pages("video").filter(path__startswith=section.path).order_by().values("pk")
    sections = _pages("section").filter(path__startswith=section.path).order_by().values("pk")
    return Scope(videos, sections, section.pk)


def of_videos(videos):
    """The videos in a queryset, and no section. Whoever watched two of them counts as a viewer of each."""
    return Scope(videos.order_by().values("pk"), _pages("section").none().values("pk"), None)


def of_video(video):
    """One video; an alias has its source's figures."""
    return of_videos(_pages("video").filter(pk=video.source.pk))


def _pages(kind):
    return DailyFigures._meta.get_field(kind).related_model.objects


def totals(scope, first, last, *, now=None):
    """Return the Figures of `scope` from the date `first` to the date `last`, both included."""
    if scope.reach_of is not None:  # people are bounded day by day
        return sum((counted for _day, counted in by_day(scope, first, last, now=now)), Totals())
    live = live_days(first, last, now)
    stored = _stored(scope, first, last, live).aggregate(**sums())
    return read_sums(stored) + sum((_live(scope, day) for day in live), Totals())


def by_day(scope, first, last, *, now=None):
    """Return [(date, Figures)] for each day from `first` to `last`, also those on which nothing happened."""
    live = live_days(first, last, now)
    found = dict.fromkeys(each_day(first, last), Totals())
    for row in _stored(scope, first, last, live).order_by().values("day").annotate(**sums()):
        found[row["day"]] = read_sums(row)
    for day in live:
        found[day] = _live(scope, day)
    if scope.reach_of is not None:
        reached = dict(_stored_reach(scope, first, last, live).values_list("day", "unique_viewers"))
        reached.update((day, raw.reach(day, videos=scope.videos)) for day in live)
        found = {day: _with_reach(figures, reached.get(day, 0)) for day, figures in found.items()}
    return list(found.items())


def by_video(videos, first, last, *, now=None):
    """Return {video id: Figures} of `videos` (a queryset, a list of ids, None for all), those without any left out."""
    live = live_days(first, last, now)
    if isinstance(videos, QuerySet):
        videos = videos.order_by().values("pk")
    rows = DailyFigures.objects.filter(section=None, day__range=(first, last)).exclude(day__in=live)
    if videos is not None:
        rows = rows.filter(video__in=videos)
    found = defaultdict(Totals)
    for row in rows.order_by().values("video").annotate(**sums()):
        found[row["video"]] = read_sums(row)
    for day in live:
        for video, figures in raw.by_video(day, videos=videos).items():
            found[video] += figures
    return dict(found)


@dataclasses.dataclass(frozen=True)
class Details:
    """How far, on what and from where. `watching` is of the films that were asked for, `others` of all others.

    `retention`: of the views in `watching`, the share (0 to 1) at each hundredth.
    """

    watching: Watching
    others: Watching
    devices: dict
    referrers: dict

    @property
    def retention(self):
        return self.watching.shares


def details(scope, first, last, *, films=None, now=None):
    """Return the Details of the videos of `scope`; reads a row for each of them and each day, so ask it of a few.

    `films` are those whose watching is asked for (see `watching`), None for all. Devices and referrers are of all.
    """
    live = live_days(first, last, now)
    watchings, devices, referrers = [], Counter(), Counter()
    columns = ("films", "measured_views", "hundredths", "retention", "devices", "referrers")
    for row in _stored(scope, first, last, live).filter(section=None).values(*columns):
        devices.update(row.pop("devices"))
        referrers.update(row.pop("referrers"))
        watchings.append(from_row(**row))
    for day in live:
        watchings.extend(raw.watchings(day, videos=scope.videos).values())
        for counter, column in ((devices, "device"), (referrers, "referrer_host")):
            for counts in raw.counts_by_value(day, column, videos=scope.videos).values():
                counter.update(counts)
    asked, others = Watching(), Watching()
    for film, watching in (pair for found in watchings for pair in found.items()):
        if films is None or film in films:
            asked += watching
        else:
            others += watching
    return Details(asked, others, dict(devices.most_common()), largest(referrers))


@dataclasses.dataclass(frozen=True)
class Glance:
    """A video's figures in few words: views ever, and of the last GLANCE_DAYS days the Figures, whole and by day."""

    views_ever: int
    recent: Totals
    by_day: list
    days: int = GLANCE_DAYS


def at_a_glance(video, *, now=None):
    """Return the Glance of a video; of an alias, that of its source."""
    now = now or clock.now()
    days = by_day(of_video(video), *last_days(GLANCE_DAYS, now), now=now)
    recent = sum((figures for _day, figures in days), Totals())
    ever = _pages("video").values_list("views", flat=True).filter(pk=video.source.pk).first()
    return Glance(ever or 0, recent, days)


def first_day(now=None):
    """Return the first day that there are figures of; today if there are none."""
    stored = DailyFigures.objects.order_by("day").values_list("day", flat=True).first()
    known = [day for day in (stored, first_raw_day()) if day]
    return min(known, default=day_of(now or clock.now()))


def live_days(first, last, now=None):
    """Return the days from `first` to `last` that are asked of the raw rows: today, and those that are not summed."""
    today = day_of(now or clock.now())
    oldest = first_raw_day()
    if oldest is None or oldest > last:
        return []
    rolled = set(RolledDay.objects.filter(day__range=(first, last), day__lt=today).values_list("day", flat=True))
    return [day for day in each_day(max(first, oldest), min(last, today)) if day not in rolled]


def _stored(scope, first, last, live):
    rows = DailyFigures.objects.filter(day__range=(first, last)).exclude(day__in=live)
    if scope.videos is None:
        return rows
    return rows.filter(video__in=scope.videos) | rows.filter(section__in=scope.sections)


def _stored_reach(scope, first, last, live):
    section = None if scope.reach_of == "site" else scope.reach_of
    return DailyReach.objects.filter(section=section, day__range=(first, last)).exclude(day__in=live)


def _with_reach(figures, reached):
    """The Figures of a day with people for viewers: `reached`, but no more than the videos that are left had."""
    return dataclasses.replace(figures, unique_viewers=min(reached, figures.unique_viewers))


def _live(scope, day):
    """The Figures of one day from the raw rows, viewers added up over the videos."""
    found = [*raw.by_video(day, videos=scope.videos).values(), *raw.by_section(day, sections=scope.sections).values()]
    return sum(found, Totals())
