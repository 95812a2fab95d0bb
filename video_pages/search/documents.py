"""The indexed texts of a page: only those that the site shows to visitors who have not unlocked it.

Of a video: its title, the title of its section, and its description and film facts if the owner shows them to everyone.
Of a section: its title and its introduction, which everyone reads. Tags are for editors and are not indexed. A
translation has the texts that its own page shows: its own ones or those of its source, and of a video only what the
source shows to everyone now. Any other alias shows another page's content, so only its title is indexed.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import F, QuerySet
from django.utils.html import escape
from wagtail.models import Page
from wagtail.rich_text import get_text_for_indexing

from video_pages.access.listed import Viewer, viewer_with
from video_pages.access.models import Listed
from video_pages.pages import film_facts
from video_pages.pages.models import VideoIndexPage, VideoPage
from video_pages.search import words
from video_pages.search.models import MAX_START, SearchEntry

VIDEO_COLUMNS = ("description", "show_description", "show_facts", *film_facts.COLUMNS)
SECTION_COLUMNS = ("intro",)
ID_BITS = 31
MAX_SECONDS = 2**32 - 1
SECTION_OFFSET = 2**63
"""Places of videos are 0 or above. This number less, those of sections are below 0."""
END = 2**63 - 1
"""The highest number that a database stores; the place of no page, unless its date is in 2106."""


def place_of(page_id: int, published_at: dt.datetime | None, *, is_section: bool) -> int:
    """Return the place of a page among the entries: a later publication (aware, or None) has the higher one.

    It consists of the seconds since 1970 (32 bits, until 2106) and the id of the page (31 bits), so each is unique and
    an order by place is the order of `VideoPageQuerySet.newest_first`, to the second. SQLite's index reads its rows in
    the order of such a number, and needs no sort.
    """
    seconds = int(published_at.timestamp()) if published_at else 0
    place = (min(max(seconds, 0), MAX_SECONDS) << ID_BITS) | page_id
    return place - SECTION_OFFSET if is_section else place


def indexable(model: type[VideoPage] | type[VideoIndexPage]) -> QuerySet[Any]:
    """Return the pages of `model` that have an entry: those that lists may show to some visitor."""
    return model.objects.filter(live=True).exclude(listed=Listed.NOWHERE)


def entries_for(page_ids: Iterable[int], *, anyone: Viewer | None = None) -> dict[int, SearchEntry]:
    """Return {page id: unsaved SearchEntry} for those of `page_ids` that are indexed; six queries at most.

    `anyone` is the Viewer of a browser that has unlocked nothing, if it was read already.
    """
    ids = list(page_ids)
    anyone = anyone or viewer_with()
    videos = list(_rows(VideoPage, ids, VIDEO_COLUMNS))
    entries = {row["pk"]: _video_entry(row) for row in videos}
    titles = _section_titles({_path_above(row) for row in videos})
    for row in videos:
        entries[row["pk"]].section_words = words.joined(words.words_of(titles.get(_path_above(row), "")))
    if len(entries) < len(ids):
        entries |= {row["pk"]: _section_entry(row) for row in _rows(VideoIndexPage, ids, SECTION_COLUMNS)}
    public = set()
    for model in (VideoPage, VideoIndexPage):
        if entries:
            listed = model.objects.filter(pk__in=list(entries)).listed_to(anyone)
            public.update(listed.order_by().values_list("pk", flat=True))
    for pk, entry in entries.items():
        entry.is_public = pk in public
    return entries


def _rows(model: Any, ids: list[int], columns: Sequence[str]) -> Any:
    """Return the rows of the pages `ids`; of an alias also the `columns` of its source, named by `_of_source`."""
    rows = indexable(model).filter(pk__in=ids).order_by()
    of_page = ("pk", "path", "title", "first_published_at", "alias_of_id", "locale_id", "has_own_texts")
    of_source = {_of_source(name): F(f"alias_of__{model._meta.model_name}__{name}") for name in columns}
    links = {_of_source("locale_id"): F("alias_of__locale_id"), _of_source("alias_of_id"): F("alias_of__alias_of_id")}
    return rows.values(*of_page, *columns, **of_source, **links)


def _of_source(name: str) -> str:
    return f"source_{name}"


def _shown(row: dict[str, Any], text_column: str) -> dict[str, Any] | None:
    """Return the columns of what the page of `row` shows, its text in `text_column`; None for an alias that is hidden.

    An alias of an alias is none of our translations: whether its source shows anything takes more than one step.
    """
    if row["alias_of_id"] is None:
        return row
    if row[_of_source("alias_of_id")] is not None or row[_of_source("locale_id")] == row["locale_id"]:
        return None
    prefix = _of_source("")
    shown = {name.removeprefix(prefix): value for name, value in row.items() if name.startswith(prefix)}
    return {**shown, text_column: row[text_column]} if row["has_own_texts"] else shown


def _path_above(row: dict[str, Any]) -> str:
    return row["path"][: -Page.steplen]


def _section_titles(paths: Iterable[str]) -> dict[str, str]:
    found = VideoIndexPage.objects.filter(path__in=list(paths)).order_by()
    return dict(found.values_list("path", F("title")))


def _video_entry(row: dict[str, Any]) -> SearchEntry:
    shown = _shown(row, "description")
    texts = [shown["description"]] if shown and shown["show_description"] else []
    if shown and shown["show_facts"]:
        texts.append(escape(film_facts.text_of(shown[name] for name in film_facts.COLUMNS)))
    return _entry(row, text="\n".join(texts), is_section=False)


def _section_entry(row: dict[str, Any]) -> SearchEntry:
    shown = _shown(row, "intro")
    return _entry(row, text=shown["intro"] if shown else "", is_section=True)


def _entry(row: dict[str, Any], *, text: str, is_section: bool) -> SearchEntry:
    title_words = words.joined(words.words_of(row["title"]))
    shown = get_text_for_indexing(text) if text else ""
    return SearchEntry(
        page_id=row["pk"],
        place=place_of(row["pk"], row["first_published_at"], is_section=is_section),
        title=row["title"],
        title_start=title_words[:MAX_START],
        title_words=title_words,
        section_words="",
        text_words=words.joined(words.words_of(shown)),
        is_public=False,
        is_due=False,
    )
