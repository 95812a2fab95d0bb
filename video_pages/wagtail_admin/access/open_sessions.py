"""The list of open sessions: the browsers that have access now, the page that each opens, its begin and its end.

An editor sees the sessions of videos and sections whose access they may change, and no others. Browsers are told
apart by the kind of device, the family of the browser, a part of its address, and how far it has watched. No response
contains the key of a session.
"""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy, pgettext_lazy
from wagtail.admin.ui.tables import BulkActionsCheckboxColumn, Column, TitleColumn

from video_pages.access.models import VideoAccessSession
from video_pages.pages.permissions import may_see_sessions, sessions_endable_by
from video_pages.pages.session_places import add_places
from video_pages.wagtail_admin.access.row_list import AccessRowsView, AccessRowsViewSet, MomentColumn
from video_pages.wagtail_admin.access.session_filters import OpenSessionsFilterSet

OBJECT_TYPE = "session"


class OpensColumn(TitleColumn):
    """The title of the page that a session opens: a video, or a section with everything its password opens."""

    cell_template_name = "video_pages/admin/sessions/opens_cell.html"

    def __init__(self, name: str, **kwargs: Any) -> None:
        super().__init__(name, get_title_id=self._title_id, get_url=self._edit_url, **kwargs)

    def get_value(self, instance: VideoAccessSession) -> str:
        return str(instance.page.get_admin_display_title())

    @staticmethod
    def _title_id(instance: VideoAccessSession) -> str:
        return f"{OBJECT_TYPE}_{instance.pk}_title"

    @staticmethod
    def _edit_url(instance: VideoAccessSession) -> str:
        return reverse("wagtailadmin_pages:edit", args=(instance.video_id or instance.section_id,))


class BrowserColumn(Column):
    """The kind of device and the family of the browser: "Phone, Safari"."""

    cell_template_name = "video_pages/admin/sessions/browser_cell.html"


class PlainColumn(Column):
    """A text; a dash if it is empty."""

    empty_value_display = "–"

    def get_value(self, instance: VideoAccessSession) -> str:
        return super().get_value(instance) or ""  # Wagtail shows no dash for None


class OpenSessionsView(AccessRowsView):
    """The list, the newest first."""

    model = VideoAccessSession
    may_see = staticmethod(may_see_sessions)
    rows_of = staticmethod(sessions_endable_by)
    related = ["video", "section", "granted_by"]
    template_name = "video_pages/admin/sessions/index.html"
    results_template_name = "video_pages/admin/sessions/results.html"
    page_title = gettext_lazy("Open sessions")
    header_icon = "group"
    index_url_name = "open_sessions:index"
    index_results_url_name = "open_sessions:index_results"
    search_fields = ["video__title", "section__title", "granted_by__label", "browser_family", "network"]
    filterset_class = OpenSessionsFilterSet
    columns = [
        BulkActionsCheckboxColumn("bulk_actions", obj_type=OBJECT_TYPE),
        OpensColumn("opens", label=pgettext_lazy("the page that access opens", "Opens")),
        MomentColumn("created_at", label=gettext_lazy("Since"), sort_key="created_at"),
        MomentColumn("expires_at", label=gettext_lazy("Until"), sort_key="expires_at"),
        Column("place_label", label=gettext_lazy("Watched")),
        PlainColumn(
            "granted_by", label=gettext_lazy("Invitation"), accessor="granted_by.label", sort_key="granted_by__label"
        ),
        BrowserColumn("browser_family", label=gettext_lazy("Device"), sort_key="device"),
        PlainColumn("network", label=gettext_lazy("Network"), sort_key="network"),
    ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        add_places(context["object_list"])
        return context


class OpenSessionsViewSet(AccessRowsViewSet):
    """The list of open sessions at `/admin/open-sessions/`, and its menu item."""

    name = "open_sessions"
    url_prefix = "open-sessions"
    icon = "group"
    menu_label = gettext_lazy("Open sessions")
    menu_order = 160  # after Videos
    list_view = OpenSessionsView


def open_sessions_viewset() -> OpenSessionsViewSet:
    """Return the viewset for Wagtail's hook."""
    return OpenSessionsViewSet()
