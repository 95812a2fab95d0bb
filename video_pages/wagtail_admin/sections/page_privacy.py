"""Wagtail's screens about any page, limited: an editor of one section does not see the videos of other sections.

A middleware checks each address of the admin that contains the id of a page: a user who neither sees the page in the
page tree nor may edit it gets 403, whatever the screen would show. Views check the ids in their forms and queries.
"""

from collections.abc import Callable, Iterable
from typing import Any

from django.contrib.auth.models import AnonymousUser, User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from wagtail.admin.auth import permission_denied
from wagtail.models import Page
from wagtail.query import PageQuerySet

from video_pages.access.decide import may_edit
from video_pages.core.whole_numbers import read_form_id
from video_pages.pages.permissions import hidden_pages
from video_pages.wagtail_admin.requests import EditorRequest

PAGES_NAMESPACE = "wagtailadmin_pages"  # in its addresses, "pk" is a page's id


class OwnSectionsMiddleware:
    """Refuses the addresses of the admin that contain the id of another section's page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponseBase], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponseBase | None:
        match = request.resolver_match
        if match is None or not kwargs or not request.path.startswith(reverse("wagtailadmin_home")):
            return None
        if not request.user.has_perm("wagtailadmin.access_admin"):
            return None  # Wagtail redirects to its login
        is_pk_of_page = PAGES_NAMESPACE in match.namespaces
        ids = [
            str(value)
            for name, value in kwargs.items()
            if ("page" in name or name == "destination_id" or (name == "pk" and is_pk_of_page)) and value is not None
        ]
        try:
            refuse_others(ids, request.user)
        except PermissionDenied:
            return permission_denied(request)
        return None


def without_others(pages: PageQuerySet, user: User | AnonymousUser) -> PageQuerySet:
    """Return `pages`, a page queryset, without those that `user` does not see in the admin."""
    if user.is_superuser:
        return pages
    return pages.exclude(pk__in=hidden_pages(user).values("pk"))


def filter_chooser(pages: PageQuerySet, request: EditorRequest) -> PageQuerySet:
    """Leave out the pages that the user does not see; Wagtail's hook for the page chooser."""
    return without_others(pages, request.user)


def filter_explorer(_parent: Page, pages: PageQuerySet, request: EditorRequest) -> PageQuerySet:
    """Leave out the same pages from the lists of the page tree; Wagtail's hook."""
    return without_others(pages, request.user)


def refuse_others(ids: Iterable[str], user: User | AnonymousUser) -> None:
    """Raise PermissionDenied if `user` neither sees nor may edit a page with one of `ids` (texts, as they were sent).

    A user whom a workflow asks to review a page may edit it.
    """
    known = [number for number in map(read_form_id, ids) if number is not None]
    if not known or user.is_superuser:
        return
    hidden: Any = hidden_pages(user).filter(pk__in=known)
    if not all(may_edit(page, user) for page in hidden.specific()):
        raise PermissionDenied


def refuse_foreign_copy(request: EditorRequest, page: Page) -> None:
    """Refuse to copy below a page that the user does not see: the form would show its title. Wagtail's hook."""
    refuse_others([request.POST.get("new_parent_page", "")], request.user)
