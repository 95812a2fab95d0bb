"""The page editor's panel “Statistics”: a video's last four weeks, and a link to all of its statistics."""

from typing import Any

from django.forms import Media
from django.urls import reverse
from django.utils.translation import gettext_lazy
from wagtail.admin.panels import Panel

from video_pages.analytics import charts, statistics
from video_pages.analytics.day_bounds import last_days
from video_pages.analytics.watching import UNKNOWN
from video_pages.core import clock
from video_pages.library.models import VideoFile

STATISTICS_CSS = "video_pages/css/statistics.css"


class StatisticsPanel(Panel):
    """A read-only panel; empty for a page that was never saved."""

    def __init__(self, heading: str = "", icon: str = "", **kwargs: Any) -> None:
        super().__init__(heading=heading or gettext_lazy("Statistics"), icon=icon or "video-chart", **kwargs)

    class BoundPanel(Panel.BoundPanel):
        template_name = "video_pages/admin/statistics/panel.html"

        @property
        def media(self) -> Media:
            return Media(css={"all": [STATISTICS_CSS]})

        def get_context_data(self, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
            context = super().get_context_data(parent_context)
            page = self.instance
            if page.pk:
                now, source = clock.now(), page.source
                glance = statistics.at_a_glance(page, now=now)
                days = last_days(glance.days, now)
                scope = statistics.of_video(page)
                details = statistics.details(scope, *days, versions=current_versions(source.video_file), now=now)
                context.update(
                    glance=glance,
                    watching=details.watching,
                    by_day=charts.bars((day, counted.views) for day, counted in glance.by_day),
                    statistics_url=reverse("video_statistics", args=(source.pk,)),
                )
            return context


def current_versions(file: VideoFile | None) -> set[str]:
    """Return the names under which statistics store the version of `file` that plays now.

    Views without a version were counted before versions were stored. They belong to the first version of the file.
    """
    if file is None:
        return {UNKNOWN}
    return {file.version_name, UNKNOWN} if file.source_version == 1 else {file.version_name}
