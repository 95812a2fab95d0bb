"""Wagtail's privacy dialog of a page, without the groups of other sections."""

from collections.abc import Iterable

from django.contrib.auth.models import AnonymousUser, Group, User
from django.db.models import Q, QuerySet
from django.forms import Form
from wagtail.admin.views.page_privacy import SetPrivacyView
from wagtail.models import GroupPagePermission

from video_pages.pages.permissions import hidden_pages


def groups_visible_to(user: User | AnonymousUser, chosen: Iterable[Group]) -> QuerySet[Group]:
    """Return the groups whose names `user` may see: those without permissions on a page that is hidden from `user`.

    The groups of `user` and those in `chosen` are always included.
    """
    if user.is_superuser:
        return Group.objects.all()
    elsewhere = GroupPagePermission.objects.filter(page__in=hidden_pages(user).values("pk"))
    visible = ~Q(pk__in=elsewhere.values("group")) | Q(user=user) | Q(pk__in=[group.pk for group in chosen])
    return Group.objects.filter(visible).distinct()


class OwnGroupsPrivacyView(SetPrivacyView):
    """Wagtail's screen that restricts a page to groups or users."""

    def get_form(self, form_class: type[Form] | None = None) -> Form:
        form = super().get_form(form_class)
        chosen = self.restriction.groups.all() if self.restriction else []
        form.fields["groups"].queryset = groups_visible_to(self.request.user, chosen).order_by("name")
        return form
