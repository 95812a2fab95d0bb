"""The panel of the dashboard with the pages that could not be published on their dates; none without such a page."""

import datetime as dt
from typing import Any

from django.contrib.auth.models import AnonymousUser, User
from django.forms import Media
from wagtail.admin.ui.components import Component
from wagtail.models import Page

from video_pages.core import clock
from video_pages.pages.panels.statistics import STATISTICS_CSS
from video_pages.pages.permissions import publishable_pages
from video_pages.pages.schedule import late_revisions
from video_pages.wagtail_admin.requests import EditorRequest

MOST_SHOWN = 10


class SchedulePanel(Component):
    """The pages with their dates, those with the earliest first."""

    name = "late_pages"
    order = 15  # above all that is no problem
    template_name = "video_pages/admin/dashboard/schedule_panel.html"

    def __init__(self, pages: list[tuple[Page, dt.datetime]]) -> None:
        self._pages = pages

    @property
    def media(self) -> Media:
        return Media(css={"all": [STATISTICS_CSS]})

    def get_context_data(self, parent_context: dict[str, Any]) -> dict[str, Any]:
        return {"pages": self._pages[:MOST_SHOWN], "count": len(self._pages)}


def late_pages(user: User | AnonymousUser) -> list[tuple[Page, dt.datetime]]:
    """Return (page, date) of the pages that should be live and that `user` may publish; one query if there are none."""
    dates = {
        int(page_id): date
        for page_id, date in late_revisions(clock.now()).values_list("object_id", "approved_go_live_at")
    }
    if not dates:
        return []
    found = publishable_pages(user).filter(pk__in=dates)
    return sorted(((page, dates[page.pk]) for page in found), key=lambda row: (row[1], row[0].pk))


def add_dashboard_panel(request: EditorRequest, panels: list[Component]) -> None:
    """Add the panel for users who may publish such a page; Wagtail's hook."""
    pages = late_pages(request.user)
    if pages:
        panels.append(SchedulePanel(pages))
