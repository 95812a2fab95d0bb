"""The panel about invitations on the dashboard: first playbacks and ends in the last days."""

import datetime as dt
from typing import Any

from django.forms import Media
from wagtail.admin.ui.components import Component

from video_pages.core import clock
from video_pages.pages.invitation_news import news_for
from video_pages.pages.panels.statistics import STATISTICS_CSS
from video_pages.pages.permissions import invitations_managed_by, may_invite
from video_pages.wagtail_admin.requests import EditorRequest

DAYS = 7
MOST_SHOWN = 10


class InvitationsDashboardPanel(Component):
    """The newest first, of the invitations that the user may manage. Empty for one without any."""

    name = "invitation_news"
    order = 95  # after the statistics, before Wagtail's panels about pages
    template_name = "video_pages/admin/dashboard/invitations_panel.html"

    @property
    def media(self) -> Media:
        return Media(css={"all": [STATISTICS_CSS]})

    def get_context_data(self, parent_context: dict[str, Any]) -> dict[str, Any]:
        user, now = parent_context["request"].user, clock.now()
        news = news_for(user, now - dt.timedelta(days=DAYS), now)
        return {"news": news[:MOST_SHOWN], "count": len(news), "days_count": DAYS}


def add_dashboard_panel(request: EditorRequest, panels: list[Component]) -> None:
    """Add the panel for users who may manage an invitation that exists; Wagtail's hook."""
    if may_invite(request.user) and invitations_managed_by(request.user).exists():
        panels.append(InvitationsDashboardPanel())
