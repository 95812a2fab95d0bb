"""Wagtail's privacy dialog of a page, without the groups whose names tell of other sections."""

from django.contrib.auth.models import Group
from django.db.models import Q
from wagtail.admin.views.page_privacy import SetPrivacyView
from wagtail.models import GroupPagePermission

from video_pages.pages.permissions import hidden_pages


def groups_visible_to(user, chosen):
    """The groups that `user` may be told of: those with rights on no page that is hidden from `user`.

    `user`'s own, and those in `chosen`, are told in any case.
    """
    if user.is_superuser:
        return Group.objects.all()
    elsewhere = GroupPagePermission.objects.filter(page__in=hidden_pages(user).values("pk"))
    told = ~Q(pk__in=elsewhere.values("group")) | Q(user=user) | Q(pk__in=[group.pk for group in chosen])
    return Group.objects.filter(told).distinct()


class OwnGroupsPrivacyView(SetPrivacyView):
    """Says who may see a page."""

    def get_form(self, form_class=None):
        form = super().get_form(form_class)
        chosen = self.restriction.groups.all() if self.restriction else []
        form.fields["groups"].queryset = groups_visible_to(self.request.user, chosen).order_by("name")
        return form
