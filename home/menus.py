"""The menus of every page: at the top sections and pages about the site, at the bottom pages about the site.

The page tree makes them: a page directly below the home page is at the top if Wagtail's "Show in menus" is ticked, a
page about the site at any place is at the bottom if "Show in the line at the bottom" is. Both name only live pages, and
only those that lists may show to this visitor. One query reads both.
"""

import dataclasses
from typing import Any

from django.db.models import BooleanField, ExpressionWrapper, Q, QuerySet, Value
from django.http import HttpRequest
from wagtail.models import Page, Site

from home.languages.addresses import ROOT_COLUMNS, translated_root
from home.models import OrdinaryPage
from home.pages.ordinary_page import is_first_title, title_for_reader
from video_pages.access.listed import Viewer, viewer_of, without_private
from video_pages.core.prepared import InstanceColumns, PreparedModel
from video_pages.core.typography import content_language
from video_pages.pages.models import VideoIndexPage
from video_pages.pages.viewer_queries import ViewerQuery

COLUMNS = InstanceColumns(Page, only={"": ("id", "path", "title", "url_path", "locale_id")})
IS_ORIGINAL = ExpressionWrapper(Q(alias_of__isnull=False, has_own_texts=False), output_field=BooleanField())
"""Whether a section shows a title that nobody has translated; see `TranslatedPage.title_language`."""

MOST_SECTIONS = 12


@dataclasses.dataclass(frozen=True)
class MenuEntry:
    """One link. `current` goes into aria-current: "page", "true" (for a page below it), or "".

    `language` is that of the title if it is another one than that of the screen, else "".
    """

    title: str
    url: str
    current: str
    language: str


@dataclasses.dataclass(frozen=True)
class Menus:
    """The links at the `top` and at the `bottom` of a page, in the order of the page tree."""

    top: list[MenuEntry]
    bottom: list[MenuEntry]


def menus_for(request: HttpRequest) -> Menus:
    """Return the Menus of the site that `request` addresses, for its visitor."""
    menus = Menus([], [])
    site = Site.find_for_request(request)
    if site is None:
        return menus
    root = _root(request, site)
    for *columns, at_top, at_bottom, is_about, is_original in MENUS.rows(
        viewer_of(request), root_path=root.path, depth=root.depth + 1
    ):
        page = COLUMNS.instance(tuple(columns))
        title = title_for_reader(page.title) if is_about else page.title
        is_translated = is_about and is_first_title(page.title)
        language = "" if is_translated else content_language(of_original=is_original)
        entry = _entry(title, page.get_url(request), request.path, language)
        if at_top:
            menus.top.append(entry)
        if at_bottom:
            menus.bottom.append(entry)
    return menus


def sections_for(request: HttpRequest) -> list[MenuEntry]:
    """Return the first sections of the home page that lists show to the visitor of `request`; at most MOST_SECTIONS.

    None is marked as current: the result is the same for each address. One query after that of the menus.
    """
    site = Site.find_for_request(request)
    if site is None:
        return []
    root = _root(request, site)
    rows = SECTIONS.rows(viewer_of(request), root_path=root.path, depth=root.depth + 1)
    pages = [
        (COLUMNS.instance(tuple(columns)), content_language(of_original=is_original)) for *columns, is_original in rows
    ]
    return [MenuEntry(page.title, page.get_url(request), "", language) for page, language in pages]


def _root(request: HttpRequest, site: Site) -> Page:
    """Return the home page in the language of the address of `request`."""
    translated = translated_root(request, site)
    if translated is not None:
        return Page(**dict(zip(ROOT_COLUMNS, translated, strict=True)))
    is_read = Site._meta.get_field("root_page").is_cached(site)
    return site.root_page if is_read else ROOTS.get(site.root_page_id)


def _sections(viewer: Viewer, *, root_path: str, depth: int) -> QuerySet[Any, Any]:
    found: Any = VideoIndexPage.objects.filter(path__startswith=root_path, depth=depth).listed_to(viewer)
    named = found.order_by("path").annotate(is_original=IS_ORIGINAL)
    return named.values_list(*COLUMNS.names, "is_original")[:MOST_SECTIONS]


def _menus(viewer: Viewer, *, root_path: str, depth: int) -> QuerySet[Any, Any]:
    """Return rows of COLUMNS, whether the page is at the top, at the bottom, about the site, and original."""
    yes, no = (Value(value, output_field=BooleanField()) for value in (True, False))
    sections: Any = VideoIndexPage.objects.filter(path__startswith=root_path, depth=depth).listed_to(viewer).in_menu()
    others = OrdinaryPage.objects.filter(path__startswith=root_path, live=True)
    others = others.filter(Q(expire_at=None) | Q(expire_at__gt=viewer.now))
    others = without_private(others, viewer)
    top, bottom = others.filter(show_in_menus=True, depth=depth), others.filter(in_footer=True)
    rows = [
        pages.order_by()
        .annotate(at_top=at_top, at_bottom=at_bottom, is_about=is_about, is_original=is_original)
        .values_list(*COLUMNS.names, "at_top", "at_bottom", "is_about", "is_original")
        for pages, at_top, at_bottom, is_about, is_original in (
            (sections, yes, no, no, IS_ORIGINAL),
            (top, yes, no, yes, no),
            (bottom, no, yes, yes, no),
        )
    ]
    return rows[0].union(*rows[1:], all=True).order_by("path")


MENUS, SECTIONS = ViewerQuery(_menus), ViewerQuery(_sections)
ROOTS = PreparedModel(Page, only={"": ("id", "path", "depth")})


def _entry(title: str, url: str, path: str, language: str) -> MenuEntry:
    current = "page" if path == url else "true" if path.startswith(url) else ""
    return MenuEntry(title, url, current, language)
