"""The dashboard's panel: what was watched in the last four weeks of what the user may see."""

from django.forms import Media
from django.urls import reverse
from wagtail.admin.auth import user_has_any_page_permission
from wagtail.admin.ui.components import Component

from video_pages.analytics import charts, statistics
from video_pages.analytics.day_bounds import last_days
from video_pages.analytics.statistics import GLANCE_DAYS, Totals
from video_pages.core import clock
from video_pages.pages.panels.statistics import STATISTICS_CSS
from video_pages.wagtail_admin.statistics.reports import BY_VIDEO
from video_pages.wagtail_admin.statistics.scope import statistics_visible_to

MOST_WATCHED = 5


class StatisticsDashboardPanel(Component):
    """Views by day, the sums, and the videos that were watched most."""

    name = "video_statistics"
    order = 90  # before what Wagtail shows of pages
    template_name = "video_pages/admin/statistics/dashboard_panel.html"

    @property
    def media(self):
        return Media(css={"all": [STATISTICS_CSS]})

    def get_context_data(self, parent_context):
        request, now = parent_context["request"], clock.now()
        seen = statistics_visible_to(request.user)
        first, last = last_days(GLANCE_DAYS, now)
        days = statistics.by_day(seen.scope, first, last, now=now)
        total = sum((counted for _day, counted in days), Totals())
        return {
            "days_count": GLANCE_DAYS,
            "total": total,
            "by_day": charts.bars((day, counted.views) for day, counted in days),
            "days": days,
            "most_watched": most_watched(seen, first, last, now) if total.views else [],
            "report_url": reverse(BY_VIDEO),
            "has_videos": seen.videos.exists(),
        }


def most_watched(seen, first, last, now):
    """Return [(video, Figures)] of the MOST_WATCHED videos in `seen` with most views."""
    found = statistics.by_video(None if seen.is_everything else seen.videos, first, last, now=now)
    best = sorted(found.items(), key=lambda item: (-item[1].views, item[0]))[:MOST_WATCHED]
    videos = seen.videos.in_bulk([pk for pk, counted in best if counted.views])
    return [(videos[pk], counted) for pk, counted in best if pk in videos]


def add_dashboard_panel(request, panels):
    if user_has_any_page_permission(request.user):
        panels.append(StatisticsDashboardPanel())
