"""Links between the translations of a page: for the choice of a language, search engines and the sitemap.

Only live pages are linked. Who sees one at its address is decided there, by its source.
"""

from collections.abc import Iterable
from typing import Any
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.http import HttpRequest
from django.urls import get_script_prefix
from wagtail.models import Page, Site

from home.languages.addresses import code_of, may_be_named
from video_pages.access.listed import Viewer, without_private
from video_pages.pages.protected import ProtectedPage

DEFAULT = "x-default"


def translated_address(request: HttpRequest, address: str, code: str) -> str:
    """Return the address of the translation in the language `code` of the page at `address`, which lies on this site.

    Its query stays. Without a live translation it is that of the nearest page above that has one, and `address` where
    none has. A language without pages leads to the page in the site's own.
    """
    site = Site.find_for_request(request)
    parts = urlsplit(address)
    own = code_of(parts.path)
    wanted = code if code in settings.PAGE_LANGUAGES else settings.LANGUAGE_CODE
    path = unquote(parts.path)
    if site is None or wanted == (own or settings.LANGUAGE_CODE) or "\x00" in path:
        return address
    slugs = [slug for slug in path.split("/") if slug][1 if own else 0 :]
    if slugs[:1] == ["search"]:
        prefix = f"{wanted}/" if wanted in settings.PAGE_LANGUAGES else ""
        return with_query(f"{get_script_prefix()}{prefix}search/", parts.query)
    page, query = _page_at(site, own, slugs), ""
    if page is not None and page.depth == site.root_page.depth + len(slugs):
        query = parts.query
    while page is not None and page.depth > 1:
        found = page.get_translations().filter(locale__language_code=wanted, live=True).first()
        if found is not None and may_be_named(found):
            url = found.get_url(request)
            return with_query(url, query) if url else address
        page, query = page.get_parent(), ""
    return address


def with_query(path: str, query: str) -> str:
    """Return the address of `path` with `query`, "" for none."""
    return f"{path}?{query}" if query else path


def _page_at(site: Site, code: str, slugs: Iterable[str]) -> Any:
    """Return the live page at the path of `slugs` below the home page in the language `code`, or the nearest above."""
    root = site.root_page.get_translations().filter(locale__language_code=code).first() if code else site.root_page
    page = root
    for slug in slugs:
        child = page.get_children().live().filter(slug=slug).first() if page is not None else None
        if child is None:
            break
        page = child
    return page


def alternates(page: Page, request: HttpRequest, viewer: Viewer) -> list[tuple[str, str]]:
    """Return [(code, address)] of `page` and its live translations, x-default last; [] if there are none.

    The caller has found out that everyone may see `page`. Translations that lists do not show to everyone are left out.
    """
    if not settings.WAGTAIL_I18N_ENABLED:
        return []
    found = page.get_translations(inclusive=True).live()
    if isinstance(page, ProtectedPage):
        found = found.listed_to(viewer.as_anyone())
    found = without_private(found, viewer).select_related("locale").order_by("pk")
    links = {each.locale.language_code: request.build_absolute_uri(each.get_url(request)) for each in found}
    if len(links) < 2:
        return []
    ordered = [(code, links[code]) for code, _name in settings.WAGTAIL_CONTENT_LANGUAGES if code in links]
    default = links.get(settings.LANGUAGE_CODE)
    return [*ordered, (DEFAULT, default)] if default else ordered
