"""Builds all entries, and compares a bounded number of them with their pages each hour."""

import dataclasses
import datetime as dt
from collections.abc import Iterator

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, QuerySet

from video_pages.pages.models import VideoIndexPage, VideoPage
from video_pages.search import documents, spelling, sync
from video_pages.search.engines.choice import engine
from video_pages.search.models import SearchEntry, SpellingKey

BATCH = 500
REPAIRED_EACH_TIME = 5_000
COMPARED_EACH_TIME = 2_000
HOUR_SECONDS = 3600
_MODELS = (VideoPage, VideoIndexPage)


@dataclasses.dataclass(frozen=True)
class Repairs:
    """Findings of `verify`: pages without an entry or with another title, entries of pages not live, others."""

    missing: int = 0
    surplus: int = 0
    different: int = 0

    @property
    def total(self) -> int:
        """The number of entries that were repaired."""
        return self.missing + self.surplus + self.different


def prepare() -> None:
    """Make the index of the database, and build all entries if there are pages and no entry; after each migration."""
    if SearchEntry._meta.db_table not in connection.introspection.table_names():
        return  # the migrations stopped before
    engine().install()
    if not SearchEntry.objects.exists() and any(documents.indexable(model).exists() for model in _MODELS):
        rebuild()


def rebuild() -> int:
    """Make all entries and spellings anew, in batches, while the search goes on; return the number of entries."""
    engine().install()
    SpellingKey.objects.all().delete()
    for batch in _batches():
        with transaction.atomic():
            sync.refresh(batch)
            titles = SearchEntry.objects.filter(pk__in=batch).values_list("title_words", "section_words")
            spelling.remember(word for columns in titles for column in columns for word in column.split())
    surplus = list(_surplus().values_list("pk", flat=True))
    sync.refresh(surplus)
    engine().derive()
    return SearchEntry.objects.count()


def _batches() -> Iterator[list[int]]:
    for model in _MODELS:
        last = 0
        pages = documents.indexable(model).order_by("pk")
        while batch := list(pages.filter(pk__gt=last).values_list("pk", flat=True)[:BATCH]):
            yield batch
            last = batch[-1]


def verify(*, now: dt.datetime, limit: int = REPAIRED_EACH_TIME) -> Repairs:
    """Repair up to `limit` entries of each kind of difference, and compare some of the others in turn.

    Queries find all pages without an entry or with another title, and all entries without a page that is live. Other
    columns are compared for COMPARED_EACH_TIME entries, different ones each hour.
    """
    engine().install()
    missing: list[int] = []
    for model in _MODELS:
        entry = SearchEntry.objects.filter(page=OuterRef("pk"), title=OuterRef("title"))
        pages = documents.indexable(model).filter(~Exists(entry)).order_by("pk")
        missing += pages.values_list("pk", flat=True)[:limit]
    surplus = list(_surplus().values_list("pk", flat=True)[:limit])
    found = Repairs(_refreshed(missing), _refreshed(surplus), sync.refresh_public() + sync.refresh_due(limit))
    return dataclasses.replace(found, different=found.different + _refreshed(_in_turn(now)))


def _surplus() -> QuerySet[SearchEntry]:
    """Return the entries whose page is neither a live video nor a live section that lists may show."""
    entries = SearchEntry.objects.all()
    for model in _MODELS:
        entries = entries.filter(~Exists(documents.indexable(model).filter(pk=OuterRef("pk"))))
    return entries


def _in_turn(now: dt.datetime) -> list[int]:
    """Return the ids of the entries that are compared in the hour of `now`."""
    turns = -(-SearchEntry.objects.count() // COMPARED_EACH_TIME)
    if not turns:
        return []
    start = int(now.timestamp()) // HOUR_SECONDS % turns * COMPARED_EACH_TIME
    return list(SearchEntry.objects.order_by("pk").values_list("pk", flat=True)[start : start + COMPARED_EACH_TIME])


def _refreshed(page_ids: list[int]) -> int:
    changed = 0
    for start in range(0, len(page_ids), BATCH):
        with transaction.atomic():
            changed += sync.refresh(page_ids[start : start + BATCH])
    return changed
