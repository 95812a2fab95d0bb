"""The pages on the paths from the root to some pages, with the columns from which a guard is computed: one query.

Each has the hash of its password, the mark of Wagtail's own restrictions, and the access rows of one browser.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Exists, F, OuterRef, QuerySet
from wagtail.models import Page, PageViewRestriction

from video_pages.access.access_rows import ROW_COLUMNS, with_rows, with_rows_merged
from video_pages.core.prepared import PreparedQuery

KINDS = ("section", "video")
NODE_COLUMNS = [
    "id",
    "path",
    "title",
    "alias_of_id",
    "section_hash",
    "section_minutes",
    "section_date",
    "section_until",
    "section_opens",
    "section_closes",
    "video_hash",
    "video_minutes",
    "video_date",
    "video_until",
    "video_opens",
    "video_closes",
    "restricted",
]


Node = dict[str, Any]
"""A page on the path to a video: the columns NODE_COLUMNS, and ROW_COLUMNS for a browser with keys."""


def read_nodes(paths: Iterable[str], keys: Sequence[str]) -> list[Node]:
    """Return the Nodes at `paths`; one for each access row of the browser with `keys`, if there are several."""
    columns = [*NODE_COLUMNS, *(ROW_COLUMNS if keys else ())]
    query = NODES_WITH_ROWS_QUERY if keys else NODES_QUERY
    values = (tuple(paths), tuple(keys)) if keys else (tuple(paths),)
    return [dict(zip(columns, row, strict=True)) for row in query.rows(*values)]


def nodes_at(paths: Iterable[Any]) -> QuerySet[Any]:
    """Return the queryset of the pages at `paths` (texts or expressions) with the columns NODE_COLUMNS."""
    return Page.objects.filter(path__in=paths).annotate(
        section_hash=F("videoindexpage__password_hash"),
        section_minutes=F("videoindexpage__access_minutes"),
        section_date=F("videoindexpage__password_changed_at"),
        section_until=F("videoindexpage__access_until"),
        section_opens=F("videoindexpage__opens_at"),
        section_closes=F("videoindexpage__closes_at"),
        video_hash=F("videopage__password_hash"),
        video_minutes=F("videopage__access_minutes"),
        video_date=F("videopage__password_changed_at"),
        video_until=F("videopage__access_until"),
        video_opens=F("videopage__opens_at"),
        video_closes=F("videopage__closes_at"),
        restricted=Exists(PageViewRestriction.objects.filter(page_id=OuterRef("pk"))),
    )


def _nodes_without_rows(paths: tuple[str, ...]) -> QuerySet[Any, Any]:
    return nodes_at(paths).order_by().values_list(*NODE_COLUMNS)


def _nodes_with_rows(paths: tuple[str, ...], keys: tuple[str, ...]) -> QuerySet[Any, Any]:
    return with_rows(nodes_at(paths), keys).order_by().values_list(*NODE_COLUMNS, *ROW_COLUMNS)


# Every page and every stream request reads these.
NODES_QUERY, NODES_WITH_ROWS_QUERY = PreparedQuery(_nodes_without_rows), PreparedQuery(_nodes_with_rows)


def nodes_by_path(paths: Iterable[str], keys: Sequence[str]) -> dict[str, Node]:
    """Return {path: Node} of the pages at `paths`, each with all access rows of the browser as `rows`."""
    return with_rows_merged(read_nodes(paths, keys))
