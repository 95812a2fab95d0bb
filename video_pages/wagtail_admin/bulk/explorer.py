"""Wagtail's own bulk actions in the page explorer; `publish`, `move`, `delete` are the listing of videos'."""

from wagtail.admin.views.pages.bulk_actions import (
    DeleteBulkAction,
    MoveBulkAction,
    PublishBulkAction,
    UnpublishBulkAction,
)
from wagtail.models import Page

from video_pages.pages.permissions import visible_ids
from video_pages.wagtail_admin.sections.page_privacy import refuse_others


class HideUnlistedPagesMixin:
    """A bulk action of Wagtail that names no page that the editor can't see in the page tree."""

    models = [Page]

    def get_actionable_objects(self):
        objects, without_access = super().get_actionable_objects()
        refused = without_access["items_with_no_access"]
        # Asked twice by Wagtail for one answer, the second time with what it has made of these pages.
        told = visible_ids(refused, self.request.user)
        without_access["items_with_no_access"] = [page for page in refused if page.pk in told]
        return objects, without_access


class MovePages(HideUnlistedPagesMixin, MoveBulkAction):
    def post(self, request):
        refuse_others([request.POST.get("chooser", "")], request.user)
        return super().post(request)


class PublishPages(HideUnlistedPagesMixin, PublishBulkAction):
    pass


class UnpublishPages(HideUnlistedPagesMixin, UnpublishBulkAction):
    pass


class DeletePages(HideUnlistedPagesMixin, DeleteBulkAction):
    pass
