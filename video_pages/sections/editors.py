"""A section with editors of its own: a group for the people, and a collection for the files of their films."""

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from wagtail.images import get_image_model
from wagtail.log_actions import log
from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission
from wagtail.permissions import policy_registry

from video_pages.core.privileges import (
    has_more_rights,
    rights_of,
    rights_of_groups,
    users_with_more_rights,
)
from video_pages.library.models import VideoFile
from video_pages.pages.models import VideoIndexPage
from video_pages.sections.collections import collection_of
from video_pages.sections.relocation import bring_files

LOG_EDITORS = "video_pages.own_editors"
PAGE_PERMISSIONS = ("add", "change", "publish")
FILE_PERMISSIONS = ("add", "change", "choose", "delete")
MAX_GROUP_NAME = 150  # of django.contrib.auth


class BeyondOwnRights(Exception):
    """Somebody would give editors more rights than they have."""


def give_own_editors(section, *, people=(), collection=None, user=None):
    """Make `people` the editors of `section` and let its files lie in `collection`, or in a new one.

    Return their Group. Its members may add, change and publish pages in the section and below, and it gives them no
    other files than those of the collection. Done again, it finds the group, and gives and takes what differs.
    `user` is who does it, None for an operator. Raises BeyondOwnRights if `user` may not all that the group would;
    then nothing is changed.
    """
    with transaction.atomic():
        own_rights = rights_of([user])[user.pk] if user else None  # before they join the group themselves
        section = VideoIndexPage.objects.select_for_update(of=("self",)).get(pk=section.source.pk)
        before = collection_of(section)
        collection = collection or section.collection or _new_collection(section)
        VideoIndexPage.objects.filter(pk=section.pk).update(collection=collection)
        bring_files(section, before=before, after=collection)
        group = editors_of(section) or Group.objects.create(name=_free_name(section))
        # Before anything is taken from it: people in a group that may more must not be cut down to who asks.
        if has_more_rights(rights_of_groups([group.pk])[group.pk], own_rights):
            raise BeyondOwnRights
        group.permissions.add(Permission.objects.get(content_type__app_label="wagtailadmin", codename="access_admin"))
        for name in PAGE_PERMISSIONS:
            permission = Permission.objects.get(content_type__app_label="wagtailcore", codename=f"{name}_page")
            GroupPagePermission.objects.get_or_create(group=group, page_id=section.pk, permission=permission)
        # Who can't be chosen (an account that is switched off, say) stays as they are.
        chosen = [one.pk for one in people]
        group.user_set.remove(*eligible_people(user).filter(groups=group).exclude(pk__in=chosen))
        group.user_set.add(*people)
        former = GroupCollectionPermission.objects.filter(group=group, permission__in=file_permissions())
        former.exclude(collection=collection).delete()
        for permission in file_permissions():
            GroupCollectionPermission.objects.get_or_create(group=group, collection=collection, permission=permission)
        if has_more_rights(rights_of_groups([group.pk])[group.pk], own_rights):
            raise BeyondOwnRights
        log(instance=section, action=LOG_EDITORS, user=user, data={"group": group.name, "collection": collection.name})
    return group


def editors_of(section):
    """Return the Group that was made for the editors of `section`, or None.

    It is known by what it may: change this section and no other page, enter the admin, and nothing else. A group that
    may more was made by somebody else, and is not this screen's to fill.
    """
    here = GroupPagePermission.objects.filter(page_id=section.pk, permission__codename="change_page").values("group")
    elsewhere = GroupPagePermission.objects.exclude(page_id=section.pk).values("group")
    more = Permission.objects.exclude(codename="access_admin").values("group")
    groups = Group.objects.filter(pk__in=here).exclude(pk__in=elsewhere)
    return groups.exclude(pk__in=more.filter(group__isnull=False)).order_by("pk").first()


def other_groups(section):
    """Return the groups with people in them that may change pages of `section` too, there or from above, by name."""
    places = section.get_ancestors(inclusive=True).values("pk")
    here = GroupPagePermission.objects.filter(page__in=places, permission__codename="change_page").values("group")
    own = editors_of(section)
    groups = Group.objects.filter(pk__in=here, user__is_active=True).exclude(pk=own.pk if own else None)
    return groups.distinct().order_by("name").prefetch_related("user_set")


def eligible_people(user=None):
    """Those whom `user` (None: an operator) can make editors of a section, or no longer, as a queryset.

    Active accounts that have not all rights already, and may no more than `user`.
    """
    people = get_user_model().objects.filter(is_active=True, is_superuser=False)
    if user is None or user.is_superuser:
        return people
    return people.exclude(pk__in=[person.pk for person in users_with_more_rights(user, list(people))])


def has_editors():
    """True if somebody who is no superuser may use the admin."""
    may_enter = Q(groups__permissions__codename="access_admin") | Q(user_permissions__codename="access_admin")
    return get_user_model().objects.filter(may_enter, is_active=True, is_superuser=False).exists()


def file_permissions():
    """The permissions that an editor has on a collection: those that are asked for video files and for images."""
    wanted = Q()
    for model in (policy_registry.get_by_type(each).auth_model for each in (VideoFile, get_image_model())):
        codenames = [f"{name}_{model._meta.model_name}" for name in FILE_PERMISSIONS]
        wanted |= Q(content_type__app_label=model._meta.app_label, codename__in=codenames)
    return Permission.objects.filter(wanted)


def _new_collection(section):
    """Make a collection below that of the section above: who edits that one works here as well."""
    above = VideoIndexPage.objects.filter(pk=section.get_parent().pk).first()
    inherited = collection_of(above) if above else None
    return (inherited or Collection.get_first_root_node()).add_child(name=section.title)


def _free_name(section):
    base = _("Editors of %(section)s") % {"section": section.title}
    name, number = base[:MAX_GROUP_NAME], 1
    while Group.objects.filter(name=name).exists():
        number += 1
        name = f"{base[: MAX_GROUP_NAME - 8]} {number}"
    return name
