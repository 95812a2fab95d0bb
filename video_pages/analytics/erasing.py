"""Figures forgotten on request: what is kept of watching is removed, of one video or of all, up to a day or whole.

A day's people of a section and of the site are counted again without the video while the day's single views are kept;
afterwards nobody can take one video out of these numbers: they go where everything of their day goes, and until then
`figures` tells of no more people than the other videos had. The number of views on a video's page goes with all of the
video's figures.
"""

import dataclasses

from django.db import transaction

from video_pages.analytics.day_bounds import start_of
from video_pages.analytics.models import AccessEvent, DailyFigures, DailyReach, RolledDay, VideoView
from video_pages.analytics.rollup import mark_days_due


@dataclasses.dataclass(frozen=True)
class Erased:
    """How many rows went: single views, typed passwords, and days of figures."""

    views: int
    typed: int
    days: int


def erase_statistics(*, video=None, before=None):
    """Delete what is kept of `video` (None: of everything) from days before the date `before` (None: of all days).

    One transaction. Returns what was Forgotten.
    """
    views, typed, days = VideoView.objects.all(), AccessEvent.objects.all(), DailyFigures.objects.all()
    pages = VideoView._meta.get_field("video").related_model.objects.all()
    if before is not None:
        views = views.filter(started_at__lt=start_of(before))
        typed = typed.filter(happened_at__lt=start_of(before))
        days = days.filter(day__lt=before)
    if video is not None:
        views, typed, days = views.filter(video=video), typed.filter(video=video), days.filter(video=video)
        pages = pages.filter(pk=video.pk)
    with transaction.atomic():
        if video is None:
            for rows in (DailyReach.objects.all(), RolledDay.objects.all()):
                (rows if before is None else rows.filter(day__lt=before)).delete()
        else:
            mark_days_due(views)
        if before is None:
            pages.update(views=0)
        return Erased(*(rows.delete()[0] for rows in (views, typed, days)))
