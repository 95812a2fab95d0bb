"""Wagtail's screens and API action about earlier revisions of a page, limited to what the editor may use now.

A page that came from another section has earlier revisions with files, images and links of that section.
"""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from wagtail.admin import messages
from wagtail.admin.api.actions.revert_to_page_revision import RevertToPageRevisionAPIAction
from wagtail.admin.views.pages.revisions import RevisionsRevertView, RevisionsView
from wagtail.admin.viewsets.pages import PageViewSet
from wagtail.models import Page

from video_pages.pages.foreign_content import remove_foreign_content
from video_pages.wagtail_admin.compat import CompareViewHooks
from video_pages.wagtail_admin.requests import EditorRequest
from video_pages.wagtail_admin.sections.page_conversion import PrivateConvertAliasView, PrivateCopyView
from video_pages.wagtail_admin.sections.places import ArrangeableIndexView, PlaceView


class OwnRevisionView(RevisionsView):
    """The preview of a revision, without what the editor may not use."""

    request: EditorRequest

    def get_revision_object(self) -> Page:
        page = super().get_revision_object()
        remove_foreign_content(page, self.request.user)
        return page


class OwnRevisionsCompareView(CompareViewHooks):
    """The comparison of two revisions, without what the editor may not use."""

    request: EditorRequest

    def prepare(self, page: Page) -> None:
        remove_foreign_content(page, self.request.user)


class OwnRevertView(RevisionsRevertView):
    """The form with an earlier revision; what the editor may not use is replaced by what the page has now."""

    request: EditorRequest

    def get_object(self) -> Page:
        page = super().get_object()
        self.replaced = remove_foreign_content(page, self.request.user, use_saved=True)
        return page

    def get(self, request: EditorRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.replaced:
            messages.warning(
                request,
                _(
                    "That version has a film, a picture or links that you may not use. The form has those of the "
                    "present version in their place, or none."
                ),
            )
        return super().get(request, *args, **kwargs)


class CheckedRevert(RevertToPageRevisionAPIAction):
    """The admin API's return to an earlier revision: 403 if it has something that the user may not use."""

    def execute(self, instance: Page, data: dict[str, Any]) -> Any:
        revision = get_object_or_404(instance.revisions, pk=data["revision_id"])
        if remove_foreign_content(revision.as_object(), self.request.user):
            raise PermissionDenied(_("That version has a film, a picture or links that you may not use."))
        return super().execute(instance, data)


class OwnRevisionsViewSet(PageViewSet):
    """Wagtail's screens about pages of all kinds, with these views of revisions, conversions and the arranged order."""

    convert_alias_view_class = PrivateConvertAliasView
    copy_view_class = PrivateCopyView
    index_view_class = ArrangeableIndexView
    set_page_position_view_class = PlaceView
    revisions_view_class = OwnRevisionView
    revisions_compare_view_class = OwnRevisionsCompareView
    revisions_revert_view_class = OwnRevertView


def pages_viewset() -> OwnRevisionsViewSet:
    """Return the viewset for Wagtail's hook."""
    return OwnRevisionsViewSet()
