"""Store the sums of each day; remove old raw rows. The worker does both every hour, and a repeated run is harmless.

A day that is over is summed from all its raw rows, and the sums replace those stored before. Questions about today read
the raw rows. A RolledDay marks a day whose stored sums are valid. A watch report that comes after midnight for a view
of yesterday removes the mark, and so does a page that moves or is deleted; the next run sums the day again.
"""

import datetime as dt
import logging
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Max, Min, Q, QuerySet, Sum
from django.db.models.functions import TruncDate
from django.utils import timezone

from video_pages.analytics import locking, raw, site_days
from video_pages.analytics.day_bounds import day_of, each_day
from video_pages.analytics.invitations import keep_watches
from video_pages.analytics.models import AccessEvent, DailyReach, DailyStatistics, RolledDay, VideoView
from video_pages.analytics.page_models import page_manager
from video_pages.analytics.totals import COLUMNS, Totals
from video_pages.analytics.watching import Watching, to_json
from video_pages.core import clock
from video_pages.core.page_protocols import LockablePage

# Hosts kept for one video and day; the others are summed as REST. A client could report any number of hosts.
KEPT_REFERRERS = 50
REST = "*"
BATCH = 500
# A watch report carries the time of its request and is written later, so it may be older than a sum without it.
MAX_WRITE_DELAY = dt.timedelta(minutes=5)

logger = logging.getLogger(__name__)


def roll_up(*, now: dt.datetime | None = None) -> list[dt.date]:
    """Sum every day before today that is due; return the dates, oldest first. Then all days have a row of the site."""
    now = now or clock.now()
    due = due_days(now=now)
    for day in due:
        roll_up_day(day)
    site_days.complete()
    return due


def due_days(*, now: dt.datetime) -> list[dt.date]:
    """Return the days before that of `now` that have no valid sums, oldest first."""
    first = first_raw_day()
    yesterday = day_of(now) - dt.timedelta(days=1)
    if first is None or first > yesterday:
        return []
    rolled = dict(RolledDay.objects.values_list("day", "rolled_at"))
    return [day for day in each_day(first, yesterday) if day not in rolled or _has_newer_rows(day, rolled[day])]


def first_raw_day() -> dt.date | None:
    """Return the day of the oldest raw row, or None if there are none."""
    oldest = [
        VideoView.objects.aggregate(first=Min("started_at"))["first"],
        AccessEvent.objects.aggregate(first=Min("happened_at"))["first"],
    ]
    known = [moment for moment in oldest if moment]
    return day_of(min(known)) if known else None


def _has_newer_rows(day: dt.date, rolled_at: dt.datetime) -> bool:
    """Return whether raw rows of `day` were added, or changed by a watch report, after it was summed."""
    last_report = raw.views_of(day).aggregate(last=Max("last_report_at"))["last"]
    if last_report and last_report >= rolled_at:
        return True
    summed = DailyStatistics.objects.filter(day=day).aggregate(
        views=Sum("views", default=0),
        attempts=Sum("unlocks", default=0) + Sum("refused_guesses", default=0) + Sum("downloads", default=0),
    )
    return raw.views_of(day).count() > summed["views"] or raw.attempts_of(day).count() > summed["attempts"]


def lock_before_deletion(pages: QuerySet[Any]) -> None:
    """Lock what the deletion of `pages` in this transaction changes of the statistics of all of them."""
    ids = pages.order_by().values("pk")
    rows = DailyStatistics.objects.filter(Q(video__in=ids) | Q(section__in=ids))
    locking.lock_for_deletion(VideoView.objects.filter(video__in=ids), rows)


def mark_days_due_after_move(page: LockablePage) -> None:
    """Mark the days as due on which a video at or below the moved `page` had viewers, according to raw rows."""
    mark_days_due(VideoView.objects.filter(video__path__startswith=page.path))


def mark_days_due(views: QuerySet[VideoView]) -> None:
    """Mark the days as due on which `views`, rows of videos that move or are about to be deleted, had viewers.

    The viewers of a section depend on the videos that lie in it. Days without raw rows keep their count; `statistics`
    then reports at most as many viewers as the videos had.
    """
    zone = timezone.get_default_timezone()
    viewed = views.exclude(viewer="").order_by().annotate(day=TruncDate("started_at", tzinfo=zone))
    days = list(viewed.values_list("day", flat=True).distinct())
    if days:
        with transaction.atomic():
            marks = RolledDay.objects.filter(day__in=days)
            site_days.lock_marks(marks)
            marks.delete()


def roll_up_day(day: dt.date) -> None:
    """Sum `day` from all its raw rows and replace the sums stored before, in one transaction."""
    # Taken before the rows are read: a watch report that is written meanwhile is later and makes the day due again.
    as_of = clock.now() - MAX_WRITE_DELAY
    # Many days have no rows: two short queries instead of ten long ones.
    is_empty = not raw.views_of(day).exists() and not raw.attempts_of(day).exists()
    rows = [] if is_empty else _rows_by_video(day) + _rows_by_section(day)
    reached = [] if is_empty else _reach(day)
    with transaction.atomic():
        site_days.lock_marks(RolledDay.objects.filter(day=day))
        site_days.lock(day)
        DailyStatistics.objects.filter(day=day).delete()
        DailyStatistics.objects.bulk_create(rows, batch_size=BATCH)
        DailyReach.objects.filter(day=day).delete()
        DailyReach.objects.bulk_create(reached, batch_size=BATCH)
        site_days.write(day, as_of)
        RolledDay.objects.update_or_create(day=day, defaults={"rolled_at": as_of})


def _rows_by_video(day: dt.date) -> list[DailyStatistics]:
    watchings = raw.watchings(day)
    version_views = raw.counts_by_value(day, "version")
    devices, referrers = raw.counts_by_value(day, "device"), raw.counts_by_value(day, "referrer_host")
    return [
        DailyStatistics(
            video_id=video,
            day=day,
            **_watching_columns(watchings.get(video, {})),
            version_views=version_views.get(video, {}),
            devices=devices.get(video, {}),
            referrers=largest(referrers.get(video, {})),
            **_columns(totals),
        )
        for video, totals in raw.by_video(day).items()
    ]


def _watching_columns(watchings: Mapping[str, Watching]) -> dict[str, Any]:
    """Return the columns about how far people watched, for {version: Watching}."""
    counts = sum(watchings.values(), Watching()).retention
    return {"retention": list(counts) if any(counts) else [], "versions": to_json(watchings)}


def _rows_by_section(day: dt.date) -> list[DailyStatistics]:
    return [
        DailyStatistics(section_id=section, day=day, **_columns(totals))
        for section, totals in raw.by_section(day).items()
    ]


def _columns(totals: Totals) -> dict[str, int]:
    return {column: getattr(totals, column) for column in COLUMNS}


def largest(counts: Mapping[str, int], kept: int = KEPT_REFERRERS) -> dict[str, int]:
    """Return the `kept` largest of `counts`, {name: number}, and the sum of the others as REST."""
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    found = dict(ranked[:kept])
    rest = sum(number for _name, number in ranked[kept:])
    return found | ({REST: found.get(REST, 0) + rest} if rest else {})


def _reach(day: dt.date) -> list[DailyReach]:
    everyone = raw.reach(day)
    if not everyone:
        return []
    by_path = raw.reach_by_path(day)
    below = [
        DailyReach(section_id=section, day=day, unique_viewers=by_path[path])
        for section, path in page_manager("section").order_by().values_list("pk", "path")
        if path in by_path
    ]
    return [DailyReach(section=None, day=day, unique_viewers=everyone), *below]


def remove_old_rows(*, now: dt.datetime | None = None) -> int:
    """Delete the raw rows of days longer ago than KEEP_RAW_VIEWS_DAYS; return the number of rows.

    What viewers of invitations have watched is kept with them.

    A day is summed first, and all its rows are deleted in one transaction: remaining rows would look like late ones.
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
            locking.lock_views(raw.views_of(day))
            keep_watches(raw.views_of(day))
            removed += raw.views_of(day).delete()[0] + raw.attempts_of(day).delete()[0]
    return removed
