"""The statistics panel of the dashboard: views in the last four weeks of the videos that the user may see."""

import datetime as dt
from typing import Any

from django.forms import Media
from django.urls import reverse
from wagtail.admin.auth import user_has_any_page_permission
from wagtail.admin.ui.components import Component

from video_pages.analytics import charts, statistics
from video_pages.analytics.day_bounds import last_days
from video_pages.analytics.most_viewed import most_viewed
from video_pages.analytics.statistics import GLANCE_DAYS, Totals
from video_pages.core import clock
from video_pages.pages.models import VideoPage
from video_pages.pages.panels.statistics import STATISTICS_CSS
from video_pages.wagtail_admin.requests import EditorRequest
from video_pages.wagtail_admin.statistics.reports import BY_VIDEO
from video_pages.wagtail_admin.statistics.visible_statistics import VisibleStatistics, statistics_visible_to

MOST_WATCHED = 5


class StatisticsDashboardPanel(Component):
    """Views by day, totals, and the videos with most views."""

    name = "video_statistics"
    order = 90  # before Wagtail's panels about pages
    template_name = "video_pages/admin/dashboard/statistics_panel.html"

    @property
    def media(self) -> Media:
        return Media(css={"all": [STATISTICS_CSS]})

    def get_context_data(self, parent_context: dict[str, Any]) -> dict[str, Any]:
        request, now = parent_context["request"], clock.now()
        visible = statistics_visible_to(request.user)
        first, last = last_days(GLANCE_DAYS, now)
        days = statistics.by_day(visible.scope, first, last, now=now)
        total = sum((of_day for _day, of_day in days), Totals())
        return {
            "days_count": GLANCE_DAYS,
            "total": total,
            "by_day": charts.bars((day, of_day.views) for day, of_day in days),
            "days": days,
            "most_watched": most_watched(visible, first, last, now) if total.views else [],
            "report_url": reverse(BY_VIDEO),
            "has_videos": visible.videos.exists(),
        }


def most_watched(
    visible: VisibleStatistics, first: dt.date, last: dt.date, now: dt.datetime
) -> list[tuple[VideoPage, Totals]]:
    """Return [(video, Totals)] of the MOST_WATCHED videos in `visible` with most views."""
    among = None if visible.is_everything else visible.videos
    best = [pk for pk, _views in most_viewed(among, first, last, MOST_WATCHED, now=now)]
    found = statistics.by_video(best, first, last, now=now)
    videos = visible.videos.in_bulk(best)
    return [(videos[pk], found[pk]) for pk in best if pk in videos]


def add_dashboard_panel(request: EditorRequest, panels: list[Component]) -> None:
    """Add the panel for users who may do anything with pages; Wagtail's hook."""
    if user_has_any_page_permission(request.user):
        panels.append(StatisticsDashboardPanel())
