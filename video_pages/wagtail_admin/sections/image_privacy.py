"""Wagtail's API and bulk screens for images, which know every image: an editor is told of those they may use."""

from wagtail.images.api.admin.views import ImagesAdminAPIViewSet
from wagtail.images.views.bulk_actions import AddTagsBulkAction, AddToCollectionBulkAction, DeleteBulkAction

from video_pages.pages.image_permissions import images_visible_to


class GuardedImagesAPI(ImagesAdminAPIViewSet):
    """The images of Wagtail's admin API, listed, found or asked for one by one."""

    def get_queryset(self):
        return super().get_queryset().filter(pk__in=images_visible_to(self.request.user).values("pk"))


class HideUnlistedImagesMixin:
    """A bulk action in whose screens an image that is not to be told of does not occur."""

    def get_actionable_objects(self):
        images, left_out = super().get_actionable_objects()
        unable = left_out["items_with_no_access"]
        told = images_visible_to(self.request.user).filter(pk__in=[image.pk for image in unable])
        told = set(told.values_list("pk", flat=True))
        return images, {**left_out, "items_with_no_access": [image for image in unable if image.pk in told]}


class AddTags(HideUnlistedImagesMixin, AddTagsBulkAction):
    pass


class AddToCollection(HideUnlistedImagesMixin, AddToCollectionBulkAction):
    pass


class Delete(HideUnlistedImagesMixin, DeleteBulkAction):
    pass


BULK_ACTIONS = [AddTags, AddToCollection, Delete]


def guard_api(router):
    """Put the guarded images in place of Wagtail's own."""
    router.register_endpoint("images", GuardedImagesAPI)
