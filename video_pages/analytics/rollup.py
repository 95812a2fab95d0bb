"""Days summed for good: what the worker does every hour. Twice is the same as once, and late rows are welcome.

A day is summed whole from its raw rows and written over, once it is over; today is always asked of the raw rows. A
RolledDay says that a day's sums stand: questions then read them, and no raw row. A beat that comes after midnight for
yesterday's view takes that mark away, and so does a page that moves or goes; the next run sums the day again.
"""

import datetime as dt
import logging

from django.conf import settings
from django.db import transaction
from django.db.models import Max, Min, Sum
from django.db.models.functions import TruncDate
from django.utils import timezone

from video_pages.analytics import raw
from video_pages.analytics.day_bounds import day_of, each_day
from video_pages.analytics.models import AccessEvent, DailyFigures, DailyReach, RolledDay, VideoView
from video_pages.analytics.totals import COLUMNS
from video_pages.analytics.watching import Watching, to_json
from video_pages.core import clock

# Of one video and day; the rest is added up under REST. Hosts are told by browsers, and a liar could name any number.
KEPT_REFERRERS = 50
REST = "*"
BATCH = 500
# A beat knows the moment it was asked at, and is written after it: it may be older than the summing that misses it.
MAX_WRITE_DELAY = dt.timedelta(minutes=5)

logger = logging.getLogger(__name__)


def roll_up(*, now=None):
    """Sum every day before today that is due; returns the dates that were summed, oldest first."""
    now = now or clock.now()
    due = due_days(now=now)
    for day in due:
        roll_up_day(day)
    return due


def due_days(*, now):
    """Return the days before that of `now` whose raw rows are not, or no longer, what is summed; oldest first."""
    first = first_raw_day()
    yesterday = day_of(now) - dt.timedelta(days=1)
    if first is None or first > yesterday:
        return []
    rolled = dict(RolledDay.objects.values_list("day", "rolled_at"))
    return [day for day in each_day(first, yesterday) if day not in rolled or _has_newer_rows(day, rolled[day])]


def first_raw_day():
    """Return the day of the oldest raw row, or None without any."""
    oldest = [
        VideoView.objects.aggregate(first=Min("started_at"))["first"],
        AccessEvent.objects.aggregate(first=Min("happened_at"))["first"],
    ]
    known = [moment for moment in oldest if moment]
    return day_of(min(known)) if known else None


def _has_newer_rows(day, rolled_at):
    """True if raw rows came to `day`, or were changed by a beat, after it was summed."""
    last_beat = raw.views_of(day).aggregate(last=Max("last_beat_at"))["last"]
    if last_beat and last_beat >= rolled_at:
        return True
    summed = DailyFigures.objects.filter(day=day).aggregate(
        views=Sum("views", default=0), typed=Sum("unlocks", default=0) + Sum("refused_guesses", default=0)
    )
    return raw.views_of(day).count() > summed["views"] or raw.attempts_of(day).count() > summed["typed"]


def mark_days_due_after_move(page):
    """Make the days due again on which a video at or below the moved `page` had viewers, as far as raw rows say."""
    mark_days_due(VideoView.objects.filter(video__path__startswith=page.path))


def mark_days_due(views):
    """Make the days due again on which `views`, a queryset of rows that move or are about to go, had viewers.

    People of a section and of the site are counted by where the videos lie. Days whose raw rows are gone keep what was
    counted; questions then tell of no more people than the videos had.
    """
    zone = timezone.get_default_timezone()
    seen = views.exclude(viewer="").order_by().annotate(day=TruncDate("started_at", tzinfo=zone))
    days = list(seen.values_list("day", flat=True).distinct())
    if days:
        RolledDay.objects.filter(day__in=days).delete()


def roll_up_day(day):
    """Sum `day` whole from its raw rows and put the sums in the place of what was there, in one transaction."""
    # Before the rows are read: a beat that is written meanwhile is later than this, and makes the day due again.
    as_of = clock.now() - MAX_WRITE_DELAY
    # Most days of a young or a quiet site: two short questions instead of ten long ones.
    is_empty = not raw.views_of(day).exists() and not raw.attempts_of(day).exists()
    rows, reached = ([], []) if is_empty else (_rows_by_video(day) + _rows_by_section(day), _reach(day))
    with transaction.atomic():
        DailyFigures.objects.filter(day=day).delete()
        DailyFigures.objects.bulk_create(rows, batch_size=BATCH)
        DailyReach.objects.filter(day=day).delete()
        DailyReach.objects.bulk_create(reached, batch_size=BATCH)
        RolledDay.objects.update_or_create(day=day, defaults={"rolled_at": as_of})


def _rows_by_video(day):
    watchings = raw.watchings(day)
    devices, referrers = raw.counts_by_value(day, "device"), raw.counts_by_value(day, "referrer_host")
    return [
        DailyFigures(
            video_id=video,
            day=day,
            **_watching_columns(watchings.get(video, {})),
            devices=devices.get(video, {}),
            referrers=largest(referrers.get(video, {})),
            **_columns(figures),
        )
        for video, figures in raw.by_video(day).items()
    ]


def _watching_columns(watchings):
    """The columns that say how far people watched, of {film: Watching}."""
    counts = sum(watchings.values(), Watching()).retention
    return {"retention": list(counts) if any(counts) else [], "films": to_json(watchings)}


def _rows_by_section(day):
    return [
        DailyFigures(section_id=section, day=day, **_columns(figures))
        for section, figures in raw.by_section(day).items()
    ]


def _columns(figures):
    return {column: getattr(figures, column) for column in COLUMNS}


def largest(counts, kept=KEPT_REFERRERS):
    """Return the `kept` largest of `counts`, {name: number}, and what is left as REST."""
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    found = dict(ranked[:kept])
    rest = sum(number for _name, number in ranked[kept:])
    return found | ({REST: found.get(REST, 0) + rest} if rest else {})


def _reach(day):
    everyone = raw.reach(day)
    if not everyone:
        return []
    sections = DailyReach._meta.get_field("section").related_model.objects
    by_path = raw.reach_by_path(day)
    below = [
        DailyReach(section_id=section, day=day, unique_viewers=by_path[path])
        for section, path in sections.order_by().values_list("pk", "path")
        if path in by_path
    ]
    return [DailyReach(section=None, day=day, unique_viewers=everyone), *below]


def remove_old_rows(*, now=None):
    """Delete the raw rows of days longer ago than KEEP_RAW_VIEWS_DAYS; returns how many views and events went.

    A day goes whole, in one transaction, and not before it is summed: a rest of one would look like late rows.
    """
    now = now or clock.now()
    first, last = first_raw_day(), day_of(now) - dt.timedelta(days=settings.KEEP_RAW_VIEWS_DAYS + 1)
    removed = 0
    if first is None:
        return removed
    due = set(due_days(now=now))
    for day in each_day(first, last):
        if day in due:
            roll_up_day(day)
        with transaction.atomic():
            for rows in (raw.views_of(day), raw.attempts_of(day)):
                removed += rows.delete()[0]
    return removed
