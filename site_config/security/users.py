"""Wagtail's screens for users and groups, limited: a user can't grant more rights than they have.

Wagtail lets every user who may change users tick "Administrator" and set any password. The group "Site owners" may
invite editors, and must not gain all rights that way. `video_pages.core.privileges` compares the rights of two users.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any, cast

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission, User
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.forms import Form
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views import View
from wagtail.admin.views.bulk_action import BulkAction
from wagtail.permission_policies import BasePermissionPolicy
from wagtail.users.views.groups import GroupViewSet
from wagtail.users.views.users import CreateView, EditView, UserViewSet

from video_pages.core.privileges import assignable_groups, refuse_users_with_more_rights

if TYPE_CHECKING:
    from wagtail.users.views.users import EditView as ViewMixin
else:
    ViewMixin = object  # the classes that inherit from these two are Wagtail's views


class RefusePrivilegedUsersMixin(ViewMixin):
    """A screen about one user; refused if that user has more rights than the one who requests it."""

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        if "pk" in kwargs and not request.user.is_superuser:
            refuse_users_with_more_rights(
                cast(User, request.user), [get_object_or_404(get_user_model(), pk=kwargs["pk"])]
            )
        super().setup(request, *args, **kwargs)


class WithinOwnRights(ViewMixin):
    """A form for a user without the rights that its sender may not grant; values posted for these are ignored."""

    def get_form(self, *args: Any, **kwargs: Any) -> Form:
        form = super().get_form(*args, **kwargs)
        if not self.request.user.is_superuser:
            form.fields.pop("is_superuser", None)
            form.fields["groups"].queryset = assignable_groups(self.request.user).order_by("name")
        return form


class LimitedCreateView(WithinOwnRights, CreateView):
    """Adds a user."""


class LimitedEditView(WithinOwnRights, EditView):
    """Changes a user."""


class LimitedUserViewSet(UserViewSet):
    """Wagtail's Settings, Users, as `site_config.security.users_app` configures it.

    The limit applies to every screen about one user, also to screens that later versions of Wagtail add. There is no
    copy screen: Wagtail's changes the user that is to be copied.
    """

    add_view_class = LimitedCreateView
    edit_view_class = LimitedEditView
    copy_view_enabled = False

    def construct_view(self, view_class: type[View], **kwargs: Any) -> Callable[..., HttpResponseBase]:
        limited = type(view_class.__name__, (RefusePrivilegedUsersMixin, view_class), {})
        return super().construct_view(limited, **kwargs)


class SuperusersOnly(BasePermissionPolicy):
    """A permission policy under which only superusers have permissions on a model."""

    def user_has_permission(self, user: User, action: str) -> bool:
        return user.is_active and user.is_superuser

    def users_with_any_permission(self, actions: Iterable[str]) -> QuerySet[User]:
        return get_user_model().objects.filter(is_active=True, is_superuser=True)


class LimitedGroupViewSet(GroupViewSet):
    """Wagtail's Settings, Groups. A group can grant any right, so `SuperusersOnly` is the policy of its screens.

    The screens do not offer the permissions to change groups, which would have no effect.
    """

    def get_permissions_to_register(self) -> QuerySet[Permission]:
        return Permission.objects.none()


def refuse_bulk_action(request: HttpRequest, action_type: str, objects: Sequence[User], action: BulkAction) -> None:
    """Apply the same limit to a bulk action on users; Wagtail's hook before it."""
    if action.models != [get_user_model()]:
        return
    user = cast(User, request.user)
    refuse_users_with_more_rights(user, objects)
    role = action.cleaned_form.cleaned_data.get("role")
    if role and not assignable_groups(user).filter(pk=role.pk).exists():
        raise PermissionDenied
