"""Permissions to copy: a copy or an alias shows the content of its original, so the user must be able to edit that.

Wagtail checks the permission to edit the copied page, but not its subpages, and for an alias it does not check the
source. Hooks add these checks to Wagtail's screens. Its admin API has the same actions and runs no hooks, so its
actions are replaced as well.
"""

from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.forms import CheckboxInput
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from wagtail.admin import messages
from wagtail.admin.api.actions.convert_alias import ConvertAliasPageAPIAction
from wagtail.admin.api.actions.copy import CopyPageAPIAction
from wagtail.admin.api.actions.create_alias import CreatePageAliasAPIAction
from wagtail.admin.api.views import PagesAdminAPIViewSet
from wagtail.api.v2.router import WagtailAPIRouter
from wagtail.models import Page
from wagtail.query import PageQuerySet

from video_pages.pages.converting import kept_private, restrict_like, restrictions_below
from video_pages.pages.permissions import may_copy
from video_pages.wagtail_admin.requests import EditorRequest
from video_pages.wagtail_admin.sections.page_destinations import CheckedMove, VisibleDestinationMixin
from video_pages.wagtail_admin.sections.page_privacy import without_others
from video_pages.wagtail_admin.sections.page_revisions import CheckedRevert


def refuse_copy(request: EditorRequest, page: Page) -> HttpResponse | None:
    """Refuse a copy that `may_copy` does not allow; Wagtail's hook before the copy screen and before the copy."""
    if not may_copy(page, request.user, recursive=False):
        messages.error(request, _("You may not copy this page: you may not edit what it shows."))
        return redirect("wagtailadmin_explore", page.get_parent().pk)
    if request.method != "POST":
        return None
    # As Wagtail's form reads it.
    recursive = CheckboxInput().value_from_datadict(request.POST, request.FILES, "copy_subpages")
    if recursive and not may_copy(page, request.user, recursive=True):
        messages.error(
            request,
            _("Not copied: there are videos or sections below this page that you may not edit. Copy it alone."),
        )
        return redirect("wagtailadmin_pages:copy", page.pk)
    return None


def refuse_conversion(request: EditorRequest, page: Page) -> HttpResponse | None:
    """Refuse to convert an alias that `may_copy` does not allow; Wagtail's hook.

    The converted page has its own video file and description.
    """
    if may_copy(page, request.user, recursive=False):
        return None
    messages.error(request, _("Only users who may edit the original page may make an ordinary page of this alias."))
    return redirect("wagtailadmin_explore", page.get_parent().pk)


if TYPE_CHECKING:
    from wagtail.admin.api.actions.base import APIAction as ActionMixin
else:
    ActionMixin = object  # the classes that inherit from the mixin are actions of the admin API


class CheckedActionMixin(ActionMixin):
    """An action of the admin API that copies: 403 if `may_copy` does not allow it."""

    def execute(self, instance: Page, data: dict[str, Any]) -> Any:
        if not may_copy(instance, self.request.user, recursive=data.get("recursive", False)):
            raise PermissionDenied(_("There are videos or sections among these pages that you may not edit."))
        return super().execute(instance, data)


class CheckedCopy(VisibleDestinationMixin, CheckedActionMixin, CopyPageAPIAction):
    """The admin API's copy of a page; each copy is as private as its original."""

    def execute(self, instance: Page, data: dict[str, Any]) -> Any:
        with transaction.atomic():
            before = restrictions_below(instance)
            response = super().execute(instance, data)
            restrict_like(before, Page.objects.get(pk=response.data["id"]), self.request.user)
        return response


class CheckedAlias(VisibleDestinationMixin, CheckedActionMixin, CreatePageAliasAPIAction):
    pass


class CheckedConversion(CheckedActionMixin, ConvertAliasPageAPIAction):
    """The admin API's conversion of an alias; the page stays private."""

    def execute(self, instance: Page, data: dict[str, Any]) -> Any:
        with kept_private(instance, self.request.user):
            return super().execute(instance, data)


class VisiblePagesAPI(PagesAdminAPIViewSet):
    """The pages of Wagtail's admin API, without videos and sections that the user does not see.

    The action for translations is not replaced: only superusers have the permission that it requires.
    """

    actions = {
        **PagesAdminAPIViewSet.actions,
        "copy": CheckedCopy,
        "create_alias": CheckedAlias,
        "convert_alias": CheckedConversion,
        "move": CheckedMove,
        "revert_to_page_revision": CheckedRevert,
    }

    def get_base_queryset(self, *args: Any, **kwargs: Any) -> PageQuerySet:
        return without_others(super().get_base_queryset(*args, **kwargs), self.request.user)


def register_api(router: WagtailAPIRouter) -> None:
    """Replace the pages of Wagtail's admin API; Wagtail's hook."""
    router.register_endpoint("pages", VisiblePagesAPI)
