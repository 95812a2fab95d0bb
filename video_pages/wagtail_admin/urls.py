"""Addresses in the admin that Wagtail has no hook for: those that limit its own screens, and what browsers keep."""

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.urls import path
from wagtail.admin.auth import require_admin_access
from wagtail.admin.menu import MenuItem
from wagtail.admin.views.chooser import ChosenMultipleView
from wagtail.admin.views.reports.page_types_usage import PageTypesUsageReportView
from wagtail.models import Page

from video_pages.pages.permissions import may_see_whole_site
from video_pages.wagtail_admin.access.privacy import OwnGroupsPrivacyView
from video_pages.wagtail_admin.requests import EditorRequest
from video_pages.wagtail_admin.sections import collections, redirects
from video_pages.wagtail_admin.sections.page_privacy import refuse_others
from video_pages.wagtail_admin.video import still


@require_admin_access
def chosen_multiple(request: EditorRequest) -> HttpResponse:
    """Return the pages that were ticked in Wagtail's chooser; 403 if the user may not see one of them."""
    ids = request.GET.getlist("id")
    refuse_others(ids, request.user)
    if Page.objects.filter(pk__in=ids, depth=1).exists():
        raise Http404  # nobody can tick the root; Wagtail's view asks for the parent of each page
    return ChosenMultipleView.as_view()(request)


@require_admin_access
def page_types_usage(request: EditorRequest, results_only: bool = False) -> HttpResponse:
    """Return Wagtail's report of page types, for superusers: it names the last edited page of any section."""
    if not may_see_whole_site(request.user):
        raise PermissionDenied
    return PageTypesUsageReportView.as_view(results_only=results_only)(request)


def hide_page_types_usage(request: EditorRequest, items: list[MenuItem]) -> None:
    """Remove the report of page types from the Reports menu of a user who is no superuser; Wagtail's hook."""
    if not may_see_whole_site(request.user):
        items[:] = [item for item in items if item.name != "page-types-usage"]


urlpatterns = [
    *still.URLS,
    path("pages/<int:page_id>/privacy/", require_admin_access(OwnGroupsPrivacyView.as_view())),
    path("collections/<int:pk>/", require_admin_access(collections.EditCollectionView.as_view())),
    path("collections/<int:pk>/delete/", require_admin_access(collections.DeleteCollectionView.as_view())),
    path("redirects/", require_admin_access(redirects.VisibleRedirectsView.as_view())),
    path("redirects/results/", require_admin_access(redirects.VisibleRedirectsView.as_view(results_only=True))),
    path("redirects/<int:redirect_id>/delete/", require_admin_access(redirects.DeleteRedirectView.as_view())),
    path("redirects/add/", require_admin_access(redirects.AddRedirectView.as_view())),
    path("redirects/<int:redirect_id>/", require_admin_access(redirects.EditRedirectView.as_view())),
    path("choose-page/chosen-multiple/", chosen_multiple),
    path("reports/page-types-usage/", page_types_usage),
    path("reports/page-types-usage/results/", page_types_usage, {"results_only": True}),
]
