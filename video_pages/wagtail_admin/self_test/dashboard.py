"""The panel of the dashboard with the result of the last self-test, for superusers; none before the first run."""

from typing import Any

from django.urls import reverse
from wagtail.admin.ui.components import Component

from video_pages.pages.permissions import may_see_whole_site
from video_pages.self_test.keeping import latest_run
from video_pages.self_test.models import SelfTestRun
from video_pages.wagtail_admin.requests import EditorRequest
from video_pages.wagtail_admin.self_test.screen import VIEW_NAME


class SelfTestPanel(Component):
    """The result in one sentence, and a link to the rows."""

    name = "video_self_test"
    order = 95  # after the statistics
    template_name = "video_pages/admin/self_test/panel.html"

    def __init__(self, run: SelfTestRun) -> None:
        self._run = run

    def get_context_data(self, parent_context: dict[str, Any]) -> dict[str, Any]:
        return {"run": self._run, "url": reverse(VIEW_NAME)}


def add_dashboard_panel(request: EditorRequest, panels: list[Component]) -> None:
    """Add the panel if there is a result; Wagtail's hook."""
    if may_see_whole_site(request.user) and (run := latest_run()) is not None:
        panels.append(SelfTestPanel(run))
