"""Wagtail's own bulk actions in the page explorer, limited. The Videos listing has `publish`, `move` and `delete`."""

from typing import TYPE_CHECKING

from django.http import HttpResponse
from wagtail.admin.views.pages.bulk_actions import (
    DeleteBulkAction,
    MoveBulkAction,
    PublishBulkAction,
    UnpublishBulkAction,
)
from wagtail.models import Page

from video_pages.pages.permissions import visible_ids
from video_pages.wagtail_admin.bulk.delete import DeleteVideos
from video_pages.wagtail_admin.bulk.move import MoveVideos
from video_pages.wagtail_admin.bulk.publish import PublishVideos, UnpublishVideos
from video_pages.wagtail_admin.bulk.selection import listed_ids
from video_pages.wagtail_admin.requests import EditorRequest
from video_pages.wagtail_admin.sections.page_privacy import refuse_others
from video_pages.wagtail_admin.valid_filters import WholeListMixin

if TYPE_CHECKING:
    from wagtail.admin.views.pages.bulk_actions.page_bulk_action import PageBulkAction as ActionMixin
else:
    ActionMixin = object  # the classes that inherit from the mixin are bulk actions


class ListedPagesMixin(WholeListMixin, ActionMixin):
    """A bulk action on pages that the list shows; its screens name no pages that the user does not see in the tree.

    For "all", Wagtail applies the search and not the filters.
    """

    models = [Page]

    def get_all_objects_in_listing_query(self, parent_id: str | None) -> list[int]:
        return listed_ids(self.request, self.model)

    def get_actionable_objects(self) -> tuple[list[Page], dict[str, list[Page]]]:
        objects, without_access = super().get_actionable_objects()
        refused = without_access["items_with_no_access"]
        # Wagtail calls this twice for one response; the second time, `refused` is already filtered.
        visible = visible_ids(refused, self.request.user)
        without_access["items_with_no_access"] = [page for page in refused if page.pk in visible]
        return objects, without_access


class MovePages(ListedPagesMixin, MoveBulkAction):
    action_priority = MoveVideos.action_priority

    def post(self, request: EditorRequest) -> HttpResponse:
        refuse_others([request.POST.get("chooser", "")], request.user)
        return super().post(request)


class PublishPages(ListedPagesMixin, PublishBulkAction):
    action_priority = PublishVideos.action_priority


class UnpublishPages(ListedPagesMixin, UnpublishBulkAction):
    action_priority = UnpublishVideos.action_priority


class DeletePages(ListedPagesMixin, DeleteBulkAction):
    action_priority = DeleteVideos.action_priority
