"""Wagtail's screens for people, with one rule more: who is no superuser makes none, and touches none.

Wagtail itself lets everyone who may change users tick "Administrator" and set any password. The group "Site owners"
may invite editors; it must not be a way to all rights.
"""

from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from wagtail.users.views.users import CreateView, EditView, UserViewSet


class WithoutSuperusers:
    """Takes the field out of the form: what is posted for it all the same is not read."""

    def get_form(self, *args, **kwargs):
        form = super().get_form(*args, **kwargs)
        if not self.request.user.is_superuser:
            form.fields.pop("is_superuser", None)
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


def refuse_superusers(request, people):
    """Raise PermissionDenied if a superuser is among `people` and who asks is none."""
    if not request.user.is_superuser and any(person.is_superuser for person in people):
        raise PermissionDenied


def refuse_bulk_action(request, action_type, objects, action):
    """Wagtail's hook before an action on many: the same rule."""
    if action.models == [get_user_model()]:
        refuse_superusers(request, objects)
