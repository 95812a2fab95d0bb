"""The actions of the admin API that put a page below another: the destination is a page that the user sees.

Wagtail answers 404 for a destination that does not exist and 403 for one below which the user may put nothing, so the
response tells which ids are pages of other sections. Here both answer 404.
"""

from typing import TYPE_CHECKING, Any

from django.http import Http404
from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError
from wagtail.admin.api.actions.move import MovePageAPIAction
from wagtail.models import Page

if TYPE_CHECKING:
    from wagtail.admin.api.actions.base import APIAction as ActionMixin
else:
    ActionMixin = object  # the classes that inherit from the mixin are actions of the admin API

BELOW = {"first-child", "last-child"}
"""The positions for which the destination becomes the parent; the others are beside the destination."""


class VisibleDestinationMixin(ActionMixin):
    """An action of the admin API: 404 if it names a destination that the user does not see."""

    def execute(self, instance: Page, data: dict[str, Any]) -> Any:
        destination = data.get("destination_page_id")
        if destination is not None and not self.view.get_base_queryset().filter(pk=destination).exists():
            raise Http404
        return super().execute(instance, data)


class CheckedMove(VisibleDestinationMixin, MovePageAPIAction):
    """Moves a page; 400 for a position beside the root of the tree, which has no parent."""

    def execute(self, instance: Page, data: dict[str, Any]) -> Any:
        target = Page.objects.filter(pk=data["destination_page_id"]).first()
        if target is not None and target.is_root() and data.get("position") not in BELOW:
            raise ValidationError({"position": [_("No page can be beside the root of all pages.")]})
        return super().execute(instance, data)
