"""The guard of a video: the video itself, or the nearest section above it that has a password.

It is computed from the path for each request and never stored, so that moving a page and setting or removing a password
take effect at the next request. One query answers for one video or for a whole page of cards: it reads the pages on the
paths from the root to the videos, each with the hash of its password, Wagtail's own restriction mark, and the access
rows of this browser.

An invitation of a page opens what the password of that page would open: everything below it that has no nearer
password. It needs no password of the page.
"""

import dataclasses
import datetime as dt
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any, Protocol

from django.db.models import QuerySet
from wagtail.models import Page

from video_pages.access.access_rows import AccessRow
from video_pages.access.models import VideoAccessSession
from video_pages.access.path_nodes import Node, nodes_by_path
from video_pages.access.window import Window, window_of
from video_pages.core.page_protocols import LockablePage

VIDEO, SECTION = "video", "section"
EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


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
    def is_stand_in(self) -> bool:
        """True if the page has no password that opens anything: its form takes those of invitations alone."""
        return not self.password_hash

    @property
    def key(self) -> str:
        """The guard as one word, by which guesses are counted."""
        return f"{self.kind}:{self.page_id}"

    def is_over(self, now: dt.datetime) -> bool:
        """Return whether the date of the password has passed at `now`, so that it opens nothing."""
        return self.access_until is not None and self.access_until <= now


@dataclasses.dataclass(frozen=True)
class AccessState:
    """The facts about one page and one browser, from which `decide` makes a verdict.

    `guard` is None if no password opens the page. `rows` are the browser's rows that open it, valid or not: those for
    exactly that guard, and those by invitations of the pages whose ids are `reach`: from the page itself up to its
    guard. `maybe_restricted` is False only if no Wagtail view restriction can apply. `window` is None if the page is no
    longer at its path: then nothing opens it.
    """

    guard: Guard | None
    rows: tuple[AccessRow, ...]
    maybe_restricted: bool
    window: Window | None
    reach: tuple[int, ...] = ()

    def expired(self, now: dt.datetime) -> list[AccessRow]:
        """Return the rows that have expired at `now`."""
        return [row for row in self.rows if row.expires_at <= now]

    def has_expired(self, now: dt.datetime) -> bool:
        """Return whether the browser had access and all its rows have expired at `now`."""
        return bool(self.rows) and len(self.expired(now)) == len(self.rows)


def prefixes(path: str) -> list[str]:
    """Return the tree paths of all pages from the root down to the one at `path`, itself included."""
    return [path[:end] for end in range(Page.steplen, len(path) + 1, Page.steplen)]


def access_states(pages: Collection[LockablePage], keys: Sequence[str] = ()) -> dict[int, AccessState]:
    """Return {page id: AccessState} for the source pages `pages`, videos or sections, in one query.

    `keys` are those of its Browser, as `browser_keys` returns it.
    """
    by_path = nodes_by_path({prefix for page in pages for prefix in prefixes(page.path)}, keys)
    return {page.pk: state_of(page, by_path, keys) for page in pages}


def guard_of(page: LockablePage) -> Guard | None:
    """Return the Guard of one source page, a video or a section, or None if no password opens it."""
    return access_states([page])[page.pk].guard


def page_model(kind: str) -> Any:
    """Return the model of pages of one kind, "video" or "section"."""
    return VideoAccessSession._meta.get_field(kind).related_model


def source_pages(guard: Guard) -> QuerySet[Any]:
    """Return the queryset of the one page that `guard` is."""
    return page_model(guard.kind).objects.filter(pk=guard.page_id)


def sources_of(pages: Iterable[LockablePage], prepare: Callable[[Any], Iterable[Any]] | None = None) -> dict[int, Any]:
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


class Position(Protocol):
    """A page as far as its guard depends on it: its id and its tree path."""

    @property
    def pk(self) -> int: ...

    @property
    def path(self) -> str: ...


def state_of(page: Position, by_path: Mapping[str, Node], keys: Sequence[str] = ()) -> AccessState:
    """Return the AccessState of `page` from the nodes on its path. No query, except for a section that is an alias."""
    chain = [by_path[prefix] for prefix in prefixes(page.path) if prefix in by_path]
    # The id is compared too: since `page` was read, it may have moved, and another page may have its path.
    is_complete = bool(chain) and chain[-1]["id"] == page.pk
    # The source of an alias on the path may be restricted: only Wagtail's own, slower query can tell.
    maybe_restricted = not is_complete or any(node["restricted"] or node["alias_of_id"] for node in chain)
    if not is_complete:
        return AccessState(None, (), maybe_restricted, None)
    guard: Guard | None = None
    rows: list[AccessRow] = []
    reach: list[int] = []
    for node in reversed(chain):
        kind = VIDEO if node is chain[-1] and node["video_hash"] is not None else SECTION
        if node["alias_of_id"] and node["section_hash"] is not None:
            node = _source_node(node, keys)
        if node[f"{kind}_hash"]:
            guard = _guard(node, kind)
        reach.append(node["id"])
        rows += [row for row in node.get("rows", ()) if guard or row.invited]
        if guard:
            break
    return AccessState(guard, tuple(rows), maybe_restricted, window_of(chain), tuple(reach))


def _guard(node: Node, kind: str) -> Guard:
    date = node[f"{kind}_date"]
    microseconds = (date - EPOCH) // dt.timedelta(microseconds=1) if date else 0
    return Guard(
        kind,
        node["id"],
        node[f"{kind}_hash"],
        node[f"{kind}_minutes"],
        node["title"],
        microseconds,
        node[f"{kind}_until"],
    )


def _source_node(alias: Node, keys: Sequence[str]) -> Node:
    """Return the Node of the source of a section's `alias`, which has no password and no invitations of its own."""
    source = Page.objects.get(pk=alias["alias_of_id"]).specific.source
    return nodes_by_path([source.path], keys).get(source.path, alias)
