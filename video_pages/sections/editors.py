"""Editors of one section: a group for the people, and a collection for the files of their videos."""

from collections.abc import Iterable

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission, User
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from wagtail.images import get_image_model
from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission
from wagtail.permissions import policy_registry

from video_pages.core.actions import LoggedAction
from video_pages.core.log_actions import LogAction
from video_pages.core.privileges import (
    has_more_rights,
    rights_of,
    rights_of_groups,
    users_with_more_rights,
)
from video_pages.core.rights import PageRight
from video_pages.library.models import VideoFile
from video_pages.pages.models import VideoIndexPage
from video_pages.sections.collections import collection_of
from video_pages.sections.relocation import relocate_files

PAGE_PERMISSIONS = ("add", "change", "publish")
FILE_PERMISSIONS = ("add", "change", "choose", "delete")
MAX_GROUP_NAME = 150  # of django.contrib.auth


class InsufficientRights(Exception):
    """A user may not give editors permissions that the user does not have."""


class EditorsPermissionError(PermissionDenied):
    """The user may not choose the editors of this section."""


class SetSectionEditorsAction(LoggedAction):
    """Makes `people` the editors of a section and puts its files into `collection`, or into a new one.

    `execute` returns their Group. Its members may add, change and publish pages in the section and below, and use the
    files of the collection only. A second call finds the group and changes the members and permissions that differ.
    `user` is the user who asks, None for an operator. Raises InsufficientRights, and changes nothing, if the group
    would have permissions that `user` lacks.
    """

    action_name = "set_section_editors"
    permission_policy_action = PageRight.CHOOSE_EDITORS
    permission_error_class = EditorsPermissionError
    log_action = LogAction.EDITORS_CHOSEN

    def __init__(
        self,
        section: VideoIndexPage,
        *,
        people: Iterable[User] = (),
        collection: Collection | None = None,
        user: User | None = None,
    ) -> None:
        super().__init__(section.source, user=user)
        self._people, self._collection = list(people), collection

    def act(self) -> Group:
        user = self.user
        own_rights = rights_of([user])[user.pk] if user else None  # before `user` may join the group
        section = VideoIndexPage.objects.select_for_update(of=("self",)).get(pk=self.instance.pk)
        before = collection_of(section)
        collection = self._collection or section.collection or _new_collection(section)
        VideoIndexPage.objects.filter(pk=section.pk).update(collection=collection)
        relocate_files(section, before=before, after=collection)
        group = editors_group_of(section) or Group.objects.create(name=_free_name(section))
        # Checked before the group loses a permission: members of a stronger group must not be cut down to `user`.
        if has_more_rights(rights_of_groups([group.pk])[group.pk], own_rights):
            raise InsufficientRights
        group.permissions.add(Permission.objects.get(content_type__app_label="wagtailadmin", codename="access_admin"))
        for name in PAGE_PERMISSIONS:
            permission = Permission.objects.get(content_type__app_label="wagtailcore", codename=f"{name}_page")
            GroupPagePermission.objects.get_or_create(group=group, page_id=section.pk, permission=permission)
        # Members who can't be chosen, such as inactive accounts, stay in the group.
        chosen = [one.pk for one in self._people]
        group.user_set.remove(*eligible_people(user).filter(groups=group).exclude(pk__in=chosen))
        group.user_set.add(*self._people)
        former = GroupCollectionPermission.objects.filter(group=group, permission__in=file_permissions())
        former.exclude(collection=collection).delete()
        for permission in file_permissions():
            GroupCollectionPermission.objects.get_or_create(group=group, collection=collection, permission=permission)
        if has_more_rights(rights_of_groups([group.pk])[group.pk], own_rights):
            raise InsufficientRights
        self.log_data = {"group": group.name, "collection": collection.name}
        return group


def set_section_editors(
    section: VideoIndexPage,
    *,
    people: Iterable[User] = (),
    collection: Collection | None = None,
    user: User | None = None,
) -> Group:
    """Set the editors of `section` without a check of the right to choose them; see SetSectionEditorsAction."""
    action = SetSectionEditorsAction(section, people=people, collection=collection, user=user)
    return action.execute(skip_permission_checks=True)


def editors_group_of(section: VideoIndexPage) -> Group | None:
    """Return the Group that was made for the editors of `section`, or None.

    Its permissions identify it: it may change this section and no other page, and enter the admin. A group with further
    permissions was made otherwise, and its members are not changed here.
    """
    here = GroupPagePermission.objects.filter(page_id=section.pk, permission__codename="change_page").values("group")
    elsewhere = GroupPagePermission.objects.exclude(page_id=section.pk).values("group")
    more = Permission.objects.exclude(codename="access_admin").values("group")
    groups = Group.objects.filter(pk__in=here).exclude(pk__in=elsewhere)
    return groups.exclude(pk__in=more.filter(group__isnull=False)).order_by("pk").first()


def other_editor_groups(section: VideoIndexPage) -> QuerySet[Group]:
    """Return the other groups with active members that may change pages of `section`, by name."""
    places = section.get_ancestors(inclusive=True).values("pk")
    here = GroupPagePermission.objects.filter(page__in=places, permission__codename="change_page").values("group")
    own = editors_group_of(section)
    groups = Group.objects.filter(pk__in=here, user__is_active=True)
    if own is not None:
        groups = groups.exclude(pk=own.pk)
    return groups.distinct().order_by("name").prefetch_related("user_set")


def eligible_people(user: User | None = None) -> QuerySet[User]:
    """Return the users whom `user` (None: an operator) may add to or remove from the editors of a section.

    They are active, not superusers, and have no permission that `user` lacks.
    """
    people = get_user_model().objects.filter(is_active=True, is_superuser=False)
    if user is None or user.is_superuser:
        return people
    return people.exclude(pk__in=[person.pk for person in users_with_more_rights(user, list(people))])


def has_editors() -> bool:
    """True if a user who is not a superuser may use the admin."""
    may_enter = Q(groups__permissions__codename="access_admin") | Q(user_permissions__codename="access_admin")
    return get_user_model().objects.filter(may_enter, is_active=True, is_superuser=False).exists()


def file_permissions() -> QuerySet[Permission]:
    """Return the permissions of an editor on a collection: those on video files and on images."""
    wanted = Q()
    for model in (policy_registry.get_by_type(each).auth_model for each in (VideoFile, get_image_model())):
        codenames = [f"{name}_{model._meta.model_name}" for name in FILE_PERMISSIONS]
        wanted |= Q(content_type__app_label=model._meta.app_label, codename__in=codenames)
    return Permission.objects.filter(wanted)


def _new_collection(section: VideoIndexPage) -> Collection:
    """Make a collection below that of the section above, whose editors may use it too."""
    above = VideoIndexPage.objects.filter(pk=section.get_parent().pk).first()
    inherited = collection_of(above) if above else None
    return (inherited or Collection.get_first_root_node()).add_child(name=section.title)


def _free_name(section: VideoIndexPage) -> str:
    """Return a group name that is not in use."""
    base = _("Editors of %(section)s") % {"section": section.title}
    name, number = base[:MAX_GROUP_NAME], 1
    while Group.objects.filter(name=name).exists():
        number += 1
        name = f"{base[: MAX_GROUP_NAME - 8]} {number}"
    return name
