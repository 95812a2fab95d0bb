"""Wagtail's screens for collections: nobody takes a right from those who may more, or gives them one.

Rights to a collection reach all below it, so a move gives and takes some; with a collection its rights are deleted.
"""

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _
from wagtail.admin.views.collections import Delete, Edit
from wagtail.models import GroupCollectionPermission

from video_pages.core.privileges import refuse_groups_with_more_rights


def refuse_change(user, collections):
    """Raise PermissionDenied if somebody who may more than `user` has a right to one of these collections' ids."""
    held = GroupCollectionPermission.objects.filter(collection__in=collections)
    refuse_groups_with_more_rights(user, set(held.values_list("group", flat=True)))


class GuardedEdit(Edit):
    """Renames a collection, or moves it."""

    def form_valid(self, form):
        if "parent" in form.changed_data:
            before, after = form.instance.get_parent(), form.cleaned_data["parent"]
            ids = [set(place.get_ancestors(inclusive=True).values_list("pk", flat=True)) for place in (before, after)]
            try:
                refuse_change(self.request.user, ids[0] ^ ids[1])
            except PermissionDenied:
                form.add_error("parent", _("This would change what somebody may do who may more than you."))
                return self.form_invalid(form)
        return super().form_valid(form)


class GuardedDelete(Delete):
    """Deletes an empty collection."""

    def get_object(self, *args, **kwargs):
        collection = super().get_object(*args, **kwargs)
        refuse_change(self.request.user, [collection.pk])
        return collection
