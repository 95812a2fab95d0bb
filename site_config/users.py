"""Wagtail's screens for people, with one rule more: nobody gives others, or themselves, more rights than they have.

Wagtail itself lets everyone who may change users tick "Administrator" and set any password. The group "Site owners"
may invite editors; it must not be a way to all rights. So who may less does not change who may more: a password set for
somebody is a way to sign in as them.
"""

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from wagtail.users.views.users import CreateView, DeleteView, EditView, UserViewSet


class WithoutSuperusers:
    """Takes the field out of the form: what is posted for it all the same is not read."""

    def get_form(self, *args, **kwargs):
        form = super().get_form(*args, **kwargs)
        if not self.request.user.is_superuser:
            form.fields.pop("is_superuser", None)
            # What somebody else has given stays, and may be taken away.
            kept = form.instance.groups.all() if form.instance.pk else Group.objects.none()
            offered = Q(pk__in=groups_to_give(self.request.user).values("pk")) | Q(pk__in=kept.values("pk"))
            form.fields["groups"].queryset = Group.objects.filter(offered).order_by("name")
        return form


class GuardedCreateView(WithoutSuperusers, CreateView):
    """Adds a person."""


class OfThoseWhoMayNoMore:
    """Refuses to change a person who may more than who asks."""

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        refuse_more_powerful(request.user, [self.get_object()])


class GuardedEditView(OfThoseWhoMayNoMore, WithoutSuperusers, EditView):
    """Changes a person."""


class GuardedDeleteView(OfThoseWhoMayNoMore, DeleteView):
    """Deletes a person."""


class GuardedUserViewSet(UserViewSet):
    """What `site_config.users_app` has Wagtail show as Settings, Users."""

    add_view_class = GuardedCreateView
    edit_view_class = GuardedEditView
    delete_view_class = GuardedDeleteView


def groups_to_give(user):
    """Return the groups that `user` may put people into: those that may nothing in general that `user` may not."""
    if user.is_superuser:
        return Group.objects.all()
    return Group.objects.exclude(pk__in=Group.objects.filter(permissions__in=_beyond(user)).values("pk"))


def refuse_more_powerful(user, people):
    """Raise PermissionDenied if one of `people`, switched on or off, may in general what `user` may not."""
    if user.is_superuser:
        return
    ids = [person.pk for person in people]
    beyond = _beyond(user)
    rights = Q(is_superuser=True) | Q(user_permissions__in=beyond) | Q(groups__permissions__in=beyond)
    if get_user_model().objects.filter(rights, pk__in=ids).exists():
        raise PermissionDenied


def _beyond(user):
    """The ids of the general permissions that `user` has not."""
    own = {tuple(name.split(".", 1)) for name in user.get_all_permissions()}
    permissions = Permission.objects.values_list("pk", "content_type__app_label", "codename")
    return [pk for pk, label, codename in permissions if (label, codename) not in own]


def refuse_bulk_action(request, action_type, objects, action):
    """Wagtail's hook before an action on many: the same rule."""
    if action.models != [get_user_model()]:
        return
    refuse_more_powerful(request.user, objects)
    role = request.POST.get("role", "")
    if role and not groups_to_give(request.user).filter(pk=role if role.isdecimal() else None).exists():
        raise PermissionDenied
