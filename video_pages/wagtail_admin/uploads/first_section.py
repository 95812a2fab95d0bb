"""The link to the form of a site's first section: uploads require a section."""

from urllib.parse import urlencode

from django.contrib.auth.models import AnonymousUser, User
from django.urls import reverse
from wagtail.models import Site

from video_pages.pages.models import VideoIndexPage
from video_pages.sections.upload_permissions import may_add_files, sections_for


def add_section_url(user: User | AnonymousUser, *, then: str = "") -> str:
    """Return the address of Wagtail's form for a new section below a site's root, or "" if `user` may not add one.

    The default site comes first. After publishing the section, the form redirects to `then`, an address of the admin.
    """
    for site in Site.objects.select_related("root_page").order_by("-is_default_site", "pk"):
        root = site.root_page
        if VideoIndexPage.can_create_at(root.specific) and root.permissions_for_user(user).can_add_subpage():
            url = reverse("wagtailadmin_pages:add", args=("video_pages", "videoindexpage", root.pk))
            return f"{url}?{urlencode({'next': then})}" if then else url
    return ""


def needs_section(user: User | AnonymousUser) -> bool:
    """True if `user` may upload files and add a section, but there is no section in which they may upload."""
    return may_add_files(user) and not sections_for(user).exists() and bool(add_section_url(user))
