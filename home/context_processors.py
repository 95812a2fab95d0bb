"""What stands around every page: the site's name, its line at the bottom, its sections in the navigation."""

import dataclasses

from django.conf import settings
from django.utils.functional import SimpleLazyObject
from wagtail.models import Site

from home.models import SiteSettings
from video_pages.access.listed import viewer_of
from video_pages.pages.models import VideoIndexPage


@dataclasses.dataclass(frozen=True)
class NavigationEntry:
    """One link at the top. `current` goes into aria-current: "page", "true" (for a page below it), or ""."""

    title: str
    url: str
    current: str


def site_frame(request):
    """Return `site_name`, `site_words`, `site_sections`; each asks the database only when it is shown.

    `site_words` is the site's SiteSettings.
    """
    return {
        "site_name": SimpleLazyObject(lambda: _name(request)),
        "site_words": SimpleLazyObject(lambda: _words(request)),
        "site_sections": SimpleLazyObject(lambda: _sections(request)),
    }


def _name(request):
    site = Site.find_for_request(request)
    return _words(request).name or (site.site_name if site else "") or settings.WAGTAIL_SITE_NAME


def _words(request):
    return SiteSettings.for_request(request) if Site.find_for_request(request) else SiteSettings(footer="")


def _sections(request):
    """Return the first level of sections that editors show in menus, as NavigationEntry."""
    site = Site.find_for_request(request)
    if site is None:
        return []
    sections = VideoIndexPage.objects.child_of(site.root_page).listed_to(viewer_of(request)).in_menu()
    return [_entry(section.title, section.get_url(request), request.path) for section in sections]


def _entry(title, url, path):
    current = "page" if path == url else "true" if path.startswith(url) else ""
    return NavigationEntry(title, url, current)
