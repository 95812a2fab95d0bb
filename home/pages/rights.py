"""Rights to edit the pages about the site: for users who may change its appearance and texts, and edit pages there.

Editors of videos have permissions on all pages of the tree, and they work in sections. What an imprint says is the
owner's: so Wagtail's permissions on pages count for these pages only together with that on the settings of the site.
"""

from typing import Any

from django.contrib.auth.models import AnonymousUser, User
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from wagtail.models import GroupPagePermission, Page
from wagtail.permissions import register_permission_policy

from home.compat import OwnersCachePolicy
from home.pages.ordinary_page import OrdinaryPage
from video_pages.pages import permissions

OWNERS = "home.change_sitesettings"
"""The permission of the group "Site owners"."""


class OwnersPagePermissionPolicy(OwnersCachePolicy):
    """Wagtail's permissions on pages, for users with the permission OWNERS; nothing for others."""

    def get_all_permissions_for_user(self, user: User | AnonymousUser) -> QuerySet[Any]:
        found = super().get_all_permissions_for_user(user)
        return found if user.has_perm(OWNERS) else GroupPagePermission.objects.none()

    def user_has_any_permission_for_instance(self, user: Any, actions: Any, instance: Page) -> bool:
        return user.has_perm(OWNERS) and super().user_has_any_permission_for_instance(user, actions, instance)


def register() -> None:
    """Register the policy with Wagtail, and `hidden_drafts`; called once, when the models are loaded."""
    register_permission_policy(OrdinaryPage, OwnersPagePermissionPolicy(OrdinaryPage))
    permissions.HIDING_RULES.append(hidden_drafts)


def hidden_drafts(user: User | AnonymousUser) -> Q:
    """Return which pages about the site `user` does not see in the admin: unpublished ones, unless an owner."""
    if user.has_perm(OWNERS):
        return Q(pk__in=[])
    return Q(content_type__app_label="home", content_type__model="ordinarypage", live=False)


def refuse_creation(request: HttpRequest, parent: Page, page_class: type[Page]) -> None:
    """Refuse a new page about the site by a user who could not edit it; Wagtail's hook. Raises PermissionDenied."""
    if issubclass(page_class, OrdinaryPage) and not request.user.has_perm(OWNERS):
        raise PermissionDenied


def refuse_copy(request: HttpRequest, page: Page) -> None:
    """Refuse a copy that would contain a page about the site, as `refuse_creation`; Wagtail's hook."""
    if request.user.has_perm(OWNERS):
        return
    if OrdinaryPage.objects.descendant_of(page, inclusive=True).exists():
        raise PermissionDenied
