"""Which page's password opens a video: the video's own, or that of the nearest section above it that has one.

Computed from the path at each question and never stored, so that moving a page, setting or removing a password
takes effect at the next request. One query answers for one video or for a whole page of cards: the pages on the
paths from the root to the videos, each with its password's hash, Wagtail's own restriction mark, and the row by which
this browser may have it.
"""

import dataclasses
import datetime as dt

from django.db.models import Exists, F, FilteredRelation, OuterRef, Q
from wagtail.models import Page, PageViewRestriction

from video_pages.access.models import VideoAccessSession
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


@dataclasses.dataclass(frozen=True)
class Guard:
    """The page whose password opens something: `kind` is "video" or "section", `page_id` the source page's id."""

    kind: str
    page_id: int
    password_hash: str = dataclasses.field(repr=False)
    access_minutes: int | None = dataclasses.field(default=None, compare=False)
    title: str = dataclasses.field(default="", compare=False)
    password_date: int = dataclasses.field(default=0, compare=False)  # microseconds since 1970; 0 if not known
    access_until: dt.datetime | None = dataclasses.field(default=None, compare=False)

    @property
    def key(self):
        """The guard as one word, for counting guesses."""
        return f"{self.kind}:{self.page_id}"

    def is_over(self, now):
        """True if the password opens nothing any more at `now`: its date is reached."""
        return self.access_until is not None and self.access_until <= now


@dataclasses.dataclass(frozen=True)
class AccessRow:
    """What the database says of one browser's session with one guard."""

    id: int
    created_at: dt.datetime
    expires_at: dt.datetime


@dataclasses.dataclass(frozen=True)
class AccessState:
    """How one video stands towards one browser, before any judgement.

    `guard` is None while no password opens the video; `row` is the browser's row for exactly that guard, valid or not;
    `maybe_restricted` is False only if no Wagtail view restriction can apply.
    """

    guard: Guard | None
    row: AccessRow | None
    maybe_restricted: bool


def prefixes(path):
    """Return the tree paths of all pages from the root down to the one at `path`, itself included."""
    return [path[:end] for end in range(Page.steplen, len(path) + 1, Page.steplen)]


def access_states(pages, keys=()):
    """Return {page id: Standing} for the source pages `pages`, videos or sections, in one query.

    `keys` are the browser's session keys as `browser_keys` gives them.
    """
    by_path = {}
    wanted = {prefix for page in pages for prefix in prefixes(page.path)}
    for node in _nodes(wanted, keys):
        known = by_path.get(node["path"])
        if known is None or _later(node, known):
            by_path[node["path"]] = node
    return {page.pk: _access_state(page, by_path, keys) for page in pages}


def guard_of(page):
    """Return the Guard of one source page, a video or a section, or None while no password opens it."""
    return access_states([page])[page.pk].guard


def source_pages(guard):
    """Return the queryset of the one page whose password `guard` is."""
    kind = VideoAccessSession._meta.get_field(guard.kind).related_model
    return kind.objects.filter(pk=guard.page_id)


def sources_of(pages, prepare=None):
    """Return {page id: source page} for `pages`, all videos or all sections.

    One query more if there are aliases among them, whatever their number; `prepare(queryset)` may say what else to
    fetch with their sources.
    """
    pages = list(pages)
    by_id = {page.pk: page for page in pages}
    missing = {page.alias_of_id for page in pages if page.alias_of_id} - set(by_id)
    if missing:
        found = type(pages[0]).objects.filter(pk__in=missing)
        by_id.update({page.pk: page for page in (prepare(found) if prepare else found)})
    return {page.pk: by_id[page.alias_of_id].source if page.alias_of_id else page for page in pages}


def _nodes(paths, keys):
    columns = [*NODE_COLUMNS, *(ROW_COLUMNS if keys else ())]
    question = NODES_WITH_ROWS_QUERY if keys else NODES_QUERY
    values = (tuple(paths), tuple(keys)) if keys else (tuple(paths),)
    return [dict(zip(columns, row, strict=True)) for row in question.rows(*values)]


def _nodes_at(paths):
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


def _nodes_without_rows(paths):
    return _nodes_at(paths).order_by().values_list(*NODE_COLUMNS)


def _nodes_with_rows(paths, keys):
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


# Asked by every page and every stream request.
NODES_QUERY, NODES_WITH_ROWS_QUERY = PreparedQuery(_nodes_without_rows), PreparedQuery(_nodes_with_rows)


def _later(node, known):
    """True if `node`, the same page seen through another of the browser's keys, has the row that ends later."""
    return any(
        node.get(f"{kind}_row_id")
        and (not known.get(f"{kind}_row_id") or node[f"{kind}_row_expires_at"] > known[f"{kind}_row_expires_at"])
        for kind in (SECTION, VIDEO)
    )


def _access_state(page, by_path, keys):
    chain = [by_path[prefix] for prefix in prefixes(page.path) if prefix in by_path]
    # By id, not only by path: a page may have moved, and another taken its place, since it was read.
    whole = bool(chain) and chain[-1]["id"] == page.pk
    # An alias on the way may stand for a restricted page: only Wagtail's own, slower question can tell.
    maybe_restricted = not whole or any(node["restricted"] or node["alias_of_id"] for node in chain)
    if not whole:
        return AccessState(None, None, maybe_restricted)
    guard, row = None, None
    if chain[-1]["video_hash"]:
        guard, row = _read(chain[-1], VIDEO)
    else:
        for node in reversed(chain):
            if node["section_hash"]:
                guard, row = _read(node, SECTION)
                break
            if node["alias_of_id"] and node["section_hash"] is not None:
                guard, row = _read_alias(node, keys)
                if guard:
                    break
    return AccessState(guard, row, maybe_restricted)


def _read(node, kind):
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


def _read_alias(node, keys):
    """Read the source of an alias of a section: the alias has no password of its own and guards with its source's."""
    source = Page.objects.get(pk=node["alias_of_id"]).specific.source
    source_node = next(iter(sorted(_nodes([source.path], keys), key=_row_end)), None)
    if not source_node or not source_node["section_hash"]:
        return None, None
    return _read(source_node, SECTION)


def _row_end(node):
    """Sort key: the row that ends last comes first."""
    end = node.get("section_row_expires_at")
    return -end.timestamp() if end else 0
