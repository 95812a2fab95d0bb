"""Find the page of an address in three small queries, with the same result as Wagtail's own routing.

Wagtail walks from the site's root to the page and reads all columns of each page on the path, twice: as a Page and as
its own type. This module reads the site, the pages on the path and the requested page with one query each. It handles
the plain case only: all pages on the path exist and use Wagtail's own routing, and the last one is live. Wagtail
handles all other cases, in particular addresses without a page.
"""

import functools
import itertools
from http import HTTPStatus
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.request import split_domain_port
from wagtail import views
from wagtail.models import Page, Site

from home import compat
from home.languages.addresses import code_of, root_in, translated_root
from home.languages.translation_links import with_query
from home.languages.visitor_language import home_for
from home.pages.blocks_page import BlocksPage
from home.shown import conditional
from video_pages.access.responses import is_for_all_strangers, keep_out_of_caches
from video_pages.core.prepared import PreparedModel, PreparedQuery
from video_pages.pages.models import VideoIndexPage

MAX_DEPTH = 12  # of pages below a site's root; Wagtail routes deeper ones

SITE_COLUMNS = [field.attname for field in Site._meta.concrete_fields]
SITES = PreparedQuery(
    lambda hostname: (
        Site.objects.filter(Q(hostname=hostname) | Q(is_default_site=True))
        .order_by("pk")
        .values_list(*SITE_COLUMNS, "root_page__url_path", "root_page__path", "root_page__slug")
    )
)
# Wagtail has no index of addresses. That of slugs leaves the pages of one name, of which there are few.
PAGES = PreparedQuery(
    lambda slugs, url_paths: (
        Page.objects.filter(slug__in=slugs, url_path__in=url_paths)
        .order_by("path")
        .values_list("pk", "path", "slug", "live", "content_type_id")
    )
)

Root = tuple[str, str, str]
"""Address in the tree, tree path and slug of the root page of a site."""

# How well a site matches a request, the best match first; see `wagtail.models.sites.get_site_for_hostname`.
NAME_AND_PORT, NAME_AND_DEFAULT, DEFAULT, NAME = range(4)


def serve(request: HttpRequest, path: str) -> HttpResponse:
    """Route with this module, then call Wagtail's view of a page; or answer 304 to a stranger who has the page.

    The version is read before the page is: if both change in between, the browser gets the new page with the old ETag,
    and the new page again.
    """
    is_stranger = conditional.is_stranger(request)
    home = home_for(request) if request.method in ("GET", "HEAD") else ""
    if home:
        return keep_out_of_caches(HttpResponseRedirect(with_query(home, request.META.get("QUERY_STRING", ""))))
    etag = conditional.etag_of(request) if is_stranger and conditional.has_condition(request) else None
    if etag and conditional.is_known(request, etag):
        return conditional.not_modified(etag)
    page = route(request, path)
    if is_stranger and etag is None and isinstance(page, BlocksPage | VideoIndexPage):
        etag = conditional.etag_of(request)
    response = views.serve(request, path)
    if etag and response.status_code == HTTPStatus.OK and is_for_all_strangers(response):
        conditional.with_etag(response, etag)
    return response


def page_at(request: HttpRequest, path: str) -> Page | None:
    """Return the live page at `path` ("/videos/a/"), another address of the site of `request`, in the plain case."""
    found = _site_and_root(request)
    code, root = code_of(path), found[1] if found else None
    if found is not None and code:
        translated = root_in(found[0], code)
        root = translated[:3] if translated else None
    slugs = [component for component in path.split("/") if component]
    return _page(root, slugs[1:] if code else slugs) if root else None


def route(request: HttpRequest, path: str) -> Page | None:
    """Return the page at `path` and set it on `request`, where Wagtail reads it. After None, Wagtail routes itself.

    Raises Http404 if the address is of a language without a home page.
    """
    found = _site_and_root(request)
    if found is None:
        return None
    site, root = found
    compat.set_site(request, site)
    if code_of(request.path_info):
        translated = translated_root(request, site)
        if translated is None:
            raise Http404
        root = translated[:3]
    page = _page(root, [component for component in path.split("/") if component])
    if page is not None:
        compat.set_route(request, page)
    return page


def _site_and_root(request: HttpRequest) -> tuple[Site, Root] | None:
    """Return the site of `request` and its root page, or None.

    The site is the one that `Site.find_for_request` chooses.
    """
    hostname, port = split_domain_port(compat.raw_host(request))[0], request.get_port()
    found = [(Site.from_db(connection.alias, SITE_COLUMNS, row[:-3]), row[-3:]) for row in SITES.rows(hostname)]
    ranked = sorted(((_rank(each[0], hostname, port), each) for each in found), key=lambda pair: pair[0])
    if not ranked:
        return None
    best = ranked[0][0]
    if len(ranked) == 1 or best in (NAME_AND_PORT, NAME_AND_DEFAULT):
        return ranked[0][1]
    if best == DEFAULT:
        return ranked[1 if len(ranked) == 2 else 0][1]
    return None


def _rank(site: Site, hostname: str, port: str) -> int:
    if site.hostname != hostname:
        return DEFAULT
    if str(site.port) == port:
        return NAME_AND_PORT
    return NAME_AND_DEFAULT if site.is_default_site else NAME


def _page(root: Root, slugs: list[str]) -> Page | None:
    """Return the live page at the path of `slugs` below the root page, as an object of its own class, or None."""
    if len(slugs) > MAX_DEPTH:
        return None
    root_url_path, root_path, root_slug = root
    url_paths = tuple(itertools.accumulate((f"{slug}/" for slug in slugs), initial=root_url_path))
    rows = [row for row in PAGES.rows((root_slug, *slugs), url_paths) if row[1].startswith(root_path)]
    if len(rows) != len(url_paths) or not _is_path([row[1] for row in rows]):
        return None
    if [row[2] for row in rows[1:]] != slugs or not all(_routes_plainly(row[4]) for row in rows):
        return None
    page_id, _path, _slug, is_live, content_type_id = rows[-1]
    return _reader(content_type_id).get(page_id) if is_live else None


def _is_path(paths: list[str]) -> bool:
    """True if each of these tree paths is that of a child of the page before it."""
    return all(child[: -Page.steplen] == parent for parent, child in itertools.pairwise(paths))


def _routes_plainly(content_type_id: int) -> bool:
    model: Any = ContentType.objects.get_for_id(content_type_id).model_class()
    return model is not None and model.route is Page.route


@functools.cache
def _reader(content_type_id: int) -> PreparedModel:
    """Return the prepared query for the pages of one class, whose content type has a class (`_routes_plainly`)."""
    model: Any = ContentType.objects.get_for_id(content_type_id).model_class()
    return PreparedModel(model, related=getattr(model, "read_with", ()))
