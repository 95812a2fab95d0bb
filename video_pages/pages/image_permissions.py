"""Which images an editor may be told of and put on a page."""

from wagtail.images import get_image_model
from wagtail.permissions import policy_registry


def images_visible_to(user):
    """The images that `user` may choose, change or delete, as a queryset: what Wagtail's own lists show."""
    model = get_image_model()
    policy = policy_registry.get_by_type(model)
    return policy.instances_user_has_any_permission_for(user, {"choose", "change", "delete"})
