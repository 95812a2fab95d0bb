"""Links from a page to others: the breadcrumbs above it, the videos before and after it; and whether lists show it."""

import dataclasses
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page

from video_pages.access.decide import is_current
from video_pages.access.guard import SECTION, VIDEO, page_model, prefixes
from video_pages.access.listed import Viewer
from video_pages.access.models import Listed
from video_pages.core.all_languages import for_reader, in_all_languages
from video_pages.core.prepared import InstanceColumns
from video_pages.core.typography import content_language
from video_pages.pages.compat import HOME_DEPTH
from video_pages.pages.list_pages import beyond, keys_of
from video_pages.pages.protocols import Section, Video
from video_pages.pages.viewer_queries import ViewerQuery

HOME_TITLE = _("Home")


def visible_ancestors(page: Page, viewer: Viewer) -> list[Page]:
    """Return the ancestors of `page` whose titles `viewer` may see, from the site's root down; one query.

    These are the pages that a list may show, and the sections that this browser has unlocked, however they are listed.
    A visitor of `page` has passed Wagtail's own restrictions on its ancestors already.
    """
    paths = tuple(prefixes(page.path)[1:-1])
    rows = ANCESTORS.rows(dataclasses.replace(viewer, private=()), paths)
    return [ANCESTOR_COLUMNS.instance(row) for row in rows]


class Crumb(NamedTuple):
    """A link to a page above; `language` is that of its title if it is another one than that of the screen, else ""."""

    title: str
    url: str
    language: str


def breadcrumbs(above: Iterable[Page], request: HttpRequest) -> list[Crumb]:
    """Return the Crumbs of the ancestors `above`, as `visible_ancestors` returns them.

    The home page has its title in the reader's language, if the owner has left it as it was made.
    """
    crumbs = []
    for page in above:
        section = getattr(page, "videoindexpage", None)  # read in the same query
        is_translated = page.depth == HOME_DEPTH and page.title in in_all_languages(HOME_TITLE)
        title = for_reader(page.title, HOME_TITLE) if is_translated else page.title
        if url := page.get_url(request):
            language = section.title_language if section else content_language()
            crumbs.append(Crumb(title, url, "" if is_translated else language))
    return crumbs


def section_of(page: Page, above: Sequence[Page]) -> Section | None:
    """Return the section that contains `page` if it is among the ancestors `above`, else None."""
    nearest = above[-1] if above else None
    return nearest.videoindexpage if nearest is not None and page.is_child_of(nearest) else None


def neighbours(page: Video, section: Section | None, viewer: Viewer) -> tuple[Video | None, Video | None]:
    """Return the videos before and after `page` in the order of `section`, each None at an end; two queries.

    Only videos that the section's own list shows to `viewer` count. Without a section, both are None.
    """
    if section is None:
        return None, None
    keys = keys_of(page, section.order)

    def nearest(backwards: bool) -> Video | None:
        rows = NEIGHBOURS.rows(viewer.inside(section), section.pk, *keys, order=section.order, backwards=backwards)
        return NEIGHBOUR_COLUMNS.instance(rows[0]) if rows else None

    return nearest(True), nearest(False)


def is_listed(page: Video | Section, viewer: Viewer) -> bool:
    """Return whether lists show `page` to everyone, search engines included; `viewer` is the Viewer of this request.

    `viewer` knows the sections that decide, unless they are very many: only then there is a query. The answer is that
    of `listed_to`.
    """
    if viewer.translated and page.is_translation and not is_listed(page.source, viewer):
        return False
    if viewer.private and page.source.path.startswith(viewer.private):
        return False
    if viewer.hiding is not None and viewer.asking is not None:
        narrow = (*viewer.private, *viewer.hiding, *viewer.asking)
        is_wide = page.listed == Listed.EVERYWHERE and not any(page.path.startswith(path) for path in narrow)
        return is_wide and is_current(page.live, page.expire_at, viewer.now)
    return bool(LISTED.rows(viewer.as_anyone(), page.pk, kind=page.guard_kind))


def _ancestors(viewer: Viewer, paths: tuple[str, ...]) -> QuerySet[Any, Any]:
    listed = page_model(SECTION).objects.filter(path__in=paths).listed_to(viewer).order_by().values("pk")
    unlocked = Q(path__in=viewer.unlocked, live=True) & ~Q(expire_at__lte=viewer.now)
    other = Q(videoindexpage=None, live=True)
    above = Page.objects.filter(path__in=paths).filter(other | Q(pk__in=listed) | unlocked)
    return above.order_by("path").values_list(*ANCESTOR_COLUMNS.names)


def _listed(viewer: Viewer, page_id: int, *, kind: str) -> QuerySet[Any, Any]:
    return page_model(kind).objects.filter(pk=page_id).listed_to(viewer).order_by().values_list("pk")


def _neighbours(viewer: Viewer, section_id: int, *keys: Any, order: str, backwards: bool) -> QuerySet[Any, Any]:
    videos = page_model(VIDEO).objects.in_lists(viewer).filter(list_entry__section=section_id)
    return beyond(videos, order, keys, backwards=backwards).values_list(*NEIGHBOUR_COLUMNS.names)[:1]


NEIGHBOUR_COLUMNS = InstanceColumns(lambda: page_model(VIDEO))
ANCESTOR_COLUMNS = InstanceColumns(Page, related=("videoindexpage",))
ANCESTORS, LISTED, NEIGHBOURS = ViewerQuery(_ancestors), ViewerQuery(_listed), ViewerQuery(_neighbours)
