"""Wagtail's screens for people, with one rule more: nobody gives others, or themselves, more rights than they have.

Wagtail itself lets everyone who may change users tick "Administrator" and set any password. The group "Site owners"
may invite editors; it must not be a way to all rights.
"""

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from wagtail.users.views.users import CreateView, EditView, UserViewSet


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


class GuardedEditView(WithoutSuperusers, EditView):
    """Changes a person; a superuser is changed by superusers."""

    def dispatch(self, request, *args, **kwargs):
        refuse_superusers(request, [self.object])
        return super().dispatch(request, *args, **kwargs)


class GuardedUserViewSet(UserViewSet):
    """What `site_config.users_app` has Wagtail show as Settings, Users."""

    add_view_class = GuardedCreateView
    edit_view_class = GuardedEditView


def groups_to_give(user):
    """Return the groups that `user` may put people into: those that may nothing in general that `user` may not."""
    if user.is_superuser:
        return Group.objects.all()
    own = {tuple(name.split(".", 1)) for name in user.get_all_permissions()}
    permissions = Permission.objects.values_list("pk", "content_type__app_label", "codename")
    beyond = [pk for pk, label, codename in permissions if (label, codename) not in own]
    return Group.objects.exclude(pk__in=Group.objects.filter(permissions__in=beyond).values("pk"))


def refuse_superusers(request, people):
    """Raise PermissionDenied if a superuser is among `people` and who asks is none."""
    if not request.user.is_superuser and any(person.is_superuser for person in people):
        raise PermissionDenied


def refuse_bulk_action(request, action_type, objects, action):
    """Wagtail's hook before an action on many: the same rule."""
    if action.models != [get_user_model()]:
        return
    refuse_superusers(request, objects)
    role = request.POST.get("role", "")
    if role and not groups_to_give(request.user).filter(pk=role if role.isdecimal() else None).exists():
        raise PermissionDenied
