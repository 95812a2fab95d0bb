"""Answers a query for one visitor: pages that the visitor may see, in pages of hits without a count.

The engine finds entries; each hit is then read with `listed_to`, which decides as for every other list. A page that
the visitor may not see is neither shown nor counted: there is no total, and "more" follows only from a further visible
hit.

Both orders are bounded. "Newest first" reads entries by their place until the page of hits is full. "Best match" scores
the entries that these queries give: titles that begin with the words, the newest whole words of titles, the newest
other hits; at most MAX_CANDIDATES of each. So it knows some thousand candidates of a common word, not all.
"""

import dataclasses
import re
from collections.abc import Sequence
from typing import Any

from django.db.models import TextChoices
from django.db.models.expressions import RawSQL
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page

from video_pages.access.listed import Viewer
from video_pages.core.compat import CompiledQuery, compile_queryset
from video_pages.pages.compat import HOME_DEPTH
from video_pages.pages.models import VideoIndexPage, VideoPage
from video_pages.search import spelling, words
from video_pages.search.documents import END, SECTION_OFFSET
from video_pages.search.engines.base import Candidate, Scope
from video_pages.search.engines.choice import engine
from video_pages.search.score import score
from video_pages.search.words import Query

MAX_CANDIDATES = 500
MAX_BATCHES = 12
"""Queries of "newest first" for one page of hits. One is enough unless the entries differ from the pages."""
CURSOR = re.compile(r"(?:(\d{1,6})\.)?(-?\d{1,19})", re.ASCII)


class SearchOrder(TextChoices):
    """The order of hits."""

    BEST = "best", _("Best match")
    NEWEST = "newest", _("Newest first")


@dataclasses.dataclass(frozen=True)
class Hits:
    """A page of hits: `pages`, videos or sections, and where the next one begins, "" if there is none.

    `matches` are the entries of `pages`, in the same order.
    """

    pages: Sequence[Any]
    after: str = ""
    matches: Sequence[Candidate] = ()


@dataclasses.dataclass(frozen=True)
class Searcher:
    """One visitor's view of the pages below `root`: `viewer` of the request, and the root page of the site."""

    viewer: Viewer
    root: Page

    def videos(
        self, query: Query, *, order: str = SearchOrder.BEST, after: str = "", limit: int, pages: Any = None
    ) -> Hits:
        """Return up to `limit` videos that match `query`, in `order` (a SearchOrder).

        `after` is that of the Hits before these; an unreadable one begins anew. `pages` is the queryset from which they
        are read, with relations that the caller needs.
        """
        pages = VideoPage.objects.all() if pages is None else pages
        return self._hits(query, pages, self._scope(pages.model, 0, END), order, after, limit)

    def sections(self, query: Query, *, after: str = "", limit: int, pages: Any = None) -> Hits:
        """Return up to `limit` sections that match `query`, best match first; see `videos`."""
        pages = VideoIndexPage.objects.all() if pages is None else pages
        scope = self._scope(pages.model, -SECTION_OFFSET, 0)
        return self._hits(query, pages, scope, SearchOrder.BEST, after, limit)

    def _hits(self, query: Query, pages: Any, scope: Scope, order: str, after: str, limit: int) -> Hits:
        if not query:
            return Hits(())
        listed = pages.descendant_of(self.root).listed_to(self.viewer)
        points, place = _cursor(after)
        if order == SearchOrder.NEWEST:
            if place is not None and points is None and scope.first <= place < scope.end:
                scope = dataclasses.replace(scope, end=place)
            return _newest_listed(query, scope, limit, listed)
        ranked = _ranked(query, scope)
        if points is not None and place is not None:
            ranked = [each for each in ranked if (each[0], each[1].place) < (points, place)]
        return _best_listed(ranked, limit, listed)

    def _scope(self, model: Any, first: int, end: int) -> Scope:
        """Return the Scope of all entries that the visitor may find: those of `model` with a place in this range."""
        viewer, within, open_to = self.viewer, None, None
        if viewer.videos or viewer.unlocked or viewer.guards:
            open_to = _row_of_entry(model.objects.listed_to(viewer))
        if self.root.depth > HOME_DEPTH or viewer.translated:
            within = _row_of_entry(Page.objects.filter(path__startswith=self.root.path))
        return Scope(first, end, open_to, within)


def _row_of_entry(pages: Any) -> CompiledQuery | None:
    """Return the subquery for that of `pages` which the entry `e` of the outer query is about."""
    return compile_queryset(pages.filter(pk=RawSQL("e.page_id", ())).order_by().values_list("pk"))


def _newest(query: Query, scope: Scope, limit: int) -> list[Candidate]:
    """Return the newest entries that match, public ones and those that the visitor has unlocked."""
    found = engine().newest(query, dataclasses.replace(scope, open_to=None), limit=limit)
    if scope.open_to:
        found += engine().newest(query, scope, limit=limit)
        found = sorted(found, key=lambda entry: -entry.place)[:limit]
    return found


def _newest_listed(query: Query, scope: Scope, limit: int, listed: Any) -> Hits:
    """Return the newest hits: entries are read until one more than `limit` of them is listed."""
    shown: list[tuple[Candidate, Any]] = []
    for batch in range(MAX_BATCHES):
        most = min((limit + 1 - len(shown)) << batch, MAX_CANDIDATES)
        found = _newest(query, scope, most)
        pages = listed.in_bulk([entry.page_id for entry in found]) if found else {}
        shown += [(entry, pages[entry.page_id]) for entry in found if entry.page_id in pages]
        if len(shown) > limit or len(found) < most:
            break
        scope = dataclasses.replace(scope, end=found[-1].place)
    more = str(shown[limit - 1][0].place) if len(shown) > limit else ""
    return Hits([page for _entry, page in shown[:limit]], more, [entry for entry, _page in shown[:limit]])


def _ranked(query: Query, scope: Scope) -> list[tuple[int, Candidate]]:
    """Return (score, entry) of the candidates, best first."""
    public, search = dataclasses.replace(scope, open_to=None), engine()
    found = search.beginning(words.joined(query.words), public, limit=MAX_CANDIDATES)
    found += search.newest(query, public, limit=MAX_CANDIDATES, whole_words_of_title=True)
    found += search.newest(query, public, limit=MAX_CANDIDATES)
    if scope.open_to:
        found += search.newest(query, scope, limit=MAX_CANDIDATES)
    candidates = {entry.place: entry for entry in found}.values()
    ranked = [(score(query, *entry[3:]), entry) for entry in candidates]
    return sorted(ranked, key=lambda each: (each[0], each[1].place), reverse=True)


def _best_listed(ranked: Sequence[tuple[int, Candidate]], limit: int, listed: Any) -> Hits:
    shown: list[tuple[int, Candidate, Any]] = []
    for start in range(0, len(ranked), limit + 1):
        batch = ranked[start : start + limit + 1]
        pages = listed.in_bulk([entry.page_id for _score, entry in batch])
        shown += [(points, entry, pages[entry.page_id]) for points, entry in batch if entry.page_id in pages]
        if len(shown) > limit:
            break
    more = f"{shown[limit - 1][0]}.{shown[limit - 1][1].place}" if len(shown) > limit else ""
    return Hits([page for *_rest, page in shown[:limit]], more, [entry for _score, entry, _page in shown[:limit]])


def _cursor(after: str) -> tuple[int | None, int | None]:
    """Return (score, place) of `Hits.after`; each None if it is not there."""
    found = CURSOR.fullmatch(after)
    if found is None or int(found[2]) > END:
        return None, None
    return (int(found[1]) if found[1] else None), int(found[2])


def forgiving(query: Query) -> Query | None:
    """Return `query` with words of titles that differ by one letter, or None if there are none."""
    wider = spelling.forgiving(query)
    return wider if wider != query else None


def meant(wider: Query, hit: Candidate) -> list[str]:
    """Return the words by which `hit` matches the forgiving query `wider`, as its title writes them.

    Only words of a page that the visitor may see are named.
    """
    named = []
    # In this order, because an entry that is not public is not found by the title of its section.
    present = f"{hit.title_words} {hit.text_words} {hit.section_words}".split()
    for group in wider.groups:
        word = next((each for other in present for each in group if other.startswith(each)), group[0])
        named.append(word if word is group[0] else words.as_typed(hit.title, word))
    return named
