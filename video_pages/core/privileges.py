"""Who may change whom: nobody changes a person or hands out a group that may more than they may themselves.

A password set for somebody is a way to sign in as them, and a group that somebody joins gives all its rights. So every
right counts that an account can have here, whether the account is switched on or off: general permissions, those on
pages and on collections with all below them, those on one site's settings, a group's part in a workflow, and private
pages that open to a group.
"""

from collections import defaultdict
from typing import NamedTuple

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from wagtail.models import (
    Collection,
    CollectionViewRestriction,
    GroupApprovalTask,
    GroupCollectionPermission,
    GroupPagePermission,
    GroupSitePermission,
    PageViewRestriction,
)

APPROVAL = ("change_page", "publish_page")  # what a workflow lets a group do with the pages that are sent to it
SEE = "see"  # a private page or collection, which no permission stands for


class Right(NamedTuple):
    """One right: `scope` is "" for a general one, or "page", "collection", "site"; `path` is its place in that tree.

    For a site it is the id with a full stop after it; "" for all of them.
    """

    scope: str
    name: str
    path: str = ""


def has_more_rights(theirs, mine):
    """True if one of the rights `theirs` is not among `mine`. A right to a place is a right to all below it.

    Both are sets of Right, or None for a superuser, who may everything.
    """
    if mine is None:
        return False
    if theirs is None:
        return True
    places = defaultdict(list)
    for right in mine:
        places[right.scope, right.name].append(right.path)
    return not all(any(right.path.startswith(path) for path in places[right.scope, right.name]) for right in theirs)


def rights_of(people):
    """Return {id: set of Right, or None for a superuser} of the users `people`; the number of queries is fixed."""
    User = get_user_model()
    ids = [person.pk for person in people]
    rights = {pk: set() for pk in ids}
    own = User.user_permissions.through.objects.filter(user__in=ids)
    for pk, label, codename in own.values_list("user", *_named("permission")):
        rights[pk] |= _general(f"{label}.{codename}")
    memberships = User.groups.through.objects.filter(user__in=ids).values_list("user", "group")
    by_group = rights_of_groups({group for _person, group in memberships})
    for pk, group in memberships:
        rights[pk] |= by_group[group]
    return {person.pk: None if person.is_superuser else rights[person.pk] for person in people}


def rights_of_groups(ids):
    """Return {id: set of Right} of the groups with these ids; the number of queries is fixed."""
    rights = {pk: set() for pk in ids}
    general = Group.permissions.through.objects.filter(group__in=ids)
    for pk, label, codename in general.values_list("group", *_named("permission")):
        rights[pk] |= _general(f"{label}.{codename}")
    on_pages = GroupPagePermission.objects.filter(group__in=ids)
    for pk, codename, path in on_pages.values_list("group", "permission__codename", "page__path"):
        rights[pk] |= {Right("page", codename, path), Right("page", SEE, path)}
    on_collections = GroupCollectionPermission.objects.filter(group__in=ids)
    named = on_collections.values_list("group", *_named("permission"), "collection__path")
    for pk, label, codename, path in named:
        rights[pk] |= {Right("collection", f"{label}.{codename}", path), Right("collection", SEE, path)}
        if len(path) == Collection.steplen:  # to all files: Wagtail's own groups have kept the general right besides
            rights[pk] |= _general(f"{label}.{codename}")
    on_sites = GroupSitePermission.objects.filter(group__in=ids)
    for pk, label, codename, site in on_sites.values_list("group", *_named("permission"), "site"):
        rights[pk].add(Right("site", f"{label}.{codename}", f"{site}."))
    for model, scope in ((PageViewRestriction, "page"), (CollectionViewRestriction, "collection")):
        seen = model.groups.through.objects.filter(group__in=ids)
        for pk, path in seen.values_list("group", f"{model._meta.model_name}__{scope}__path"):
            rights[pk].add(Right(scope, SEE, path))
    approved = GroupApprovalTask.groups.through.objects.filter(group__in=ids)
    workflow_pages = "groupapprovaltask__workflow_tasks__workflow__workflow_pages__page__path"
    for pk, path in approved.values_list("group", workflow_pages):
        if path is not None:  # a task of no workflow, or of one that no page uses
            rights[pk] |= {Right("page", codename, path) for codename in APPROVAL}
    return rights


def users_with_more_rights(user, people):
    """Return those of `people`, a list, who may more than `user`."""
    if user.is_superuser or not people:
        return []
    rights = rights_of([user, *people])
    return [person for person in people if has_more_rights(rights[person.pk], rights[user.pk])]


def refuse_users_with_more_rights(user, people):
    """Raise PermissionDenied if one of `people`, a list, may more than `user`."""
    if users_with_more_rights(user, people):
        raise PermissionDenied


def refuse_groups_with_more_rights(user, ids):
    """Raise PermissionDenied if a group with one of these ids, or somebody in it, may more than `user`."""
    if user.is_superuser:
        return
    mine = rights_of([user])[user.pk]
    if any(has_more_rights(theirs, mine) for theirs in rights_of_groups(ids).values()):
        raise PermissionDenied
    refuse_users_with_more_rights(user, list(get_user_model().objects.filter(groups__in=ids).distinct()))


def assignable_groups(user):
    """Return the groups that `user` may put people into: those that may nothing that `user` may not, as a queryset."""
    if user.is_superuser:
        return Group.objects.all()
    mine = rights_of([user])[user.pk]
    of_groups = rights_of_groups(set(Group.objects.values_list("pk", flat=True)))
    return Group.objects.filter(pk__in=[pk for pk, theirs in of_groups.items() if not has_more_rights(theirs, mine)])


def _general(name):
    """A general permission, which is one to the settings of every site too."""
    return {Right("", name), Right("site", name)}


def _named(permission):
    return f"{permission}__content_type__app_label", f"{permission}__codename"
