"""The list of requests for access. An editor sees those for pages whose access they may change."""

from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.sidebar import LinkMenuItem
from wagtail.admin.ui.tables import Column, StatusTagColumn, TitleColumn

from video_pages.access.requests.models import AccessRequest
from video_pages.pages.permissions import may_answer_requests, requests_answerable_by, requests_waiting_for
from video_pages.wagtail_admin.access.row_list import (
    AccessRowsMenuItem,
    AccessRowsView,
    AccessRowsViewSet,
    MomentColumn,
)
from video_pages.wagtail_admin.access_requests.answering import AnswerView, DeleteView
from video_pages.wagtail_admin.access_requests.filters import AccessRequestsFilterSet
from video_pages.wagtail_admin.requests import EditorRequest


def _answer_url(instance: AccessRequest) -> str:
    return reverse("access_requests:answer", args=(instance.pk,))


def _page_title(instance: AccessRequest) -> str:
    return str(instance.page.get_admin_display_title())


def _name(instance: AccessRequest) -> str:
    return instance.name or str(_("Erased"))


class AccessRequestsView(AccessRowsView):
    """The list, the newest first."""

    model = AccessRequest
    may_see = staticmethod(may_answer_requests)
    rows_of = staticmethod(requests_answerable_by)
    has_bulk_actions = False
    template_name = "wagtailadmin/generic/index.html"
    results_template_name = "video_pages/admin/access_requests/results.html"
    page_title = _("Requests")
    header_icon = "comment"
    index_url_name = "access_requests:index"
    index_results_url_name = "access_requests:index_results"
    search_fields = ["name", "email", "video__title", "section__title"]
    filterset_class = AccessRequestsFilterSet
    columns = [
        TitleColumn("name", label=_("Name"), accessor=_name, get_url=_answer_url, sort_key="name"),
        Column("email", label=_("Email address"), sort_key="email"),
        Column("page", label=_("Would like to watch"), accessor=_page_title),
        MomentColumn("created_at", label=_("Asked"), sort_key="created_at"),
        StatusTagColumn(
            "state",
            label=_("Status"),
            accessor="get_state_display",
            sort_key="state",
            primary=lambda instance: instance.state == AccessRequest.State.NEW,
        ),
    ]


class AccessRequestsMenuItem(AccessRowsMenuItem):
    """The menu item, which says how many requests wait for an answer."""

    def render_component(self, request: EditorRequest) -> LinkMenuItem:
        component: LinkMenuItem = super().render_component(request)
        waiting = requests_waiting_for(request.user)
        if waiting:
            component.label = f"{component.label} ({waiting})"
        return component


class AccessRequestsViewSet(AccessRowsViewSet):
    """The screens at `/admin/access-requests/`, and their menu item."""

    name = "access_requests"
    url_prefix = "access-requests"
    icon = "comment"
    menu_label = _("Requests")
    menu_order = 165  # after the open sessions
    menu_item_class = AccessRequestsMenuItem
    list_view = AccessRequestsView

    def further_urls(self) -> list[URLPattern]:
        return [
            path("<int:pk>/", AnswerView.as_view(), name="answer"),
            path("<int:pk>/delete/", DeleteView.as_view(), name="delete"),
        ]


def access_requests_viewset() -> AccessRequestsViewSet:
    """Return the viewset for Wagtail's hook."""
    return AccessRequestsViewSet()
