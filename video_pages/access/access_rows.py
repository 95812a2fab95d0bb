"""The access rows of a browser as a verdict reads them: how long each lasts, and the limits of its invitation."""

import dataclasses
import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from django.db.models import F, FilteredRelation, Q, QuerySet
from django.db.models.functions import Coalesce

SEAT = dt.timedelta(seconds=45)
"""For how long after its last bytes or its last watch report a browser counts as one that plays."""
SEAT_RENEWED = dt.timedelta(seconds=15)
"""The age from which the next request for bytes renews a seat, so that one in use never ends."""


class Invited(NamedTuple):
    """The invitation that granted a row, its limits, and when the browser has played with it; all as stored."""

    id: int
    viewer_id: int | None
    most_viewers: int | None
    uses: int
    at_once: int | None
    first_played_at: dt.datetime | None
    last_played_at: dt.datetime | None
    ends_at: dt.datetime | None = None
    window_hours: int | None = None

    @property
    def has_end(self) -> bool:
        """False if the row's end is technical: the link or the password renews it."""
        return self.ends_at is not None or (self.window_hours is not None and self.first_played_at is not None)

    @property
    def hours_to_begin(self) -> int | None:
        """The hours of a watch window that has not begun; None without one, and once the browser has played."""
        return self.window_hours if self.first_played_at is None else None

    @property
    def is_used_up(self) -> bool:
        """True if others have used up the invitation and this browser has not played with it."""
        return self.first_played_at is None and self.most_viewers is not None and self.uses >= self.most_viewers

    def must_begin(self, now: dt.datetime) -> bool:
        """Return whether bytes of a video need a use or a seat before they are sent; see `invitations.playing`."""
        if self.first_played_at is None:
            return True
        return self.at_once is not None and not _is_recent(self.last_played_at, now)


@dataclasses.dataclass(frozen=True)
class AccessRow:
    """The columns of a VideoAccessSession that a verdict needs; `invited` is None for access by a password."""

    id: int
    created_at: dt.datetime
    expires_at: dt.datetime
    invited: Invited | None = None


@dataclasses.dataclass(frozen=True)
class HeldRow:
    """A row that is not stored: an editor sees the site with the invitation of the page `page_id`, at `path`."""

    page_id: int
    path: str
    is_of_section: bool
    row: AccessRow

    @property
    def opens(self) -> tuple[tuple[int, ...], dict[int, str], set[int]]:
        """The ids of videos, {id: path} of sections and the ids of those by invitations that it opens."""
        if self.is_of_section:
            return (), {self.page_id: self.path}, {self.page_id}
        return (self.page_id,), {}, set()


FIELDS = [
    "id",
    "created_at",
    "expires_at",
    "granted_by",
    "viewer",
    "granted_by__most_viewers",
    "granted_by__uses",
    "granted_by__at_once",
    "viewer__first_played_at",
    "viewer__last_played_at",
    "granted_by__ends_at",
    "granted_by__window_hours",
]
"""The fields of a VideoAccessSession that `access_row` takes."""
ROW_COLUMNS = [f"row_{name}" for name in FIELDS]


def access_row(values: Sequence[Any]) -> AccessRow:
    """Return the AccessRow of the `values` of FIELDS."""
    row_id, created_at, expires_at, *of_invitation = values
    return AccessRow(row_id, created_at, expires_at, Invited(*of_invitation) if of_invitation[0] is not None else None)


def with_rows(pages: QuerySet[Any], keys: Sequence[str]) -> QuerySet[Any]:
    """Add the columns ROW_COLUMNS to a queryset of pages: the access rows of the browser with `keys`.

    A page with several such rows is in the result once for each. A page is a video or a section, so one relation of the
    two has rows.
    """
    kinds = {"section_row": "videoindexpage", "video_row": "videopage"}
    rows = {
        alias: FilteredRelation(
            f"{model}__access_sessions", condition=Q(**{f"{model}__access_sessions__session_key__in": keys})
        )
        for alias, model in kinds.items()
    }
    columns = {f"row_{name}": Coalesce(*(F(f"{alias}__{name}") for alias in kinds)) for name in FIELDS}
    return pages.annotate(**rows).annotate(**columns)


def with_rows_merged(nodes: Iterable[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Return {path: node} of `nodes` that have ROW_COLUMNS; each node gets its AccessRows as `rows`."""
    by_path: dict[str, dict[str, Any]] = {}
    for node in nodes:
        merged = by_path.setdefault(node["path"], node)
        if merged is node:
            node["rows"] = []
        if node.get("row_id") is not None:
            merged["rows"].append(access_row([node[name] for name in ROW_COLUMNS]))
    return by_path


def _is_recent(moment: dt.datetime | None, now: dt.datetime) -> bool:
    return moment is not None and moment > now - SEAT_RENEWED
