"""The images that an editor may see and put on a page."""

from django.contrib.auth.models import AnonymousUser, User
from django.db.models import QuerySet
from wagtail.images import get_image_model
from wagtail.images.models import AbstractImage
from wagtail.permissions import policy_registry


def images_visible_to(user: User | AnonymousUser) -> QuerySet[AbstractImage]:
    """Return the images that `user` may choose, change or delete: those that Wagtail's own lists show."""
    model = get_image_model()
    policy = policy_registry.get_by_type(model)
    return policy.instances_user_has_any_permission_for(user, {"choose", "change", "delete"})
