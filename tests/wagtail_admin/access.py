"""Helpers of the tests of the access dialog: addresses, posted data, kept columns."""

from django.urls import reverse

from video_pages.access.browser import Browser
from video_pages.access.grant import grant
from video_pages.access.guard import guard_of
from video_pages.access.visitor import Visitor

NEW = "gnu-otter-lamp-42"


def address(page):
    return reverse("video_access", args=(page.pk,))


def act(client, page, action, *, fragment=False, **fields):
    """Press the button `action` of the dialog of `page`; `fragment=True` as its script does it."""
    headers = {"x-requested-with": "XMLHttpRequest"} if fragment else {}
    data = {"action": action, **{f"access-{name}": value for name, value in fields.items()}}
    return client.post(address(page), data, headers=headers)


def kept(page):
    """The kept columns of `page` as the database has them now."""
    model = type(page)
    return model.objects.filter(pk=page.pk).values(*model.kept_column_names()).get()


def fresh(page):
    return type(page).objects.get(pk=page.pk)


def open_session(page, key, expires_at):
    """Give the browser with `key` access to the guard of `page` until `expires_at`."""
    return grant(guard_of(page), Visitor(Browser((key,))), expires_at=expires_at)
