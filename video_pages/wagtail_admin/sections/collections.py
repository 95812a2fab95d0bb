"""Wagtail's screens for collections: a user cannot change the permissions of a group with more rights than their own.

Permissions on a collection include the collections below it, so a move changes them. Deleting a collection deletes its
permissions.
"""

from collections.abc import Iterable
from typing import Any

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.forms import ModelForm
from django.http import HttpResponse
from django.utils.translation import gettext as _
from wagtail.admin.views.collections import Delete, Edit
from wagtail.models import Collection, GroupCollectionPermission

from video_pages.core.privileges import refuse_groups_with_more_rights


def refuse_change(user: User, collections: Iterable[int]) -> None:
    """Raise PermissionDenied if a group with more rights than `user` has a permission on one of `collections` (ids)."""
    held = GroupCollectionPermission.objects.filter(collection__in=collections)
    refuse_groups_with_more_rights(user, set(held.values_list("group", flat=True)))


class EditCollectionView(Edit):
    """Renames or moves a collection."""

    def form_valid(self, form: ModelForm) -> HttpResponse:
        if "parent" in form.changed_data:
            before, after = form.instance.get_parent(), form.cleaned_data["parent"]
            ids = [set(place.get_ancestors(inclusive=True).values_list("pk", flat=True)) for place in (before, after)]
            try:
                refuse_change(self.request.user, ids[0] ^ ids[1])
            except PermissionDenied:
                form.add_error("parent", _("This would change the rights of a user who has more rights than you."))
                return self.form_invalid(form)
        return super().form_valid(form)


class DeleteCollectionView(Delete):
    """Deletes an empty collection."""

    def get_object(self, *args: Any, **kwargs: Any) -> Collection:
        collection = super().get_object(*args, **kwargs)
        refuse_change(self.request.user, [collection.pk])
        return collection
