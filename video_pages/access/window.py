"""The window of a page: the time in which it can be watched, from an opening to a closing.

A section and a video may each have an opening and a closing. All on the path from the root to a page apply, and the
narrower ones win: the latest opening and the earliest closing. The window binds everybody but those who may edit the
page, also where the page is open to everyone. Wagtail's own schedule of publication is independent of it.
"""

import dataclasses
import datetime as dt
from collections.abc import Iterable
from typing import NamedTuple

from video_pages.access.path_nodes import KINDS, Node


class Origin(NamedTuple):
    """The page on the path whose own opening or closing applies."""

    page_id: int
    title: str


@dataclasses.dataclass(frozen=True)
class Window:
    """The opening and the closing of a page (aware), each None if there is none, and the pages that set them."""

    opens_at: dt.datetime | None = None
    closes_at: dt.datetime | None = None
    opens_from: Origin | None = dataclasses.field(default=None, compare=False)
    closes_from: Origin | None = dataclasses.field(default=None, compare=False)

    @property
    def is_empty(self) -> bool:
        """True if the page closes before it opens, so that it never opens."""
        return self.opens_at is not None and self.closes_at is not None and self.closes_at <= self.opens_at

    def is_closed(self, now: dt.datetime) -> bool:
        """Return whether the window has ended at `now`, or never begins."""
        return self.is_empty or (self.closes_at is not None and self.closes_at <= now)

    def is_not_yet_open(self, now: dt.datetime) -> bool:
        """Return whether the window begins after `now`."""
        return not self.is_closed(now) and self.opens_at is not None and now < self.opens_at

    def is_open(self, now: dt.datetime) -> bool:
        """Return whether the page can be watched at `now`, as far as the window decides."""
        return not self.is_closed(now) and not self.is_not_yet_open(now)

    def closed_since(self, now: dt.datetime) -> dt.datetime | None:
        """Return the closing if it has passed at `now`, else None."""
        return self.closes_at if self.closes_at is not None and self.closes_at <= now else None

    def limit(self, until: dt.datetime | None) -> dt.datetime | None:
        """Return the earlier of `until` and the closing; None if there is neither."""
        return min((moment for moment in (until, self.closes_at) if moment is not None), default=None)


def window_of(chain: Iterable[Node]) -> Window:
    """Return the Window of the page at the end of `chain`, the Nodes on its path from the root. No query.

    The row of an alias has the columns of its source: `SetWindowAction` and the creation of an alias write them.
    """
    opens_at: dt.datetime | None = None
    closes_at: dt.datetime | None = None
    opens_from: Origin | None = None
    closes_from: Origin | None = None
    for node in chain:
        for kind in KINDS:
            opening, closing = node[f"{kind}_opens"], node[f"{kind}_closes"]
            if opening is not None and (opens_at is None or opening > opens_at):
                opens_at, opens_from = opening, Origin(node["id"], node["title"])
            if closing is not None and (closes_at is None or closing < closes_at):
                closes_at, closes_from = closing, Origin(node["id"], node["title"])
    return Window(opens_at, closes_at, opens_from, closes_from)
