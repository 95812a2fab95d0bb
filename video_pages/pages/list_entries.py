"""Keep the ListEntry of each video equal to its page. Every change of a page ends in one of these functions.

`refresh` reads pages and writes what differs, so that it is right however often it runs. The worker repeats it for all
pages every hour: statements that bypass the site, such as a restored table, change lists within that time.
"""

import datetime as dt
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from wagtail.models import Page

from video_pages.access.guard import SECTION, VIDEO, page_model
from video_pages.access.models import Listed
from video_pages.core.natural_order import natural_bytes
from video_pages.pages.list_models import ListEntry

BATCH = 1000
WITHOUT_DATE = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
COLUMNS = ("section_id", "position", "date", "title_key", "listed")
PAGE_COLUMNS = ("pk", "path", "title", "first_published_at", "live", "listed")

Row = dict[str, Any]
"""The columns COLUMNS of an entry."""


def position_of(path: str) -> str:
    """Return the position of the page at `path` among its siblings."""
    return path[-Page.steplen :]


def refresh(pages: QuerySet[Any]) -> int:
    """Make the entries of the videos in `pages` what they should be; return how many differed."""
    changed, rows = 0, pages.order_by("pk").values(*PAGE_COLUMNS)
    batch = list(rows[:BATCH])
    while batch:
        changed += _refresh(batch)
        is_last = len(batch) < BATCH
        batch = [] if is_last else list(rows.filter(pk__gt=batch[-1]["pk"])[:BATCH])
    return changed


def refresh_all() -> int:
    """Make all entries what they should be; return how many differed."""
    return refresh(page_model(VIDEO).objects.all())


def refresh_after_move(parent: Page) -> None:
    """Make the entries right after a page has moved below `parent`: all pages there may have other places now.

    The entries of videos below a section that moved stay as they are: they name the section and not its path.
    """
    refresh(page_model(VIDEO).objects.child_of(parent))


def _refresh(rows: list[Row]) -> int:
    """Make the entries of the videos `rows` (PAGE_COLUMNS) what they should be; return how many differed."""
    parents = {row["path"][: -Page.steplen] for row in rows}
    sections = dict(page_model(SECTION).objects.filter(path__in=parents).order_by().values_list("path", "pk"))
    wanted = {row["pk"]: entry for row in rows if (entry := _wanted(row, sections)) is not None}
    present = {
        pk: dict(zip(COLUMNS, values, strict=True))
        for pk, *values in ListEntry.objects.filter(pk__in=[row["pk"] for row in rows]).values_list("pk", *COLUMNS)
    }
    for entry in present.values():
        entry["title_key"] = bytes(entry["title_key"])
    gone = present.keys() - wanted.keys()
    written = [ListEntry(pk=pk, **entry) for pk, entry in wanted.items() if present.get(pk) != entry]
    if not gone and not written:
        return 0
    with transaction.atomic():
        ListEntry.objects.filter(pk__in=gone).delete()
        ListEntry.objects.bulk_create(
            written,
            update_conflicts=True,
            unique_fields=["page"],
            update_fields=[column.removesuffix("_id") for column in COLUMNS],
        )
    return len(gone) + len(written)


def _wanted(row: Row, sections: dict[str, int]) -> Row | None:
    """Return the entry that the video `row` (PAGE_COLUMNS) should have; None if no list may show it.

    `sections` maps paths of sections to their ids.
    """
    section = sections.get(row["path"][: -Page.steplen])
    if section is None or not row["live"] or row["listed"] == Listed.NOWHERE:
        return None
    return {
        "section_id": section,
        "position": position_of(row["path"]),
        "date": row["first_published_at"] or WITHOUT_DATE,
        "title_key": natural_bytes(row["title"]),
        "listed": row["listed"],
    }
