"""The entry "Password and access" in the menus of a page, and the address that it leads to."""

from collections.abc import Iterator
from urllib.parse import urlencode

from django.contrib.auth.models import AnonymousUser, User
from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail.admin.widgets.button import Button
from wagtail.models import Page

from video_pages.access.effective_access import may_change_access
from video_pages.pages.protected import ProtectedPage


def menu_buttons(
    page: Page, user: User | AnonymousUser, next_url: str | None = None, view_name: str | None = None
) -> Iterator[Button]:
    """Yield the entry in the menu of a page's row in lists, and of its header; the screen checks the permission."""
    if not isinstance(page, ProtectedPage):
        return
    # Lists read the source of an alias with it, but not its kind, which the policy asks for: a query for each row.
    source = page.alias_of
    if source.permissions_for_user(user).can_set_view_restrictions() if source else may_change_access(page, user):
        url = with_next(reverse("video_access", args=(page.pk,)), next_url)
        yield Button(_("Password and access"), url, icon_name="lock", priority=15)


def with_next(url: str, next_url: str | None) -> str:
    return f"{url}?{urlencode({'next': next_url})}" if next_url else url
