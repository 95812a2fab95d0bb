"""The list of open sessions: the browsers that have access now, the page that each opens, its begin and its end.

An editor sees the sessions of videos and sections whose access they may change, and no others. The list shows the
family of a browser and a part of its address. No response contains the key of a session.
"""

from typing import Any, cast

from django.core.exceptions import PermissionDenied
from django.forms import Media
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import URLPattern, URLResolver, path, reverse
from django.utils.translation import gettext_lazy
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.tables import BulkActionsCheckboxColumn, Column, TitleColumn
from wagtail.admin.views import generic
from wagtail.admin.viewsets.base import ViewSet

from video_pages.access.models import VideoAccessSession, VideoAccessSessionQuerySet
from video_pages.access.responses import keep_out_of_caches
from video_pages.pages.models import VideoIndexPage, VideoPage
from video_pages.pages.permissions import may_see_sessions, sessions_endable_by
from video_pages.wagtail_admin.access.session_filters import OpenSessionsFilterSet
from video_pages.wagtail_admin.listing.columns import LISTING_CSS
from video_pages.wagtail_admin.requests import EditorRequest

OBJECT_TYPE = "session"


def opened_page(session: VideoAccessSession) -> VideoPage | VideoIndexPage:
    """Return the video or the section that `session` opens; a constraint of the table allows exactly one."""
    return cast(VideoPage | VideoIndexPage, session.video or session.section)


class OpensColumn(TitleColumn):
    """The title of the page that a session opens: a video, or a section with everything its password opens."""

    cell_template_name = "video_pages/admin/sessions/opens_cell.html"

    def __init__(self, name: str, **kwargs: Any) -> None:
        super().__init__(name, get_title_id=self._title_id, get_url=self._edit_url, **kwargs)

    def get_value(self, instance: VideoAccessSession) -> str:
        return opened_page(instance).get_admin_display_title()

    @staticmethod
    def _title_id(instance: VideoAccessSession) -> str:
        return f"{OBJECT_TYPE}_{instance.pk}_title"

    @staticmethod
    def _edit_url(instance: VideoAccessSession) -> str:
        return reverse("wagtailadmin_pages:edit", args=(instance.video_id or instance.section_id,))


class MomentColumn(Column):
    """A date with its time. Wagtail's own column shows "just now" for every time in the future."""

    cell_template_name = "video_pages/admin/sessions/moment_cell.html"


class PlainColumn(Column):
    """A text; a dash if it is empty."""

    empty_value_display = "–"


class OpenSessionsView(generic.IndexView):
    """The list. The number of queries does not grow with the number of sessions."""

    model = VideoAccessSession
    permission_policy = None  # `sessions_endable_by` checks the permission for each page
    template_name = "video_pages/admin/sessions/index.html"
    results_template_name = "video_pages/admin/sessions/results.html"
    page_title = gettext_lazy("Open sessions")
    header_icon = "group"
    index_url_name = "open_sessions:index"
    index_results_url_name = "open_sessions:index_results"
    search_fields = ["video__title", "section__title", "granted_by__label", "browser_family", "network"]
    filterset_class = OpenSessionsFilterSet
    default_ordering = "-created_at"
    paginate_by = 50
    columns = [
        BulkActionsCheckboxColumn("bulk_actions", obj_type=OBJECT_TYPE),
        OpensColumn("opens", label=gettext_lazy("Opens")),
        MomentColumn("created_at", label=gettext_lazy("Since"), sort_key="created_at"),
        MomentColumn("expires_at", label=gettext_lazy("Until"), sort_key="expires_at"),
        PlainColumn(
            "granted_by", label=gettext_lazy("Invitation"), accessor="granted_by.label", sort_key="granted_by__label"
        ),
        PlainColumn("browser_family", label=gettext_lazy("Browser"), sort_key="browser_family"),
        PlainColumn("network", label=gettext_lazy("From"), sort_key="network"),
    ]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not may_see_sessions(request.user):
            raise PermissionDenied
        return keep_out_of_caches(super().dispatch(request, *args, **kwargs))

    @classmethod
    def shown_to(cls, request: EditorRequest) -> VideoAccessSessionQuerySet:
        """Return all sessions that match the search and the filters in the address of `request`."""
        view = cls()
        view.setup(request)
        return view.get_queryset()

    def get_base_queryset(self) -> VideoAccessSessionQuerySet:
        return sessions_endable_by(self.request.user).select_related("video", "section", "granted_by")

    def order_queryset(self, queryset: VideoAccessSessionQuerySet) -> VideoAccessSessionQuerySet:
        return super().order_queryset(queryset).order_by(self.ordering, "-pk")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        context["model_opts"] = self.model._meta
        context["media"] += Media(css={"all": [LISTING_CSS]})
        return context


class SessionsMenuItem(MenuItem):
    """The menu item, for users who may change the access of any page."""

    def is_shown(self, request: EditorRequest) -> bool:
        return may_see_sessions(request.user)


class OpenSessionsViewSet(ViewSet):
    """The list of open sessions at `/admin/open-sessions/`, and its menu item."""

    name = "open_sessions"
    url_prefix = "open-sessions"
    icon = "group"
    menu_label = gettext_lazy("Open sessions")
    menu_name = "open-sessions"
    menu_order = 160  # after Videos
    menu_item_class = SessionsMenuItem
    add_to_admin_menu = True

    def get_urlpatterns(self) -> list[URLPattern | URLResolver]:
        return [
            path("", OpenSessionsView.as_view(), name="index"),
            path("results/", OpenSessionsView.as_view(results_only=True), name="index_results"),
        ]


def open_sessions_viewset() -> OpenSessionsViewSet:
    """Return the viewset for Wagtail's hook."""
    return OpenSessionsViewSet()
