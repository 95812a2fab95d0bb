"""Copies and aliases hand over what they show: only who may edit a video or section may copy it.

Wagtail asks for the right to edit the page whose copy was ordered, but not for its subpages, which come to belong
to who copied them; and of an alias it asks for the alias's own place and not for its source. The hooks stand before
Wagtail's screens. Its admin API has the same actions and runs no hook, so they are guarded a second time.
"""

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.forms import CheckboxInput
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from wagtail.admin import messages
from wagtail.admin.api.actions.convert_alias import ConvertAliasPageAPIAction
from wagtail.admin.api.actions.copy import CopyPageAPIAction
from wagtail.admin.api.actions.create_alias import CreatePageAliasAPIAction
from wagtail.admin.api.views import PagesAdminAPIViewSet
from wagtail.models import Page
from wagtail.permissions import policy_registry

from video_pages.access.decide import may_edit
from video_pages.pages.models import VideoIndexPage, VideoPage
from video_pages.wagtail_admin.sections.page_privacy import without_others


def may_copy(page, user, *, recursive):
    """True if `user` may edit each video and section that a copy of `page` takes along, for an alias its source."""
    pages = page.get_descendants(inclusive=True) if recursive else Page.objects.filter(pk=page.pk)
    editable = policy_registry.get_by_type(Page).instances_user_has_permission_for(user, "change")
    in_doubt = Q(alias_of__isnull=False) | ~Q(pk__in=editable.order_by().values("pk"))
    gated = pages.type(VideoPage, VideoIndexPage).filter(in_doubt)
    return all(may_edit(gated_page.source, user) for gated_page in gated.specific())


def refuse_copy(request, page):
    """Wagtail's hook before its copy screen is shown and before it copies or makes aliases."""
    if not may_copy(page, request.user, recursive=False):
        messages.error(request, _("You may not copy this page: you may not edit what it shows."))
        return redirect("wagtailadmin_explore", page.get_parent().pk)
    if request.method != "POST":
        return None
    # Read as Wagtail's form reads it.
    recursive = CheckboxInput().value_from_datadict(request.POST, request.FILES, "copy_subpages")
    if recursive and not may_copy(page, request.user, recursive=True):
        messages.error(
            request,
            _("Not copied: there are videos or sections below this page that you may not edit. Copy it alone."),
        )
        return redirect("wagtailadmin_pages:copy", page.pk)
    return None


def refuse_conversion(request, page):
    """Wagtail's hook before an alias becomes an ordinary page, which has film and description for its own."""
    if may_copy(page, request.user, recursive=False):
        return None
    messages.error(request, _("Only who may edit the original page may make an ordinary page of this alias."))
    return redirect("wagtailadmin_explore", page.get_parent().pk)


class Guarded:
    """An action of the admin API that copies: refused with 403 where the screens refuse it."""

    def execute(self, instance, data):
        if not may_copy(instance, self.request.user, recursive=data.get("recursive", False)):
            raise PermissionDenied(_("There are videos or sections among these pages that you may not edit."))
        return super().execute(instance, data)


class GuardedCopy(Guarded, CopyPageAPIAction):
    pass


class GuardedAlias(Guarded, CreatePageAliasAPIAction):
    pass


class GuardedConversion(Guarded, ConvertAliasPageAPIAction):
    pass


class GuardedPagesAPI(PagesAdminAPIViewSet):
    """The pages of Wagtail's admin API, without others' films.

    Translations are for superusers: nobody else has the permission it asks.
    """

    actions = {
        **PagesAdminAPIViewSet.actions,
        "copy": GuardedCopy,
        "create_alias": GuardedAlias,
        "convert_alias": GuardedConversion,
    }

    def get_base_queryset(self, *args, **kwargs):
        return without_others(super().get_base_queryset(*args, **kwargs), self.request.user)


def guard_api(router):
    """Put the guarded pages in place of Wagtail's own."""
    router.register_endpoint("pages", GuardedPagesAPI)
