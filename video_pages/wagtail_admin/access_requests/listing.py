"""The list of requests for access. An editor sees those for pages whose access they may change."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.forms import Media
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import URLPattern, URLResolver, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.sidebar import LinkMenuItem
from wagtail.admin.ui.tables import Column, StatusTagColumn, TitleColumn
from wagtail.admin.views import generic
from wagtail.admin.viewsets.base import ViewSet

from video_pages.access.requests.models import AccessRequest
from video_pages.access.responses import keep_out_of_caches
from video_pages.pages.permissions import may_answer_requests, requests_answerable_by, requests_waiting_for
from video_pages.wagtail_admin.access.open_sessions import MomentColumn
from video_pages.wagtail_admin.access_requests.answering import AnswerView, DeleteView
from video_pages.wagtail_admin.access_requests.filters import AccessRequestsFilterSet
from video_pages.wagtail_admin.listing.columns import LISTING_CSS
from video_pages.wagtail_admin.requests import EditorRequest


def _answer_url(instance: AccessRequest) -> str:
    return reverse("access_requests:answer", args=(instance.pk,))


def _page_title(instance: AccessRequest) -> str:
    return str(instance.page.get_admin_display_title())


def _name(instance: AccessRequest) -> str:
    return instance.name or str(_("Erased"))


class AccessRequestsView(generic.IndexView):
    """The list, the newest first. The number of queries does not grow with the number of requests."""

    request: EditorRequest
    model = AccessRequest
    permission_policy = None  # `requests_answerable_by` checks the permission for each page
    template_name = "wagtailadmin/generic/index.html"
    results_template_name = "video_pages/admin/access_requests/results.html"
    page_title = _("Requests")
    header_icon = "comment"
    index_url_name = "access_requests:index"
    index_results_url_name = "access_requests:index_results"
    search_fields = ["name", "email", "video__title", "section__title"]
    filterset_class = AccessRequestsFilterSet
    default_ordering = "-created_at"
    paginate_by = 50
    columns = [
        TitleColumn("name", label=_("Name"), accessor=_name, get_url=_answer_url, sort_key="name"),
        Column("email", label=_("Email address"), sort_key="email"),
        Column("page", label=_("Would like to watch"), accessor=_page_title),
        MomentColumn("created_at", label=_("Asked"), sort_key="created_at"),
        StatusTagColumn(
            "state",
            label=_("State"),
            accessor="get_state_display",
            sort_key="state",
            primary=lambda instance: instance.state == AccessRequest.State.NEW,
        ),
    ]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not may_answer_requests(request.user):
            raise PermissionDenied
        return keep_out_of_caches(super().dispatch(request, *args, **kwargs))

    def get_base_queryset(self) -> Any:
        return requests_answerable_by(self.request.user).select_related("video", "section")

    def order_queryset(self, queryset: Any) -> Any:
        return super().order_queryset(queryset).order_by(self.ordering, "-pk")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        context["media"] += Media(css={"all": [LISTING_CSS]})
        return context


class AccessRequestsMenuItem(MenuItem):
    """The menu item, for users who may change the access of any page; it says how many requests wait for an answer."""

    def is_shown(self, request: EditorRequest) -> bool:
        return may_answer_requests(request.user)

    def render_component(self, request: EditorRequest) -> LinkMenuItem:
        component: LinkMenuItem = super().render_component(request)
        waiting = requests_waiting_for(request.user)
        if waiting:
            component.label = f"{component.label} ({waiting})"
        return component


class AccessRequestsViewSet(ViewSet):
    """The screens at `/admin/access-requests/`, and their menu item."""

    name = "access_requests"
    url_prefix = "access-requests"
    icon = "comment"
    menu_label = _("Requests")
    menu_name = "access-requests"
    menu_order = 165  # after the open sessions
    menu_item_class = AccessRequestsMenuItem
    add_to_admin_menu = True

    def get_urlpatterns(self) -> list[URLPattern | URLResolver]:
        return [
            path("", AccessRequestsView.as_view(), name="index"),
            path("results/", AccessRequestsView.as_view(results_only=True), name="index_results"),
            path("<int:pk>/", AnswerView.as_view(), name="answer"),
            path("<int:pk>/delete/", DeleteView.as_view(), name="delete"),
        ]


def access_requests_viewset() -> AccessRequestsViewSet:
    """Return the viewset for Wagtail's hook."""
    return AccessRequestsViewSet()
