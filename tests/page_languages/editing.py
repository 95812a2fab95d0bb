"""The screen of a page's languages, the form of its texts, and users who may edit some pages only."""

import html
import re

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


def texts(page):
    return reverse("translation_texts", args=(page.alias_of_id, "de"))


def rich(text):
    return (
        f'{{"blocks": [{{"key": "a", "type": "unstyled", "text": "{text}", "depth": 0, "inlineStyleRanges": [], '
        '"entityRanges": []}], "entityMap": {}}'
    )


def post_texts(client, page, **changed):
    form = {"title": "Das Meer", "slug": "das-meer", "description": rich("Wellen."), "intro": rich("Hallo.")}
    read = {"read": read_in(client.get(texts(page)))}
    return client.post(texts(page), {**form, **read, "seo_title": "", "search_description": "", **changed})


def read_in(answer):
    """Return what the form in `answer` holds of the texts as they were read, "" without a form."""
    found = re.search(r'name="read" value="([^"]*)"', answer.text)
    return html.unescape(found[1]) if found else ""
