"""The page editor's panel “Statistics”: a video's last four weeks, and a link to all of its statistics."""

from typing import Any

from django.forms import Media
from django.urls import reverse
from django.utils.translation import gettext_lazy
from wagtail.admin.panels import Panel

from video_pages.analytics import charts, statistics

STATISTICS_CSS = "video_pages/css/statistics.css"


class StatisticsPanel(Panel):
    """A read-only panel; empty for a page that was never saved."""

    def __init__(self, heading: str = "", icon: str = "", **kwargs: Any) -> None:
        super().__init__(heading=heading or gettext_lazy("Statistics"), icon=icon or "history", **kwargs)

    class BoundPanel(Panel.BoundPanel):
        template_name = "video_pages/admin/statistics/panel.html"

        @property
        def media(self) -> Media:
            return Media(css={"all": [STATISTICS_CSS]})

        def get_context_data(self, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
            context = super().get_context_data(parent_context)
            page = self.instance
            if page.pk:
                glance = statistics.at_a_glance(page)
                context.update(
                    glance=glance,
                    by_day=charts.bars((day, counted.views) for day, counted in glance.by_day),
                    statistics_url=reverse("video_statistics", args=(page.source.pk,)),
                )
            return context
