"""Helpers of the tests of Wagtail's page screens: forms, addresses, and editors of one section."""

import html
import re

from django.contrib.auth.models import Group, Permission
from django.contrib.messages import get_messages
from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission
from wagtail.test.utils.form_data import rich_text

from tests.factories import make_user
from video_pages.models import VideoPage


def form_of(page, **changes):
    """Return the data of the page editor's form for `page`, with `changes`."""
    fields = {
        "title": page.title,
        "slug": page.slug,
        "seo_title": "",
        "search_description": "",
        "go_live_at": "",
        "expire_at": "",
        "comments-TOTAL_FORMS": "0",
        "comments-INITIAL_FORMS": "0",
        "comments-MIN_NUM_FORMS": "0",
        "comments-MAX_NUM_FORMS": "",
    }
    if isinstance(page, VideoPage):
        fields |= {"description": rich_text(page.description), "video_file": page.video_file_id or "", "thumbnail": ""}
        numbers = {"TOTAL": "0", "INITIAL": "0", "MIN_NUM": "0", "MAX_NUM": ""}
        fields |= {f"chapters-{name}_FORMS": number for name, number in numbers.items()}
    else:
        fields["intro"] = rich_text(page.intro)
        numbers = {"TOTAL": "0", "INITIAL": "0", "MIN_NUM": "0", "MAX_NUM": ""}
        fields |= {f"intervals-{name}_FORMS": number for name, number in numbers.items()}
    return fields | changes


def screen(page, name=""):
    return f"/admin/pages/{page.pk}/{name}"


def add_screen(section):
    """The address at which a video is added below `section`."""
    return f"/admin/pages/add/video_pages/videopage/{section.pk}/"


def make_editor_of(section, *rights, name="contributor"):
    """Return a user with `rights` ("add", "change", "publish") on the pages below `section`, and none to media.

    Called again with the same name, it gives further rights.
    """
    group, is_new = Group.objects.get_or_create(name=name)
    if is_new:
        group.permissions.add(Permission.objects.get(codename="access_admin"))
        make_user(name, name)
    for right in rights:
        permission = Permission.objects.get(codename=f"{right}_page", content_type__app_label="wagtailcore")
        GroupPagePermission.objects.create(group=group, page=section, permission=permission)
    return group.user_set.get()


def give_media_rights(user, *codenames, collection=None):
    """Give the group of `user` rights to the files of `collection` (default: the root, and so all of them)."""
    for codename in codenames:
        GroupCollectionPermission.objects.create(
            group=user.groups.get(),
            collection=collection or Collection.get_first_root_node(),
            permission=Permission.objects.get(codename=codename),
        )


def text_of(markup):
    """Return the text of `markup`, HTML, with one blank between words."""
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", markup)).split())


def hints(client, page):
    """Publish the draft `page` in the editor; return the warnings, each with its link."""
    order = {} if hasattr(page, "video_file") else {"order": "arranged"}
    data = form_of(page, **order, **{"action-publish": "1"})
    response = client.post(screen(page, "edit/"), data)
    assert response.status_code == 302, response.context["form"].errors
    return [str(message) for message in get_messages(response.wsgi_request) if message.level_tag == "warning"]
