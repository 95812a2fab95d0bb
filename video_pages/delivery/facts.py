"""The facts of a verdict and of the files below an address, read for one request or for all verdicts in use.

A request costs two queries: its session, and the pages on the path to the video with the columns of its file and the
access rows of this browser. The pages on the path are found by subqueries, so the path need not be known before.
`again` reads the same facts for many verdicts, in three queries for all of them: it knows their paths, rows and
sessions.

Whatever needs more than these columns has no facts here: an alias, Wagtail's own restrictions, a very deep tree. The
view answers for these.
"""

import datetime as dt
import itertools
import uuid
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.contrib.sessions.models import Session
from django.db.models import F, QuerySet, Subquery
from django.db.models.functions import Substr
from wagtail.models import Page

from video_pages.access import guard as guards
from video_pages.access import path_nodes
from video_pages.access.access_rows import FIELDS, ROW_COLUMNS, AccessRow, access_row, with_rows, with_rows_merged
from video_pages.access.decide import AccessFacts
from video_pages.access.guard import SECTION, VIDEO, Guard
from video_pages.access.models import VideoAccessSession
from video_pages.access.path_nodes import Node
from video_pages.access.window import Window
from video_pages.core import clock
from video_pages.core.prepared import PreparedQuery
from video_pages.delivery.session_facts import SessionFacts, read_session
from video_pages.library.served_names import ServedNames
from video_pages.pages.models import VideoPage

DEEPEST = 10
"""Levels of the page tree whose pages one query finds; the root is the first, a video in a section the fourth."""
MOST_VALUES = 10_000  # in one query
VIDEO_COLUMNS = {
    "video_uuid": "videopage__uuid",
    "video_open": "videopage__open_to_everyone",
    "file_uuid": "videopage__video_file__uuid",
    "file_progressive_name": "videopage__video_file__progressive_name",
    "file_poster_version": "videopage__video_file__poster_version",
    "file_package": "videopage__video_file__package",
}
UNREAD: Node = {"title": "", **{f"{kind}_{name}": None for kind in (SECTION, VIDEO) for name in ("minutes", "date")}}
"""Columns of a node that a guard has and a verdict does not need: each takes time to convert."""
COLUMNS = [*(name for name in path_nodes.NODE_COLUMNS if name not in UNREAD), "live", "expire_at", *VIDEO_COLUMNS]


@dataclass(frozen=True)
class FileFacts(ServedNames):
    """The columns of a VideoFile that name what visitors get."""

    uuid: uuid.UUID
    progressive_name: str
    poster_version: int | None
    package: str


@dataclass(frozen=True)
class VideoFacts:
    """Facts that are the same for all browsers: columns of a video page, its guard, its file, its window.

    `path` is its tree path; `reach` is that of AccessState.
    """

    page_id: int
    path: str
    live: bool
    expire_at: dt.datetime | None
    open_to_everyone: bool
    guard: Guard | None
    file: FileFacts | None
    window: Window | None
    reach: tuple[int, ...]

    def for_rows(self, rows: tuple[AccessRow, ...]) -> AccessFacts:
        """Return the AccessFacts of a browser with the access `rows`. No restriction can apply, see `facts_of`."""
        return AccessFacts(self.live, self.expire_at, self.open_to_everyone, True, self.guard, rows, self.window)


class FoundRow(NamedTuple):
    """An access row with the digest of the key of its browser, and the id of the page that it is of."""

    browser_key: str
    page_id: int
    row: AccessRow


class _Position(NamedTuple):
    """The place of a page in the tree, as far as `guards.state_of` reads it."""

    pk: int
    path: str


@dataclass(frozen=True)
class Again:
    """The present facts of many verdicts: sessions by key, videos by uuid, access rows by id. Those gone are absent."""

    sessions: dict[str, SessionFacts]
    videos: dict[uuid.UUID, VideoFacts]
    rows: dict[int, FoundRow] = field(default_factory=dict)


def facts_of(video: uuid.UUID, browser_key: str = "") -> tuple[VideoFacts, tuple[AccessRow, ...]] | None:
    """Return the VideoFacts of the video and the browser's rows that open it, or None if this module can't tell.

    One query. `browser_key` is the digest of the browser's key, "" without one.
    """
    if browser_key:
        columns, rows = [*COLUMNS, *ROW_COLUMNS], NODES_AND_ROWS.rows(video, browser_key)
    else:
        columns, rows = COLUMNS, NODES.rows(video)
    nodes = with_rows_merged(dict(zip(columns, row, strict=True), **UNREAD) for row in rows)
    return _facts(nodes, _video_node(nodes.values(), video))


def again(known: Mapping[str, SessionFacts], paths: Mapping[uuid.UUID, str], row_ids: Collection[int]) -> Again:
    """Return the present facts of many verdicts, in three queries, one for each kind, for each MOST_VALUES of a kind.

    `known` are the sessions as they were read before, by cookie: one with the same data is not decoded again. `paths`
    are the tree paths at which the videos were; a video that has moved is absent.
    """
    sessions: dict[str, SessionFacts] = {}
    by_path: dict[str, Node] = {}
    rows: dict[int, FoundRow] = {}
    valid = Session.objects.filter(expire_date__gt=clock.now())
    for cookies in _chunks(known):
        found = valid.filter(session_key__in=cookies).values_list("session_key", "session_data", "expire_date")
        for cookie, data, ends in found:
            before = known[cookie]
            sessions[cookie] = before._replace(ends=ends) if before.data == data else read_session(data, ends)
    for some in _chunks({prefix for path in paths.values() for prefix in guards.prefixes(path)}):
        nodes = _with_video(path_nodes.nodes_at(some)).values(*COLUMNS)
        by_path.update({node["path"]: {**UNREAD, **node} for node in nodes})
    for ids in _chunks(row_ids):
        columns = VideoAccessSession.objects.filter(pk__in=ids).values_list(
            "session_key", "video_id", "section_id", *FIELDS
        )
        for browser_key, of_video, of_section, *values in columns:
            row = access_row(values)
            rows[row.id] = FoundRow(browser_key, of_video or of_section, row)
    videos = {}
    for video, path in paths.items():
        node = by_path.get(path)
        facts = _facts(by_path, node if node and node["video_uuid"] == video else None)
        if facts:
            videos[video] = facts[0]
    return Again(sessions, videos, rows)


def rows_for(facts: VideoFacts, found: FoundRow | None, browser_key: str) -> tuple[AccessRow, ...]:
    """Return the row that was `found` if it is one of this browser and opens the video of `facts`."""
    if found is None or found.browser_key != browser_key:
        return ()
    by_password = facts.guard is not None and found.page_id == facts.guard.page_id
    opens = found.page_id in facts.reach if found.row.invited else by_password
    return (found.row,) if opens else ()


def open_videos(most: int) -> set[str] | None:
    """Return the uuids, as text, of the pages that are marked open to everyone; None if there are more than `most`."""
    found = VideoPage.objects.filter(open_to_everyone=True).order_by().values_list("uuid", flat=True)[: most + 1]
    uuids = {str(each) for each in found}
    return uuids if len(uuids) <= most else None


def _chunks(values: Iterable[Any]) -> Iterator[list[Any]]:
    """Yield `values` in lists that one query takes: SQLite has a limit of 32,766 parameters."""
    remaining = iter(values)
    while chunk := list(itertools.islice(remaining, MOST_VALUES)):
        yield chunk


def _facts(by_path: dict[str, Node], video: Node | None) -> tuple[VideoFacts, tuple[AccessRow, ...]] | None:
    """Return the facts of the page `video`, whose ancestors are in `by_path`; None if other tables may matter."""
    if video is None:
        return None
    chain = [by_path.get(prefix) for prefix in guards.prefixes(video["path"])]
    if any(node is None or node["restricted"] or node["alias_of_id"] for node in chain):
        return None
    state = guards.state_of(_Position(video["id"], video["path"]), by_path)
    file = None
    if video["file_uuid"] is not None:
        file = FileFacts(*(video[f"file_{name}"] for name in ("uuid", "progressive_name", "poster_version", "package")))
    facts = VideoFacts(
        video["id"],
        video["path"],
        video["live"],
        video["expire_at"],
        video["video_open"],
        state.guard,
        file,
        state.window,
        state.reach,
    )
    return facts, state.rows


def _video_node(nodes: Iterable[Node], video: uuid.UUID) -> Node | None:
    return next((node for node in nodes if node["video_uuid"] == video), None)


def _with_video(pages: QuerySet[Any]) -> QuerySet[Any]:
    return pages.annotate(**{name: F(column) for name, column in VIDEO_COLUMNS.items()}).order_by()


def _path_of(video: uuid.UUID) -> list[Subquery]:
    """Return the tree paths of the video and the pages above it, as subqueries. Short ones repeat the whole path."""
    found = VideoPage.objects.filter(uuid=video).order_by()
    return [Subquery(found.values_list(Substr("path", 1, level * Page.steplen))[:1]) for level in range(1, DEEPEST + 1)]


def _nodes(video: uuid.UUID) -> QuerySet[Any, Any]:
    return _with_video(path_nodes.nodes_at(_path_of(video))).values_list(*COLUMNS)


def _nodes_and_rows(video: uuid.UUID, browser_key: str) -> QuerySet[Any, Any]:
    pages = with_rows(path_nodes.nodes_at(_path_of(video)), (browser_key,))
    return _with_video(pages).values_list(*COLUMNS, *ROW_COLUMNS)


NODES, NODES_AND_ROWS = PreparedQuery(_nodes), PreparedQuery(_nodes_and_rows)
