"""The frame of the lists of rows about access: open sessions, invitations, requests.

An editor sees the rows of pages whose access they may change, and no others.
"""

from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from django.contrib.auth.models import AnonymousUser, User
from django.core.exceptions import PermissionDenied
from django.forms import Media
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path
from django.utils.functional import cached_property
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.tables import Column
from wagtail.admin.views import generic
from wagtail.admin.viewsets.base import ViewSet

from video_pages.access.responses import keep_out_of_caches
from video_pages.core.ordering import by_column
from video_pages.wagtail_admin.listing.columns import LISTING_CSS
from video_pages.wagtail_admin.long_lists import LongListMixin, in_order
from video_pages.wagtail_admin.requests import EditorRequest
from video_pages.wagtail_admin.valid_filters import check_filters


class MomentColumn(Column):
    """A date with its time. Wagtail's own column shows "just now" for every time in the future."""

    cell_template_name = "video_pages/admin/sessions/moment_cell.html"


class AccessRowsView(LongListMixin, generic.IndexView):
    """A list, the newest first. The number of queries does not grow with the number of rows.

    `may_see(user)` tells whether there is any page whose rows a user may see; `rows_of(user)` returns the queryset of
    these rows.
    """

    may_see: Callable[[User | AnonymousUser], bool]
    rows_of: Callable[[User | AnonymousUser], Any]
    request: EditorRequest
    permission_policy = None  # `rows_of` checks the permission for each page
    style_sheets: ClassVar[list[str]] = [LISTING_CSS]
    has_bulk_actions: ClassVar[bool] = True
    related: ClassVar[list[str]] = ["video", "section"]
    default_ordering = "-created_at"
    paginate_by = 50

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not self.may_see(request.user):
            raise PermissionDenied
        return keep_out_of_caches(super().dispatch(request, *args, **kwargs))

    @classmethod
    def shown_to(cls, request: EditorRequest) -> Any:
        """Return the queryset of all rows that match the search and the filters in the address of `request`.

        Raises FiltersNotValid.
        """
        view = cls()
        view.setup(request)
        check_filters(view)
        return view.get_queryset()

    def get_base_queryset(self) -> Any:
        return self.rows_of(self.request.user)

    def rows_with(self, ids: Sequence[int]) -> list[Any]:
        return in_order(self.rows_of(self.request.user).select_related(*self.related), ids)

    def order_queryset(self, queryset: Any) -> Any:
        return super().order_queryset(queryset).order_by(by_column(self.model, self.ordering), "-pk")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        if not self.is_export:
            context["media"] += Media(css={"all": self.style_sheets})
            if self.has_bulk_actions:
                context["model_opts"] = self.model._meta
        return context


class AccessRowsMenuItem(MenuItem):
    """The menu item of `list_view`, for the users who may see it."""

    list_view: type[AccessRowsView]

    def is_shown(self, request: EditorRequest) -> bool:
        return self.list_view.may_see(request.user)


class AccessRowsViewSet(ViewSet):
    """The screens below an address of the admin: `list_view` at the address itself, further ones, and a menu item."""

    list_view: ClassVar[type[AccessRowsView]]
    menu_item_class: type[AccessRowsMenuItem] = AccessRowsMenuItem
    add_to_admin_menu = True

    @cached_property
    def menu_name(self) -> str:
        return str(self.url_prefix)

    def get_menu_item(self, order: int | None = None) -> AccessRowsMenuItem:
        item: AccessRowsMenuItem = super().get_menu_item(order)
        item.list_view = self.list_view
        return item

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            path("", self.list_view.as_view(), name="index"),
            path("results/", self.list_view.as_view(results_only=True), name="index_results"),
            *self.further_urls(),
        ]

    def further_urls(self) -> list[URLPattern]:
        """Return the addresses of the screens beside the list."""
        return []
