"""Addresses that stand in front of Wagtail's own ones in the admin, which have no hook that could limit them."""

from django.core.exceptions import PermissionDenied
from django.urls import path
from wagtail.admin.auth import require_admin_access
from wagtail.admin.views.chooser import ChosenMultipleView
from wagtail.admin.views.reports.page_types_usage import PageTypesUsageReportView

from video_pages.wagtail_admin.access.privacy import OwnGroupsPrivacyView
from video_pages.wagtail_admin.sections import collections
from video_pages.wagtail_admin.sections.page_privacy import refuse_others


@require_admin_access
def chosen_multiple(request):
    """Wagtail's answer to pages that were ticked in the chooser; refused if one is another section's film."""
    refuse_others(request.GET.getlist("id"), request.user)
    return ChosenMultipleView.as_view()(request)


@require_admin_access
def page_types_usage(request, results_only=False):
    """Wagtail's report that names the page of each type that was last edited, whoever's it is: for superusers."""
    if not request.user.is_superuser:
        raise PermissionDenied
    return PageTypesUsageReportView.as_view(results_only=results_only)(request)


def hide_page_types_usage(request, items):
    """Wagtail's hook for the Reports menu: no way to a report that is refused."""
    if not request.user.is_superuser:
        items[:] = [item for item in items if item.name != "page-types-usage"]


urlpatterns = [
    path("pages/<int:page_id>/privacy/", require_admin_access(OwnGroupsPrivacyView.as_view())),
    path("collections/<int:pk>/", require_admin_access(collections.GuardedEdit.as_view())),
    path("collections/<int:pk>/delete/", require_admin_access(collections.GuardedDelete.as_view())),
    path("choose-page/chosen-multiple/", chosen_multiple),
    path("reports/page-types-usage/", page_types_usage),
    path("reports/page-types-usage/results/", page_types_usage, {"results_only": True}),
]
