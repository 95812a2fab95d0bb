"""Store what players report: many reports in one transaction."""

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.db import transaction

from video_pages.analytics import site_days, watch_reports
from video_pages.analytics.day_bounds import day_of
from video_pages.analytics.invitations import keep_watches
from video_pages.analytics.models import RolledDay, VideoView
from video_pages.analytics.watch_reports import WatchReport
from video_pages.core import clock

BATCH = 500
"""The most reports in one transaction, which holds SQLite's only lock for writing about 50 ms."""
COLUMNS = [
    "version",
    "watched",
    "watched_buckets",
    "is_completed",
    "watch_seconds",
    "referrer_host",
    "last_report_at",
]


@dataclass(frozen=True)
class ReceivedReport:
    """A report on the view of `access_ref` of the video `video_id`, which came at `received_at`.

    `duration_seconds` and `version` are those of the file that plays, see `watching`.
    """

    video_id: int
    access_ref: str
    report: WatchReport
    received_at: dt.datetime
    duration_seconds: float
    version: str = ""


def record_watch_reports(received: Sequence[ReceivedReport]) -> int:
    """Add the parts that players have played since their last reports to the views of their accesses.

    The seconds of all reports of a view are limited to the time since it began at the player's highest speed, so a
    false report gains nothing. Which parts of the video they were is not checked. Two tabs with one access add to one
    row, one after the other, and share the limit. If the view was of another version of the video, its parts are
    counted anew, and its seconds continue. What a viewer of an invitation has watched of the former version is kept.

    Reports of an access without a view of the video are left out. Returns the number of those that were stored. One
    transaction for each BATCH; reports of one view count in the order given.
    """
    return sum(_record(received[first : first + BATCH]) for first in range(0, len(received), BATCH))


@transaction.atomic
def _record(received: Sequence[ReceivedReport]) -> int:
    started = _beginnings({(each.video_id, each.access_ref) for each in received})
    # A day that has ended may be summed already: it is due again, and until then questions read its raw rows. A report
    # that waited over midnight is of a day that has ended meanwhile. Code that erases also locks the days first.
    latest = max([clock.now(), *(each.received_at for each in received)])
    if days := {day_of(moment) for moment in started.values()} - {day_of(latest)}:
        marks = RolledDay.objects.filter(day__in=days)
        site_days.lock_marks(marks)
        marks.delete()
    # All servers lock them in one order: no deadlock.
    rows = VideoView.objects.select_for_update().filter(pk__in=started).order_by("pk")
    views = {(view.video_id, view.access_ref): view for view in rows.defer("viewer", "device", "watched_buckets")}
    stored = [each for each in received if (each.video_id, each.access_ref) in views]
    for each in stored:
        _add(views[each.video_id, each.access_ref], each)
    reported = {(each.video_id, each.access_ref) for each in stored}
    VideoView.objects.bulk_update([views[key] for key in reported], COLUMNS)
    return len(stored)


def _beginnings(reported: Collection[tuple[int, str]]) -> dict[int, dt.datetime]:
    """Return {id: beginning} of the views of the pairs (video id, access_ref) in `reported`.

    One access to a section has a view of each of its films: the query also finds those that nobody has reported on.
    """
    videos, refs = {video for video, _ref in reported}, {ref for _video, ref in reported}
    found = VideoView.objects.filter(video__in=videos, access_ref__in=refs).order_by()
    rows = found.values_list("pk", "video_id", "access_ref", "started_at")
    return {pk: started_at for pk, video, ref, started_at in rows if (video, ref) in reported}


def _add(view: VideoView, each: ReceivedReport) -> None:
    """Add a report to the columns of `view`."""
    report, now, version = each.report, each.received_at, each.version
    ranges = watch_reports.limit_seconds(report.ranges, _seconds_left(view, now))
    former, bits = watch_reports.from_hex(view.watched), watch_reports.played_bits(ranges, each.duration_seconds)
    if view.version == version or "" in (view.version, version):
        bits |= former
    elif not bits:  # a player that still plays the former version
        version, bits = view.version, former
    else:
        view.save(update_fields=COLUMNS)  # with earlier reports of this transaction, which `keep_watches` reads
        keep_watches(VideoView.objects.filter(pk=view.pk))
    view.version = version or view.version
    view.watched = watch_reports.to_hex(bits)
    view.watched_buckets = bits.bit_count()
    view.is_completed = view.is_completed or watch_reports.is_complete(bits)
    view.watch_seconds += round(watch_reports.total_seconds(ranges))
    view.referrer_host = view.referrer_host or report.referrer_host
    view.last_report_at = max(now, view.last_report_at or now)


def _seconds_left(view: VideoView, now: dt.datetime) -> float:
    """Return how many more seconds can have been played under `view`; none if the clock was set back."""
    if view.last_report_at and view.last_report_at - now > watch_reports.OUT_OF_ORDER:
        return 0
    return (now - view.started_at).total_seconds() * watch_reports.MAX_SPEED - view.watch_seconds
