"""From an address to a page in three small queries, with the answers of Wagtail's own routing.

Wagtail walks from the site's root to the page and reads each page on the way whole, twice: as a page and as its own
kind. Here one query reads the site, one all pages on the way, and one the page that is asked for. Only the plain case
is answered: every page on the way is found, has Wagtail's own way of routing, and the last one is live. Everything
else, all that is not found above all, is left to Wagtail itself.
"""

import functools
import itertools

from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.db.models import Q
from django.http.request import split_domain_port
from wagtail import views
from wagtail.models import Page, Site
from wagtail.url_routing import RouteResult

from video_pages.core.prepared import PreparedModel, PreparedQuery

MAX_DEPTH = 12  # of pages below a site's root; deeper ones go Wagtail's way

SITE_COLUMNS = [field.attname for field in Site._meta.concrete_fields]
SITES = PreparedQuery(
    lambda hostname: (
        Site.objects.filter(Q(hostname=hostname) | Q(is_default_site=True))
        .order_by("pk")
        .values_list(*SITE_COLUMNS, "root_page__url_path", "root_page__path")
    )
)
PAGES = PreparedQuery(
    lambda url_paths: (
        Page.objects.filter(url_path__in=url_paths)
        .order_by("path")
        .values_list("pk", "path", "slug", "live", "content_type_id")
    )
)

# What a site has in common with a request, the best first; see `wagtail.models.sites.get_site_for_hostname`.
NAME_AND_PORT, NAME_AND_DEFAULT, DEFAULT, NAME = range(4)


def serve(request, path):
    """Wagtail's view of a page, with the routing of this module in front."""
    route(request, path)
    return views.serve(request, path)


def route(request, path):
    """Find the page at `path` and keep it on `request` where Wagtail looks for it; or nothing, and Wagtail searches."""
    found = _site_and_root(request)
    if found is None:
        return
    site, url_path, root = found
    request._wagtail_site = site
    page = _page(url_path, root, [component for component in path.split("/") if component])
    if page is not None:
        request._wagtail_route_for_request = RouteResult(page)


def _site_and_root(request):
    """Return (Site, url_path of its root page, tree path of it) as `Site.find_for_request` chooses it, or None."""
    hostname, port = split_domain_port(request._get_raw_host())[0], request.get_port()
    found = [(Site.from_db(connection.alias, SITE_COLUMNS, row[:-2]), *row[-2:]) for row in SITES.rows(hostname)]
    ranked = sorted(((_rank(each[0], hostname, port), each) for each in found), key=lambda pair: pair[0])
    if not ranked:
        return None
    best = ranked[0][0]
    if len(ranked) == 1 or best in (NAME_AND_PORT, NAME_AND_DEFAULT):
        return ranked[0][1]
    if best == DEFAULT:
        return ranked[1 if len(ranked) == 2 else 0][1]
    return None


def _rank(site, hostname, port):
    if site.hostname != hostname:
        return DEFAULT
    if str(site.port) == port:
        return NAME_AND_PORT
    return NAME_AND_DEFAULT if site.is_default_site else NAME


def _page(root_url_path, root_path, slugs):
    """Return the live page that lies below the root page by `slugs`, as its own kind, or None."""
    if len(slugs) > MAX_DEPTH:
        return None
    url_paths = tuple(itertools.accumulate((f"{slug}/" for slug in slugs), initial=root_url_path))
    rows = [row for row in PAGES.rows(url_paths) if row[1].startswith(root_path)]
    if len(rows) != len(url_paths) or not _is_way([row[1] for row in rows]):
        return None
    if [row[2] for row in rows[1:]] != slugs or not all(_routes_plainly(row[4]) for row in rows):
        return None
    page_id, _path, _slug, is_live, content_type_id = rows[-1]
    return _reader(content_type_id).get(page_id) if is_live else None


def _is_way(paths):
    """True if each of these tree paths is that of a child of the one before it."""
    return all(child[: -Page.steplen] == parent for parent, child in itertools.pairwise(paths))


def _routes_plainly(content_type_id):
    model = ContentType.objects.get_for_id(content_type_id).model_class()
    return model is not None and model.route is Page.route


@functools.cache
def _reader(content_type_id):
    model = ContentType.objects.get_for_id(content_type_id).model_class()
    return PreparedModel(model, related=getattr(model, "read_with", ()))
