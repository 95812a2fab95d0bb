"""The context of every page: the site's name, its settings, and the sections in the navigation."""

import dataclasses

from django.conf import settings
from django.http import HttpRequest
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


def site_frame(request: HttpRequest) -> dict[str, SimpleLazyObject]:
    """Return `site_name`, `site_settings` (SiteSettings) and `site_sections`; each queries the database when used."""
    return {
        "site_name": SimpleLazyObject(lambda: _name(request)),
        "site_settings": SimpleLazyObject(lambda: _settings(request)),
        "site_sections": SimpleLazyObject(lambda: _sections(request)),
    }


def name_for_editors(request: HttpRequest) -> str:
    """Return the name of the site that `request` addresses, without making the row of its settings as visitors do."""
    site = Site.find_for_request(request)
    own = SiteSettings.objects.filter(site=site).values_list("name", flat=True).first() if site else ""
    return own or (site.site_name if site else "") or settings.WAGTAIL_SITE_NAME


def _name(request: HttpRequest) -> str:
    site = Site.find_for_request(request)
    return _settings(request).name or (site.site_name if site else "") or settings.WAGTAIL_SITE_NAME


def _settings(request: HttpRequest) -> SiteSettings:
    return SiteSettings.for_request(request) if Site.find_for_request(request) else SiteSettings(footer="")


def _sections(request: HttpRequest) -> list[NavigationEntry]:
    """Return a NavigationEntry for each top-level section that editors show in menus and the visitor may see."""
    site = Site.find_for_request(request)
    if site is None:
        return []
    sections = VideoIndexPage.objects.child_of(site.root_page).listed_to(viewer_of(request)).in_menu()
    return [_entry(section.title, section.get_url(request), request.path) for section in sections]


def _entry(title: str, url: str, path: str) -> NavigationEntry:
    current = "page" if path == url else "true" if path.startswith(url) else ""
    return NavigationEntry(title, url, current)
