"""The link to the form of a site's first section: uploads require a section."""

from urllib.parse import urlencode

from django.contrib.auth.models import AnonymousUser, User
from django.urls import reverse

from video_pages.sections.permissions import site_root_for_section


def add_section_url(user: User | AnonymousUser, *, then: str = "") -> str:
    """Return the address of Wagtail's form for a new section below a site's root, or "" if `user` may not add one.

    The default site comes first. After publishing the section, the form redirects to `then`, an address of the admin.
    """
    root = site_root_for_section(user)
    if root is None:
        return ""
    url = reverse("wagtailadmin_pages:add", args=("video_pages", "videoindexpage", root.pk))
    return f"{url}?{urlencode({'next': then})}" if then else url
