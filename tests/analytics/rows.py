"""Raw rows for tests of statistics: views and typed passwords, each at a moment that the test names."""

import datetime as dt
import itertools
from zoneinfo import ZoneInfo

from django.utils import timezone

from video_pages.analytics import watch_reports
from video_pages.analytics.recording import ReceivedReport, record_watch_reports
from video_pages.models import AccessEvent, VideoView

TODAY = dt.date(2026, 5, 10)
_number = itertools.count(1)


def at(day, hour=12, minute=0, zone="UTC"):
    """The moment on `day` (a date, or how many days before TODAY) at this time by the clock of `zone`."""
    date = day if isinstance(day, dt.date) else TODAY - dt.timedelta(days=day)
    return timezone.make_aware(dt.datetime.combine(date, dt.time(hour, minute)), ZoneInfo(zone))


NOW = at(0, 18)


def view(video, moment, *, viewer="", device="", referrer="", played=None, beat_at=None):
    """A view that began at `moment`. `played`: ranges of a film of 100 seconds, None if no player told."""
    bits = watch_reports.played_bits(played or [], 100)
    return VideoView.objects.create(
        video=video,
        access_ref=f"made:{next(_number)}",
        started_at=moment,
        viewer=viewer,
        device=device,
        referrer_host=referrer,
        watched=watch_reports.to_hex(bits),
        watched_buckets=bits.bit_count(),
        is_completed=watch_reports.is_complete(bits),
        watch_seconds=round(watch_reports.total_seconds(played or [])),
        last_report_at=None if played is None else beat_at or moment + dt.timedelta(minutes=5),
    )


def typed(page, moment, *, right=0, wrong=0):
    """Passwords typed at a video or section at `moment`."""
    for kind, count in ((AccessEvent.Kind.UNLOCK, right), (AccessEvent.Kind.REFUSED, wrong)):
        for _one in range(count):
            AccessEvent.objects.create(kind=kind, happened_at=moment, **{f"{page.guard_kind}_id": page.pk})


def store_report(*, now=None, **columns):
    """Store one report of a player, which came at `now`; return whether there was a view to add it to."""
    return record_watch_reports([ReceivedReport(**columns, received_at=now or timezone.now())]) == 1
