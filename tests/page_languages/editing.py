"""The screen of a page's languages, and users who may edit some pages only."""

from django.urls import reverse
from wagtail.models import GroupPagePermission

from tests.factories import make_user


def screen(page):
    return reverse("page_translations", args=(page.pk,))


def only_on(page, username):
    """Return a user who edits and publishes the pages below `page` and nothing else."""
    user = make_user(username, "Editors")
    group = user.groups.get()
    GroupPagePermission.objects.filter(group=group).delete()
    for codename in ("add_page", "change_page", "publish_page"):
        GroupPagePermission.objects.create(group=group, page=page, permission_type=codename.removesuffix("_page"))
    return user
