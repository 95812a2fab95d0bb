"""Wagtail's screens for people and groups, with one rule more: nobody gives others, or themselves, more rights than
they have.

Wagtail itself lets everyone who may change users tick "Administrator" and set any password. The group "Site owners"
may invite editors; it must not be a way to all rights. `video_pages.core.privileges` says who may more than whom.
"""

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404
from wagtail.permission_policies import BasePermissionPolicy
from wagtail.users.views.groups import GroupViewSet
from wagtail.users.views.users import CreateView, EditView, UserViewSet

from video_pages.core.privileges import assignable_groups, refuse_users_with_more_rights


class RefusePrivilegedUsersMixin:
    """A screen about one person, who may not more than who asks for it."""

    def setup(self, request, *args, **kwargs):
        if "pk" in kwargs and not request.user.is_superuser:
            refuse_users_with_more_rights(request.user, [get_object_or_404(get_user_model(), pk=kwargs["pk"])])
        super().setup(request, *args, **kwargs)


class WithinOwnRights:
    """A form for a person that offers no more than who fills it in may give; what is posted besides is not read."""

    def get_form(self, *args, **kwargs):
        form = super().get_form(*args, **kwargs)
        if not self.request.user.is_superuser:
            form.fields.pop("is_superuser", None)
            form.fields["groups"].queryset = assignable_groups(self.request.user).order_by("name")
        return form


class GuardedCreateView(WithinOwnRights, CreateView):
    """Adds a person."""


class GuardedEditView(WithinOwnRights, EditView):
    """Changes a person."""


class GuardedUserViewSet(UserViewSet):
    """What `site_config.security.users_app` has Wagtail show as Settings, Users.

    Every screen about one person is guarded, those of later Wagtail versions included. There is no copy screen: a form
    posted to Wagtail's changes the person who was to be copied.
    """

    add_view_class = GuardedCreateView
    edit_view_class = GuardedEditView
    copy_view_enabled = False

    def construct_view(self, view_class, **kwargs):
        guarded = type(view_class.__name__, (RefusePrivilegedUsersMixin, view_class), {})
        return super().construct_view(guarded, **kwargs)


class SuperusersOnly(BasePermissionPolicy):
    """A policy under which a model is the superusers' own."""

    def user_has_permission(self, user, action):
        return user.is_active and user.is_superuser

    def users_with_any_permission(self, actions):
        return get_user_model().objects.filter(is_active=True, is_superuser=True)


class GuardedGroupViewSet(GroupViewSet):
    """Settings, Groups. A group can be given any right, so `SuperusersOnly` is the policy of its screens.

    The permissions to change groups are not offered there: they would give nothing.
    """

    def get_permissions_to_register(self):
        return Permission.objects.none()


def refuse_bulk_action(request, action_type, objects, action):
    """Wagtail's hook before an action on many people: the same rule."""
    if action.models != [get_user_model()]:
        return
    refuse_users_with_more_rights(request.user, objects)
    role = action.cleaned_form.cleaned_data.get("role")
    if role and not assignable_groups(request.user).filter(pk=role.pk).exists():
        raise PermissionDenied
