"""The guard of a video: the video itself, or the nearest section above it that has a password.

It is computed from the path for each request and never stored, so that moving a page and setting or removing a password
take effect at the next request. One query answers for one video or for a whole page of cards: it reads the pages on the
paths from the root to the videos, each with the hash of its password, Wagtail's own restriction mark, and the access
row of this browser.
"""

import dataclasses
import datetime as dt
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any

from django.db.models import Exists, F, FilteredRelation, OuterRef, Q, QuerySet
from wagtail.models import Page, PageViewRestriction

from video_pages.access.models import VideoAccessSession
from video_pages.core.page_protocols import ProtectedPage
from video_pages.core.prepared import PreparedQuery

VIDEO, SECTION = "video", "section"
NODE_COLUMNS = [
    "id",
    "path",
    "title",
    "alias_of_id",
    "section_hash",
    "section_minutes",
    "section_date",
    "section_until",
    "video_hash",
    "video_minutes",
    "video_date",
    "video_until",
    "restricted",
]
ROW_COLUMNS = [f"{kind}_row_{column}" for kind in (SECTION, VIDEO) for column in ("id", "created_at", "expires_at")]
EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)

Node = dict[str, Any]
"""A page on the path to a video: the columns NODE_COLUMNS, and ROW_COLUMNS for a browser with keys."""


@dataclasses.dataclass(frozen=True)
class Guard:
    """The page whose password opens something: `kind` is "video" or "section", `page_id` the source page's id."""

    kind: str
    page_id: int
    password_hash: str = dataclasses.field(repr=False)
    access_minutes: int | None = dataclasses.field(default=None, compare=False)
    title: str = dataclasses.field(default="", compare=False)
    password_date: int = dataclasses.field(default=0, compare=False)  # microseconds since 1970; 0 if unknown
    access_until: dt.datetime | None = dataclasses.field(default=None, compare=False)

    @property
    def key(self) -> str:
        """The guard as one word, by which guesses are counted."""
        return f"{self.kind}:{self.page_id}"

    def is_over(self, now: dt.datetime) -> bool:
        """Return whether the date of the password has passed at `now`, so that it opens nothing."""
        return self.access_until is not None and self.access_until <= now


@dataclasses.dataclass(frozen=True)
class AccessRow:
    """The columns of a VideoAccessSession that a verdict needs."""

    id: int
    created_at: dt.datetime
    expires_at: dt.datetime


@dataclasses.dataclass(frozen=True)
class AccessState:
    """The facts about one page and one browser, from which `decide` makes a verdict.

    `guard` is None if no password opens the page; `row` is the browser's row for exactly that guard, valid or not;
    `maybe_restricted` is False only if no Wagtail view restriction can apply.
    """

    guard: Guard | None
    row: AccessRow | None
    maybe_restricted: bool

    def has_expired(self, now: dt.datetime) -> bool:
        """Return whether the browser had access and its row has expired at `now`."""
        return self.row is not None and self.row.expires_at <= now


def prefixes(path: str) -> list[str]:
    """Return the tree paths of all pages from the root down to the one at `path`, itself included."""
    return [path[:end] for end in range(Page.steplen, len(path) + 1, Page.steplen)]


def access_states(pages: Collection[ProtectedPage], keys: Sequence[str] = ()) -> dict[int, AccessState]:
    """Return {page id: AccessState} for the source pages `pages`, videos or sections, in one query.

    `keys` are the session keys of the browser as `browser_keys` returns them.
    """
    by_path: dict[str, Node] = {}
    wanted = {prefix for page in pages for prefix in prefixes(page.path)}
    for node in _nodes(wanted, keys):
        known = by_path.get(node["path"])
        if known is None or _ends_later(node, known):
            by_path[node["path"]] = node
    return {page.pk: _access_state(page, by_path, keys) for page in pages}


def guard_of(page: ProtectedPage) -> Guard | None:
    """Return the Guard of one source page, a video or a section, or None if no password opens it."""
    return access_states([page])[page.pk].guard


def page_model(kind: str) -> Any:
    """Return the model of pages of one kind, "video" or "section"."""
    return VideoAccessSession._meta.get_field(kind).related_model


def source_pages(guard: Guard) -> QuerySet[Any]:
    """Return the queryset of the one page that `guard` is."""
    return page_model(guard.kind).objects.filter(pk=guard.page_id)


def sources_of(pages: Iterable[ProtectedPage], prepare: Callable[[Any], Iterable[Any]] | None = None) -> dict[int, Any]:
    """Return {page id: source page} for `pages`, all videos or all sections.

    One query if some of them are aliases, none otherwise; `prepare(queryset)` may select related rows of the sources.
    """
    pages = list(pages)
    by_id = {page.pk: page for page in pages}
    missing = {page.alias_of_id for page in pages if page.alias_of_id} - set(by_id)
    if missing:
        found = type(pages[0]).objects.filter(pk__in=missing)
        by_id.update({page.pk: page for page in (prepare(found) if prepare else found)})
    return {page.pk: by_id[page.alias_of_id].source if page.alias_of_id else page for page in pages}


def _nodes(paths: Iterable[str], keys: Sequence[str]) -> list[Node]:
    columns = [*NODE_COLUMNS, *(ROW_COLUMNS if keys else ())]
    query = NODES_WITH_ROWS_QUERY if keys else NODES_QUERY
    values = (tuple(paths), tuple(keys)) if keys else (tuple(paths),)
    return [dict(zip(columns, row, strict=True)) for row in query.rows(*values)]


def _nodes_at(paths: tuple[str, ...]) -> QuerySet[Any]:
    return Page.objects.filter(path__in=paths).annotate(
        section_hash=F("videoindexpage__password_hash"),
        section_minutes=F("videoindexpage__access_minutes"),
        section_date=F("videoindexpage__password_changed_at"),
        section_until=F("videoindexpage__access_until"),
        video_hash=F("videopage__password_hash"),
        video_minutes=F("videopage__access_minutes"),
        video_date=F("videopage__password_changed_at"),
        video_until=F("videopage__access_until"),
        restricted=Exists(PageViewRestriction.objects.filter(page_id=OuterRef("pk"))),
    )


def _nodes_without_rows(paths: tuple[str, ...]) -> QuerySet[Any, Any]:
    return _nodes_at(paths).order_by().values_list(*NODE_COLUMNS)


def _nodes_with_rows(paths: tuple[str, ...], keys: tuple[str, ...]) -> QuerySet[Any, Any]:
    query = _nodes_at(paths).annotate(
        section_row=FilteredRelation(
            "videoindexpage__access_sessions",
            condition=Q(videoindexpage__access_sessions__session_key__in=keys),
        ),
        video_row=FilteredRelation(
            "videopage__access_sessions",
            condition=Q(videopage__access_sessions__session_key__in=keys),
        ),
    )
    for kind in (SECTION, VIDEO):
        for column in ("id", "created_at", "expires_at"):
            query = query.annotate(**{f"{kind}_row_{column}": F(f"{kind}_row__{column}")})
    return query.order_by().values_list(*NODE_COLUMNS, *ROW_COLUMNS)


# Every page and every stream request reads these.
NODES_QUERY, NODES_WITH_ROWS_QUERY = PreparedQuery(_nodes_without_rows), PreparedQuery(_nodes_with_rows)


def _ends_later(node: Node, known: Node) -> bool:
    """Return whether the row in `node` ends later than that in `known`, the same page for another key."""
    return any(
        node.get(f"{kind}_row_id")
        and (not known.get(f"{kind}_row_id") or node[f"{kind}_row_expires_at"] > known[f"{kind}_row_expires_at"])
        for kind in (SECTION, VIDEO)
    )


def _access_state(page: ProtectedPage, by_path: dict[str, Node], keys: Sequence[str]) -> AccessState:
    chain = [by_path[prefix] for prefix in prefixes(page.path) if prefix in by_path]
    # The id is compared too: since `page` was read, it may have moved, and another page may have its path.
    is_complete = bool(chain) and chain[-1]["id"] == page.pk
    # The source of an alias on the path may be restricted: only Wagtail's own, slower query can tell.
    maybe_restricted = not is_complete or any(node["restricted"] or node["alias_of_id"] for node in chain)
    if not is_complete:
        return AccessState(None, None, maybe_restricted)
    guard: Guard | None = None
    row: AccessRow | None = None
    if chain[-1]["video_hash"]:
        guard, row = _guard_and_row(chain[-1], VIDEO)
    else:
        for node in reversed(chain):
            if node["section_hash"]:
                guard, row = _guard_and_row(node, SECTION)
                break
            if node["alias_of_id"] and node["section_hash"] is not None:
                guard, row = _guard_and_row_of_alias(node, keys)
                if guard:
                    break
    return AccessState(guard, row, maybe_restricted)


def _guard_and_row(node: Node, kind: str) -> tuple[Guard, AccessRow | None]:
    date = node[f"{kind}_date"]
    microseconds = (date - EPOCH) // dt.timedelta(microseconds=1) if date else 0
    guard = Guard(
        kind,
        node["id"],
        node[f"{kind}_hash"],
        node[f"{kind}_minutes"],
        node["title"],
        microseconds,
        node[f"{kind}_until"],
    )
    if not node.get(f"{kind}_row_id"):
        return guard, None
    return guard, AccessRow(node[f"{kind}_row_id"], node[f"{kind}_row_created_at"], node[f"{kind}_row_expires_at"])


def _guard_and_row_of_alias(node: Node, keys: Sequence[str]) -> tuple[Guard | None, AccessRow | None]:
    """Return the guard and row of the source of a section's alias, which has no password of its own."""
    source = Page.objects.get(pk=node["alias_of_id"]).specific.source
    source_node = next(iter(sorted(_nodes([source.path], keys), key=_row_end)), None)
    if not source_node or not source_node["section_hash"]:
        return None, None
    return _guard_and_row(source_node, SECTION)


def _row_end(node: Node) -> float:
    """Return a sort key: the row that ends last comes first."""
    end = node.get("section_row_expires_at")
    return -end.timestamp() if end else 0
