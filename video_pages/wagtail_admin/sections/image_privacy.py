"""Wagtail's API and bulk actions for images, limited to images that the user may see."""

from typing import TYPE_CHECKING

from django.db.models import QuerySet
from wagtail.api.v2.router import WagtailAPIRouter
from wagtail.images.api.admin.views import ImagesAdminAPIViewSet
from wagtail.images.models import Image
from wagtail.images.views.bulk_actions import AddTagsBulkAction, AddToCollectionBulkAction, DeleteBulkAction

from video_pages.pages.image_permissions import images_visible_to


class VisibleImagesAPI(ImagesAdminAPIViewSet):
    """The images of Wagtail's admin API: lists, search results and single images."""

    def get_queryset(self) -> QuerySet[Image]:
        return super().get_queryset().filter(pk__in=images_visible_to(self.request.user).values("pk"))


if TYPE_CHECKING:
    from wagtail.images.views.bulk_actions.image_bulk_action import ImageBulkAction as ActionMixin
else:
    ActionMixin = object  # the classes that inherit from the mixin are bulk actions


class HideUnlistedImagesMixin(ActionMixin):
    """A bulk action whose screens do not mention images that the user may not see."""

    def get_actionable_objects(self) -> tuple[list[Image], dict[str, list[Image]]]:
        images, left_out = super().get_actionable_objects()
        unable = left_out["items_with_no_access"]
        found = images_visible_to(self.request.user).filter(pk__in=[image.pk for image in unable])
        visible = set(found.values_list("pk", flat=True))
        return images, {**left_out, "items_with_no_access": [image for image in unable if image.pk in visible]}


class AddTags(HideUnlistedImagesMixin, AddTagsBulkAction):
    pass


class AddToCollection(HideUnlistedImagesMixin, AddToCollectionBulkAction):
    pass


class Delete(HideUnlistedImagesMixin, DeleteBulkAction):
    pass


BULK_ACTIONS = [AddTags, AddToCollection, Delete]


def register_api(router: WagtailAPIRouter) -> None:
    """Replace the images of Wagtail's admin API; Wagtail's hook."""
    router.register_endpoint("images", VisibleImagesAPI)
