"""The way to a site's first section: a video lies in a section, so without one there is nowhere to upload to."""

from urllib.parse import urlencode

from django.urls import reverse
from wagtail.models import Site

from video_pages.pages.models import VideoIndexPage
from video_pages.sections.upload_permissions import may_add_files, sections_for


def add_section_url(user, *, then=""):
    """Return the address of Wagtail's form for a new section below a site's root, or "" if `user` may add none.

    The default site comes first. `then` is an address of the admin, to which the published section leads.
    """
    for site in Site.objects.select_related("root_page").order_by("-is_default_site", "pk"):
        root = site.root_page
        if VideoIndexPage.can_create_at(root.specific) and root.permissions_for_user(user).can_add_subpage():
            url = reverse("wagtailadmin_pages:add", args=("video_pages", "videoindexpage", root.pk))
            return f"{url}?{urlencode({'next': then})}" if then else url
    return ""


def needs_section(user):
    """True if a section is all that `user` lacks for uploading, and they may make one."""
    return may_add_files(user) and not sections_for(user).exists() and bool(add_section_url(user))
