"""Wagtail's own bulk actions in the page explorer, limited. The Videos listing has `publish`, `move` and `delete`."""

from typing import TYPE_CHECKING, Any

from django.contrib.auth.models import User
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from wagtail.admin import messages
from wagtail.admin.views.pages.bulk_actions import (
    DeleteBulkAction,
    MoveBulkAction,
    PublishBulkAction,
    UnpublishBulkAction,
)
from wagtail.models import Page
from wagtail.query import PageQuerySet

from video_pages.pages.deletion_locks import lock_for_deletion
from video_pages.pages.permissions import may_publish, visible_ids
from video_pages.pages.protected import ProtectedPage
from video_pages.wagtail_admin.bulk.delete import DeleteVideos
from video_pages.wagtail_admin.bulk.move import MoveVideos
from video_pages.wagtail_admin.bulk.publish import PublishVideos, UnpublishVideos
from video_pages.wagtail_admin.bulk.selection import ALL, DIGEST_FIELD, digest_of, listed_ids
from video_pages.wagtail_admin.deletion import warn_of_followers
from video_pages.wagtail_admin.requests import EditorRequest
from video_pages.wagtail_admin.sections.page_privacy import refuse_others
from video_pages.wagtail_admin.valid_filters import WholeListMixin

if TYPE_CHECKING:
    from wagtail.admin.views.pages.bulk_actions.page_bulk_action import PageBulkAction as ActionMixin
else:
    ActionMixin = object  # the classes that inherit from the mixin are bulk actions


class ListedPagesMixin(WholeListMixin, ActionMixin):
    """A bulk action on pages that the list shows; its screens name no pages that the user does not see in the tree.

    For "all", Wagtail applies the search and not the filters, and reads the list again when the editor has confirmed.
    Here the address of the confirmation's form has a digest of the list. If it has changed, the editor is asked again.
    """

    models = [Page]
    request: EditorRequest

    @property
    def is_whole_list(self) -> bool:
        """True if the request names the list and not its pages."""
        return ALL in self.request.GET.getlist("id")

    @cached_property
    def listed(self) -> list[int]:
        """The ids of the pages in the list, read once for a request."""
        return listed_ids(self.request, self.model)

    def get_all_objects_in_listing_query(self, parent_id: str | None) -> list[int]:
        return self.listed

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        if self.is_whole_list:
            context["submit_url"] = self.address(**{DIGEST_FIELD: digest_of(self.listed)})
        return context

    def post(self, request: EditorRequest) -> HttpResponse:
        if self.is_whole_list and digest_of(self.listed) != request.GET.get(DIGEST_FIELD):
            messages.warning(
                request, _("The list has changed since it was counted, so nothing was done. See it again.")
            )
            return redirect(self.address())
        return super().post(request)

    def address(self, **parameters: str) -> str:
        """Return the address of this action on the same pages, with `parameters` in place of a digest."""
        query = self.request.GET.copy()
        query.pop(DIGEST_FIELD, None)
        query.update(parameters)
        return f"{self.request.path}?{query.urlencode()}"

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
    """Publishes pages, and on request the drafts below them; not those that follow another page and have no drafts."""

    action_priority = PublishVideos.action_priority
    template_name = "video_pages/admin/bulk/publish_pages.html"

    def get_actionable_objects(self) -> tuple[list[Page], dict[str, list[Page]]]:
        objects, without_access = super().get_actionable_objects()
        self.left_out = [page for page in objects if page.alias_of_id]
        return [page for page in objects if not page.alias_of_id], without_access

    def object_context(self, obj: Page) -> dict[str, Any]:
        return {**super().object_context(obj), "draft_descendant_count": _drafts_below(obj).count()}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        reasons: dict[str, list[str]] = {}
        for page in (each.specific for each in self.left_out):
            is_withdrawn = isinstance(page, ProtectedPage) and page.is_withdrawn
            reason = (
                _("It is a translation that was unpublished: publish it under Translations.")
                if is_withdrawn
                else _("It is an alias or a translation: it goes live with its original.")
            )
            reasons.setdefault(reason, []).append(page.get_admin_display_title())
        return {**context, "left_out": list(reasons.items())}

    @classmethod
    def execute_action(
        cls, objects: list[Page], include_descendants: bool = False, user: User | None = None, **kwargs: Any
    ) -> tuple[int, int]:
        published, below = 0, 0
        for page in objects:
            published += super().execute_action([page], user=user, **kwargs)[0]
            if include_descendants:
                drafts = [each for each in _drafts_below(page).specific() if user is None or may_publish(each, user)]
                below += super().execute_action(drafts, user=user, **kwargs)[0]
        return published, below


def _drafts_below(page: Page) -> PageQuerySet:
    """Return the drafts below `page` that an editor publishes: aliases have no drafts of their own."""
    found: PageQuerySet = page.get_descendants().not_live().filter(alias_of=None)
    return found


class UnpublishPages(ListedPagesMixin, UnpublishBulkAction):
    action_priority = UnpublishVideos.action_priority


class DeletePages(ListedPagesMixin, DeleteBulkAction):
    action_priority = DeleteVideos.action_priority

    def get(self, request: EditorRequest) -> HttpResponse:
        objects, _without_access = self.get_actionable_objects()
        warn_of_followers(request, *objects)
        response: HttpResponse = super().get(request)
        return response

    @classmethod
    def execute_action(cls, objects: list[Page], **kwargs: Any) -> Any:
        # Together, because one after the other could wait for a visitor's report on two films that waits for this.
        lock_for_deletion(Page.objects.filter(pk__in=[page.pk for page in objects]))
        return super().execute_action(objects, **kwargs)
