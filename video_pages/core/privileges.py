"""Compare the rights of users and groups: a user may not change a user, or assign a group, that has more rights.

Setting somebody's password is a way to sign in as them, and joining a group gives all its rights. So every right of an
account counts, whether the account is active or not: general permissions, those on pages and on collections with
everything below them, those on the settings of one site, a group's part in a workflow, and private pages that a group
may see.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple, TypeAlias

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, User
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from wagtail.models import (
    Collection,
    CollectionViewRestriction,
    GroupApprovalTask,
    GroupCollectionPermission,
    GroupPagePermission,
    GroupSitePermission,
    PageViewRestriction,
)

APPROVAL = ("change_page", "publish_page")  # rights of a group on the pages that a workflow sends to it
VIEW = "view"  # of a private page or collection, for which there is no permission


class Right(NamedTuple):
    """One right: `scope` is "" for a general one, or "page", "collection", "site"; `path` is its place in that tree.

    For a site it is the id followed by a full stop; "" for all of them.
    """

    scope: str
    name: str
    path: str = ""


Rights: TypeAlias = set[Right] | None
"""The rights of one user or group; None for a superuser, who has all."""


def has_more_rights(theirs: Rights, mine: Rights) -> bool:
    """Return whether one of the rights `theirs` is not among `mine`. A right on a node holds for all below it."""
    if mine is None:
        return False
    if theirs is None:
        return True
    places = defaultdict(list)
    for right in mine:
        places[right.scope, right.name].append(right.path)
    return not all(any(right.path.startswith(path) for path in places[right.scope, right.name]) for right in theirs)


def rights_of(people: Iterable[User]) -> dict[Any, Rights]:
    """Return {id: Rights} of the users `people`; the number of queries is fixed."""
    users: Any = get_user_model()
    people = list(people)
    ids = [person.pk for person in people]
    rights: dict[Any, set[Right]] = {pk: set() for pk in ids}
    own = users.user_permissions.through.objects.filter(user__in=ids)
    for pk, label, codename in own.values_list("user", *_named("permission")):
        rights[pk] |= _general(f"{label}.{codename}")
    memberships = users.groups.through.objects.filter(user__in=ids).values_list("user", "group")
    by_group = rights_of_groups({group for _person, group in memberships})
    for pk, group in memberships:
        rights[pk] |= by_group[group]
    return {person.pk: None if person.is_superuser else rights[person.pk] for person in people}


def rights_of_groups(ids: Iterable[int]) -> dict[int, set[Right]]:
    """Return {id: set of Right} of the groups with these ids; the number of queries is fixed."""
    ids = set(ids)
    rights: dict[int, set[Right]] = {pk: set() for pk in ids}
    general = Group.permissions.through.objects.filter(group__in=ids)
    for pk, label, codename in general.values_list("group", *_named("permission")):
        rights[pk] |= _general(f"{label}.{codename}")
    on_pages = GroupPagePermission.objects.filter(group__in=ids)
    for pk, codename, path in on_pages.values_list("group", "permission__codename", "page__path"):
        rights[pk] |= {Right("page", codename, path), Right("page", VIEW, path)}
    on_collections = GroupCollectionPermission.objects.filter(group__in=ids)
    named = on_collections.values_list("group", *_named("permission"), "collection__path")
    for pk, label, codename, path in named:
        rights[pk] |= {Right("collection", f"{label}.{codename}", path), Right("collection", VIEW, path)}
        if len(path) == Collection.steplen:  # on all files: Wagtail's own groups also have the general permission
            rights[pk] |= _general(f"{label}.{codename}")
    on_sites = GroupSitePermission.objects.filter(group__in=ids)
    for pk, label, codename, site in on_sites.values_list("group", *_named("permission"), "site"):
        rights[pk].add(Right("site", f"{label}.{codename}", f"{site}."))
    for model, scope in ((PageViewRestriction, "page"), (CollectionViewRestriction, "collection")):
        visible = model.groups.through.objects.filter(group__in=ids)
        for pk, path in visible.values_list("group", f"{model._meta.model_name}__{scope}__path"):
            rights[pk].add(Right(scope, VIEW, path))
    approved = GroupApprovalTask.groups.through.objects.filter(group__in=ids)
    workflow_pages = "groupapprovaltask__workflow_tasks__workflow__workflow_pages__page__path"
    for pk, path in approved.values_list("group", workflow_pages):
        if path is not None:  # a task of no workflow, or of one that no page uses
            rights[pk] |= {Right("page", codename, path) for codename in APPROVAL}
    return rights


def users_with_more_rights(user: User, people: Sequence[User]) -> list[User]:
    """Return those of `people` who have a right that `user` does not have."""
    if user.is_superuser or not people:
        return []
    rights = rights_of([user, *people])
    return [person for person in people if has_more_rights(rights[person.pk], rights[user.pk])]


def refuse_users_with_more_rights(user: User, people: Sequence[User]) -> None:
    """Raise PermissionDenied if one of `people` has a right that `user` does not have."""
    if users_with_more_rights(user, people):
        raise PermissionDenied


def refuse_groups_with_more_rights(user: User, ids: Iterable[int]) -> None:
    """Raise PermissionDenied if a group with one of these ids, or a member, has a right that `user` does not have."""
    if user.is_superuser:
        return
    ids = set(ids)
    mine = rights_of([user])[user.pk]
    if any(has_more_rights(theirs, mine) for theirs in rights_of_groups(ids).values()):
        raise PermissionDenied
    refuse_users_with_more_rights(user, list(get_user_model().objects.filter(groups__in=ids).distinct()))


def assignable_groups(user: User) -> QuerySet[Group]:
    """Return the groups that `user` may put people into: those without a right that `user` does not have."""
    if user.is_superuser:
        return Group.objects.all()
    mine = rights_of([user])[user.pk]
    of_groups = rights_of_groups(set(Group.objects.values_list("pk", flat=True)))
    return Group.objects.filter(pk__in=[pk for pk, theirs in of_groups.items() if not has_more_rights(theirs, mine)])


def _general(name: str) -> set[Right]:
    """Return the rights of a general permission, which is one on the settings of every site too."""
    return {Right("", name), Right("site", name)}


def _named(permission: str) -> tuple[str, str]:
    return f"{permission}__content_type__app_label", f"{permission}__codename"
