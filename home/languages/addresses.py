"""The languages of pages: `/de/…` are the addresses of the pages in German, addresses without a code those of LANGUAGE.

The address decides the language of a page and of the words around it. PAGE_LANGUAGES names the codes; without any,
nothing here asks the database or changes an address.
"""

import re
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import URLResolver, get_script_prefix
from django.urls.resolvers import RoutePattern
from django.utils.translation import get_language
from wagtail.models import Page, Site

from video_pages.access.decide import is_current
from video_pages.core import clock
from video_pages.core.prepared import PreparedQuery

ATTRIBUTE = "translated_root"
"""The attribute of a request with ROOT_COLUMNS of its home page, which every menu and list needs."""

ROOT_COLUMNS = ("url_path", "path", "slug", "pk", "depth")
ROOTS = PreparedQuery(
    lambda root_id, code: (
        Page.objects.filter(
            translation_key__in=Page.objects.filter(pk=root_id).values("translation_key"),
            locale__language_code=code,
            live=True,
        )
        .order_by("pk")
        .values_list(*ROOT_COLUMNS)[:1]
    )
)


class PageLanguagePrefix(RoutePattern):
    """The beginning of an address that names the language of a page: that of the active one, where Django makes it."""

    def __init__(self) -> None:
        super().__init__("")

    @property
    def regex(self) -> re.Pattern[str]:  # type: ignore[override]  # Django has a descriptor here, and only reads it
        """The prefix as Django's `reverse` reads it."""
        return re.compile(re.escape(str(self)))

    def match(self, path: str) -> tuple[str, tuple[()], dict[str, Any]]:
        """Return (the rest of `path`, no arguments)."""
        code = code_of(f"/{path}")
        return path.removeprefix(f"{code}/") if code else path, (), {}

    def __str__(self) -> str:
        code = get_language()
        return f"{code}/" if code in settings.PAGE_LANGUAGES else ""


def by_language(patterns: Iterable[Any]) -> URLResolver:
    """Return the pattern for addresses that exist in each language of pages."""
    return URLResolver(PageLanguagePrefix(), list(patterns))


def code_of(path: str) -> str:
    """Return the code with which the address `path` ("/de/…") begins, "" for a page of the site's own language."""
    if not settings.PAGE_LANGUAGES:
        return ""
    first = path.removeprefix("/").partition("/")[0]
    return first if first in settings.PAGE_LANGUAGES else ""


def root_in(site: Site, code: str) -> tuple[Any, ...] | None:
    """Return ROOT_COLUMNS of the live home page of `site` in the language `code`, None if there is none; one query."""
    return next(iter(ROOTS.rows(site.root_page_id, code)), None)


def codes_of_homes(site: Site) -> tuple[str, ...]:
    """Return the codes of the further languages in which `site` has a home page that everyone may see.

    One query, and one for each home page, two for one that is an alias.
    """
    key = Page.objects.filter(pk=site.root_page_id).values("translation_key")
    homes = Page.objects.filter(translation_key__in=key, live=True, locale__language_code__in=settings.PAGE_LANGUAGES)
    return tuple(home.locale.language_code for home in homes.select_related("locale", "alias_of") if may_be_named(home))


def may_be_named(page: Page) -> bool:
    """Return whether the address of the live `page` may be told: its slug, a part of its title, and those above it.

    Not that of a page that is private or past its end, as it is or as the page that it follows: that one may lie in
    another place, below other restrictions.
    """
    now = clock.now()
    while True:
        if not is_current(page.live, page.expire_at, now) or Page.get_view_restrictions(page).exists():
            return False
        if not page.alias_of_id:
            return True
        page = page.alias_of


def translated_root(request: HttpRequest, site: Site) -> tuple[Any, ...] | None:
    """Return ROOT_COLUMNS of the home page that the address of `request` chooses, None for that of `site` itself.

    None also if there is no live home page in the language of the address. One query in a further language, at the
    first call for a request; else none.
    """
    code = code_of(request.path_info)
    if not code:
        return None
    if not hasattr(request, ATTRIBUTE):
        setattr(request, ATTRIBUTE, root_in(site, code))
    found: tuple[Any, ...] | None = getattr(request, ATTRIBUTE)
    return found


def home_address() -> str:
    """Return the address of the home page in the active language."""
    return f"{get_script_prefix()}{PageLanguagePrefix()}"
