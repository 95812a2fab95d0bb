"""The place where a page is listed, for editors: its own choice, or that of the section above it that decides."""

import dataclasses
import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db.models import Case, Q, Value, When

from video_pages.access.guard import SECTION, page_model, prefixes
from video_pages.access.models import Listed
from video_pages.core import clock
from video_pages.core.page_protocols import LockablePage

STRICTNESS = {choice: rank for rank, choice in enumerate([Listed.EVERYWHERE, Listed.UNLOCKED, Listed.NOWHERE])}


@dataclasses.dataclass(frozen=True)
class Listing:
    """The listing of a page, for editors: `listed`, and the title of the section that decides, "" for the page itself.

    `is_draft` says that this section keeps everything in it out of lists because it is not published.
    """

    listed: Listed
    section_title: str = ""
    is_draft: bool = False


def listings(pages: Iterable[LockablePage], *, now: dt.datetime | None = None) -> dict[int, Listing]:
    """Return {page id: Listing} for `pages`, videos or sections; one query."""
    now = now or clock.now()
    pages = list(pages)
    wanted = {prefix for page in pages for prefix in prefixes(page.path)[:-1]}
    is_draft = Case(When(Q(live=False) | Q(expire_at__lte=now), then=Value(True)), default=Value(False))
    rows = page_model(SECTION).objects.filter(path__in=wanted).annotate(is_draft=is_draft).order_by()
    above = {path: rest for path, *rest in rows.values_list("path", "title", "listed", "is_draft")}
    return {page.pk: _listing(page, above) for page in pages}


def listing_of(page: LockablePage) -> Listing:
    """Return the Listing of one page; see `listings`."""
    return listings([page])[page.pk]


def _listing(page: LockablePage, above: Mapping[str, Sequence[Any]]) -> Listing:
    """Return the strictest Listing on the path of `page`; among equal ones the page's own, then the nearest."""
    found = Listing(Listed(page.listed))
    for path in reversed(prefixes(page.path)[:-1]):
        title, listed, is_draft = above.get(path, ("", Listed.EVERYWHERE, False))
        listed = Listed.NOWHERE if is_draft else Listed(listed)
        if STRICTNESS[listed] > STRICTNESS[found.listed]:
            found = Listing(listed, title, is_draft)
    return found
