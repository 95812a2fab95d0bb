"""The context of every page: the site's name, its settings, and the sections in the navigation."""

import dataclasses
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from wagtail.models import Page, Site

from home.models import SiteSettings
from video_pages.access.listed import Viewer, viewer_of
from video_pages.core.prepared import InstanceColumns, PreparedModel
from video_pages.pages.models import VideoIndexPage
from video_pages.pages.viewer_queries import ViewerQuery


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
    is_read = Site._meta.get_field("root_page").is_cached(site)
    root = site.root_page if is_read else ROOTS.get(site.root_page_id)
    rows = MENU.rows(viewer_of(request), root_path=root.path, depth=root.depth + 1)
    sections = map(MENU_COLUMNS.instance, rows)
    return [_entry(section.title, section.get_url(request), request.path) for section in sections]


def _menu(viewer: Viewer, *, root_path: str, depth: int) -> QuerySet[Any, Any]:
    sections = VideoIndexPage.objects.filter(path__startswith=root_path, depth=depth).listed_to(viewer).in_menu()
    return sections.order_by("path").values_list(*MENU_COLUMNS.names)


MENU_COLUMNS = InstanceColumns(VideoIndexPage, only={"": ("id", "page_ptr_id", "title", "url_path", "locale_id")})
MENU = ViewerQuery(_menu)
ROOTS = PreparedModel(Page, only={"": ("id", "path", "depth")})


def _entry(title: str, url: str, path: str) -> NavigationEntry:
    current = "page" if path == url else "true" if path.startswith(url) else ""
    return NavigationEntry(title, url, current)
