"""Keeps the entries equal to the pages, in the transaction that changes a page.

Saves, deletions, moves and Wagtail's restrictions send signals of Django and Wagtail; services that write with
`queryset.update()` send `core.signals.pages_updated`. The entry of a deleted page is deleted with it. What is written
past all of these, such as SQL by hand, is found by `upkeep.verify`. No visitor sees more by such a difference, since
each hit is checked before it is shown.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Q
from wagtail.models import Page

from video_pages.access.listed import viewer_with
from video_pages.pages import film_facts
from video_pages.pages.models import VideoIndexPage, VideoPage
from video_pages.search import documents, spelling
from video_pages.search.models import SearchEntry

COLUMNS = ("place", "title", "title_start", "title_words", "section_words", "text_words", "is_public", "is_due")
PAGE_COLUMNS = frozenset({"path", "title", "live", "expire_at", "first_published_at", "alias_of", "listed"})
PAGE_COLUMNS |= {"description", "show_description", "intro", "show_facts", *film_facts.COLUMNS}
"""The columns of pages that an entry depends on; a save of other columns alone changes none."""
AT_ONCE = 1_000
"""Videos of a section whose words follow its title in the same transaction; the worker does the others."""
BATCH = 500


def refresh(page_ids: Iterable[int]) -> int:
    """Make the entries of the pages `page_ids` anew; return how many were different, missing or too many."""
    ids = sorted(set(page_ids))
    changed = 0
    anyone = viewer_with() if ids else None
    for start in range(0, len(ids), BATCH):
        batch = ids[start : start + BATCH]
        wanted = documents.entries_for(batch, anyone=anyone)
        present = SearchEntry.objects.filter(page__in=batch).in_bulk()
        gone = [pk for pk in present if pk not in wanted]
        if gone:
            SearchEntry.objects.filter(page__in=gone).delete()
        different = [entry for pk, entry in wanted.items() if pk not in present or not _is_equal(entry, present[pk])]
        _write(sorted(different, key=lambda entry: entry.page_id))
        changed += len(gone) + len(different)
    return changed


def _write(entries: Sequence[SearchEntry]) -> None:
    # An upsert: two transactions may write the entry of one page at the same time.
    SearchEntry.objects.bulk_create(
        entries, update_conflicts=True, unique_fields=["page"], update_fields=list(COLUMNS), batch_size=100
    )
    spelling.remember(word for entry in entries for word in f"{entry.title_words} {entry.section_words}".split())


def _is_equal(one: SearchEntry, other: SearchEntry) -> bool:
    return all(getattr(one, name) == getattr(other, name) for name in COLUMNS)


def page_saved(page: Page, *, update_fields: Iterable[str] | None = None) -> None:
    """Follow a save of `page`, a video, a section, or the Page of one; `update_fields` as Django's signal has them."""
    if update_fields is not None and PAGE_COLUMNS.isdisjoint(update_fields):
        return
    refresh([page.pk, *Page.objects.filter(alias_of=page.pk).values_list("pk", flat=True)])
    if page.numchild or isinstance(page, VideoIndexPage):
        follow_section(page)


def page_moved(page: Page) -> None:
    """Follow a move of `page`; an alias stays where it is, and is as private as its source."""
    page_saved(page)
    if not page.numchild:  # `follow_section` has done it for a section with pages
        refresh_public(page.path)


def pages_changed(page_ids: Sequence[int]) -> None:
    """Follow an update of columns of the pages `page_ids`, videos or sections."""
    refresh(page_ids)
    for section in VideoIndexPage.objects.filter(pk__in=page_ids):
        follow_section(section)


def restriction_changed(page_id: int) -> None:
    """Follow a restriction of Wagtail's that was made, changed or removed for the page `page_id`."""
    for path in Page.objects.filter(pk=page_id).values_list("path", flat=True):
        refresh_public(path)


def follow_section(page: Page) -> None:
    """Update what the entries below `page` take from it: the title of a section, and whether it lists them."""
    if not page.numchild:
        return
    children = SearchEntry.objects.filter(page__path__startswith=page.path, page__depth=page.depth + 1, place__gte=0)
    words = SearchEntry.objects.filter(page=page.pk).values_list("title_words", flat=True).first()
    if words is not None:
        stale = list(children.exclude(section_words=words).values_list("page", flat=True)[: AT_ONCE + 1])
        if len(stale) > AT_ONCE:
            children.exclude(section_words=words).update(is_due=True)
        refresh(stale[:AT_ONCE])
    refresh_public(page.path)


def refresh_public(path: str = "") -> int:
    """Set `is_public` of the entries of the page at `path`, of all below it and of those that follow one of these.

    Without a path, of all entries. Returns the number of changes.
    """
    changed = _set_public("path__startswith", path)
    if path and Page.objects.filter(alias_of__path__startswith=path).exists():
        changed += _set_public("alias_of__path__startswith", path)
    return changed


def _set_public(lookup: str, path: str) -> int:
    """Set `is_public` of the entries of the pages that `lookup` finds by `path`, or without it of all."""
    anyone = viewer_with()
    below = {lookup: path} if path else {}
    listed = Q(pk__in=[])
    for model in (VideoPage, VideoIndexPage):
        pages = model.objects.filter(**below).listed_to(anyone)
        listed |= Q(page__in=pages.order_by().values("pk"))
    of_pages: dict[str, Any] = {f"page__{name}": value for name, value in below.items()}
    entries = SearchEntry.objects.filter(**of_pages)
    shown = entries.filter(listed, is_public=False).update(is_public=True)
    return shown + entries.exclude(listed).filter(is_public=True).update(is_public=False)


def refresh_due(limit: int = 2_000) -> int:
    """Make the words of up to `limit` entries anew that are marked as due; return their number."""
    due = list(SearchEntry.objects.filter(is_due=True).order_by("pk").values_list("pk", flat=True)[:limit])
    refresh(due)
    return len(due)
