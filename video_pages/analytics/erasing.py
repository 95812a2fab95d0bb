"""Erase statistics on request: of one video or of all, up to a day or entirely.

While the raw rows of a day are kept, the viewers of a section and of the site are counted again without the video.
Afterwards one video cannot be taken out of these numbers; `statistics` then reports at most as many viewers as the
other videos had. The number of views on a video's page is reset when all statistics of the video are erased.
"""

import dataclasses
import datetime as dt

from django.db import transaction

from video_pages.analytics import locking, site_days
from video_pages.analytics.day_bounds import start_of
from video_pages.analytics.invitation_models import InvitationDownload
from video_pages.analytics.models import (
    AccessEvent,
    DailyReach,
    DailyStatistics,
    InvitationWatch,
    RolledDay,
    VideoView,
)
from video_pages.analytics.page_models import page_manager
from video_pages.analytics.rollup import mark_days_due
from video_pages.analytics.site_models import DailySiteStatistics
from video_pages.core.page_protocols import LockablePage


@dataclasses.dataclass(frozen=True)
class Erased:
    """The number of erased rows: raw views, attempts at passwords, and sums by day."""

    views: int
    typed: int
    days: int


def erase_statistics(*, video: LockablePage | None = None, before: dt.date | None = None) -> Erased:
    """Delete the statistics of `video` (None: all) from days before the date `before` (None: all days).

    What viewers of invitations have watched and downloaded is part of them. Everything happens in one transaction.
    """
    views, typed, days = VideoView.objects.all(), AccessEvent.objects.all(), DailyStatistics.objects.all()
    pages, kept, taken = page_manager("video").all(), InvitationWatch.objects.all(), InvitationDownload.objects.all()
    if before is not None:
        views = views.filter(started_at__lt=start_of(before))
        typed = typed.filter(happened_at__lt=start_of(before))
        days = days.filter(day__lt=before)
        kept = kept.filter(first_at__lt=start_of(before))
        taken = taken.filter(began_at__lt=start_of(before))
    if video is not None:
        views, typed, days = views.filter(video=video.pk), typed.filter(video=video.pk), days.filter(video=video.pk)
        pages, kept = pages.filter(pk=video.pk), kept.filter(video=video.pk)
        taken = taken.filter(video=video.pk)
    with transaction.atomic():
        if video is None:
            marks = RolledDay.objects.all() if before is None else RolledDay.objects.filter(day__lt=before)
            site_days.lock_marks(marks)
            locking.lock_views(views)
            for model in (RolledDay, DailySiteStatistics, DailyReach):
                by_day = model._default_manager.all()
                (by_day if before is None else by_day.filter(day__lt=before)).delete()
        else:
            locking.lock_for_deletion(views, days)
            site_days.delete_days_of(days)
            mark_days_due(views)
        kept.delete()
        taken.delete()
        if before is None:
            pages.update(views=0)
        return Erased(views.delete()[0], typed.delete()[0], days.delete()[0])
