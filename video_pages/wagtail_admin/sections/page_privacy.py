"""Wagtail's screens that know every page: an editor of one section is told of no other section's films.

The rule stands at the door: an address of the admin that names a page is refused to those who neither see the page in
the tree nor may edit it, whatever the screen behind it would tell. Ids in forms and queries are asked about one by one.
"""

from django.core.exceptions import PermissionDenied
from django.urls import reverse
from wagtail.admin.auth import permission_denied

from video_pages.access.decide import may_edit
from video_pages.core.whole_numbers import read_form_id
from video_pages.pages.permissions import hidden_pages

PAGES_NAMESPACE = "wagtailadmin_pages"  # where "pk" is a page's id as well


class OwnSectionsMiddleware:
    """Refuses the addresses of the admin that name another section's page."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        match = request.resolver_match
        if not kwargs or not request.path.startswith(reverse("wagtailadmin_home")):
            return None
        if not request.user.has_perm("wagtailadmin.access_admin"):
            return None  # Wagtail sends them to its login
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


def without_others(pages, user):
    """Return `pages`, a page queryset, without the videos and sections that `user` does not see in the admin."""
    if user.is_superuser:
        return pages
    return pages.exclude(pk__in=hidden_pages(user).values("pk"))


def filter_chooser(pages, request):
    """Wagtail's hook for the page chooser."""
    return without_others(pages, request.user)


def refuse_others(ids, user):
    """Raise PermissionDenied if a page with one of `ids` (texts, as they were sent) is another section's.

    Not if a workflow asks `user` to look at it.
    """
    known = [number for number in map(read_form_id, ids) if number is not None]
    if not known or user.is_superuser:
        return
    if not all(may_edit(page, user) for page in hidden_pages(user).filter(pk__in=known).specific()):
        raise PermissionDenied


def refuse_foreign_copy(request, page):
    """Wagtail's hook before it copies a page to another, whose title a refused form would tell."""
    refuse_others([request.POST.get("new_parent_page", "")], request.user)
