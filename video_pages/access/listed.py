"""The places where a page's title shows: everywhere, only to browsers that unlocked it, or only at its own address.

The address of a page contains the names of the sections above it, so a page is never listed more widely than they are:
the strictest choice on its path counts, and a section that is not published lists nothing that lies in it. A browser
has unlocked a page if an access row opens it; unlocking a page below a section satisfies the choice of that section
too. An open mark unlocks nothing: it decides who may watch, not who may read a name in a list.

`Viewer` is what one browser has unlocked. The querysets in `video_pages.pages.querysets` use it; no other code decides.
"""

import dataclasses
import datetime as dt
import functools
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from django.conf import settings
from django.db.models import BooleanField, Case, Q, QuerySet, Value, When
from django.http import HttpRequest
from wagtail.models import Page, PageViewRestriction

from video_pages.access.access_rows import HeldRow
from video_pages.access.decide import CLOCK_SKEW
from video_pages.access.effective_access import sessions_open_at
from video_pages.access.guard import SECTION, page_model, prefixes
from video_pages.access.models import Listed
from video_pages.access.visitor import renew_visitor, visitor_of
from video_pages.core import clock
from video_pages.core.prepared import PreparedQuery

UNTIMED = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
MOST_LISTED_PATHS = 500  # paths of sections that a query names; of more, it names the condition

REQUEST_ATTRIBUTE = "_listed_viewer"  # the attribute of a request with its Viewer, which every list on a page needs


def hidden_sections(now: dt.datetime) -> Q:
    """Return the condition for sections that keep everything in them out of lists at `now`."""
    return Q(live=False) | Q(expire_at__lte=now) | Q(listed=Listed.NOWHERE)


@dataclasses.dataclass(frozen=True)
class Viewer:
    """The facts about one browser at `now` that lists need, read once for all lists of a request.

    `videos` are the ids of the videos that it has unlocked by what opens them alone, `unlocked` the tree paths of the
    sections that it has unlocked, `guards` those of the sections whose own password or invitation it has used.
    `private` are the paths of pages with Wagtail's own restrictions. `hiding_depths` and `asking_depths` are the depths
    in the tree of sections that are hidden, or listed only after unlocking. Most sites have none, and then lists need
    no condition. `hiding` and `asking` are the paths of these sections if there are few, else None: queries look them
    up then. `translated` says that pages may be translations, which are listed only where their sources are too. For
    these, `source_depths` are the depths of all hidden sections, and `source_path` is the path of the section whose
    list this is; `exempt` are the paths of hidden sections that hide nothing.
    """

    now: dt.datetime
    videos: tuple[int, ...] = ()
    unlocked: tuple[str, ...] = ()
    guards: tuple[str, ...] = ()
    private: tuple[str, ...] = ()
    hiding_depths: tuple[int, ...] = ()
    asking_depths: tuple[int, ...] = ()
    hiding: tuple[str, ...] | None = ()
    asking: tuple[str, ...] | None = ()
    translated: bool = False
    source_depths: tuple[int, ...] = ()
    source_path: str = ""
    exempt: tuple[str, ...] = ()

    def as_anyone(self) -> "Viewer":
        """Return the Viewer of a browser that has unlocked nothing, such as a search engine."""
        return dataclasses.replace(self, videos=(), unlocked=(), guards=())

    def inside(self, page: Page | None) -> "Viewer":
        """Return the Viewer for the list of `page`, or without a page this one.

        The visitor of `page` knows its address and has passed Wagtail's own restrictions on it, so only sections below
        it can hide pages.
        """
        if page is None:
            return self
        source = page.alias_of.path if page.alias_of_id and (self.translated or self.private) else page.path
        private = tuple(path for path in self.private if not page.path.startswith(path) and not source.startswith(path))
        hiding_depths = tuple(depth for depth in self.hiding_depths if depth > page.depth)
        # Only where it matters, because queries are compiled for each set of facts.
        if not self.translated or (self.hiding is not None and not source.startswith(self.hiding)):
            source = ""
        return dataclasses.replace(self, private=private, hiding_depths=hiding_depths, source_path=source)

    def of_sources(self) -> "Viewer":
        """Return the Viewer for the sources of translations in the list of this one."""
        exempt = tuple(prefixes(self.source_path))
        return dataclasses.replace(self, translated=False, hiding_depths=self.source_depths, exempt=exempt)

    def without_values(self) -> "Viewer":
        """Return the facts on which querysets branch: all but the time and the ids of videos."""
        return dataclasses.replace(self, now=UNTIMED, videos=())

    def hiding_sections(self, depth: int) -> Collection[str] | QuerySet[Any, Any]:
        """Return the paths of the sections at `depth` that list nothing that lies in them."""
        if self.hiding is not None:
            return [path for path in _at(depth, self.hiding) if path not in self.exempt]
        hidden = _sections().filter(hidden_sections(self.now), depth=depth).exclude(path__in=self.exempt)
        return hidden.order_by().values("path")

    def asking_sections(self, depth: int) -> Collection[str] | QuerySet[Any, Any]:
        """Return the paths of the sections at `depth` that are listed only after unlocking, and are locked here."""
        if self.asking is not None:
            return [path for path in _at(depth, self.asking) if path not in self.unlocked]
        asking = _sections().filter(listed=Listed.UNLOCKED, depth=depth)
        return asking.exclude(path__in=self.unlocked).order_by().values("path")


def viewer_of(request: HttpRequest) -> Viewer:
    """Return the Viewer of `request`: two queries, up to three more for a browser that has unlocked something."""
    viewer = getattr(request, REQUEST_ATTRIBUTE, None)
    if viewer is None:
        visitor = visitor_of(request)
        viewer = viewer_with(visitor.browser.keys, visitor.held)
        setattr(request, REQUEST_ATTRIBUTE, viewer)
    return viewer


def renew_viewer(request: HttpRequest) -> None:
    """Have `visitor_of` and `viewer_of` see what `request` has unlocked meanwhile."""
    renew_visitor(request)
    setattr(request, REQUEST_ATTRIBUTE, None)


def viewer_with(keys: Sequence[str] = (), held: HeldRow | None = None, *, now: dt.datetime | None = None) -> Viewer:
    """Return the Viewer of a browser with the session keys `keys`, or of an editor who sees the site with `held`."""
    now = now or clock.now()
    videos, sections, invited = held.opens if held else _rows(keys, now)
    guards, unlocked = _unlocked(sections, invited)
    narrow = _narrow_sections(now)
    is_short = len(narrow) <= MOST_LISTED_PATHS
    hiding, asking = (sorted(path for path, is_hidden in narrow if is_hidden is wanted) for wanted in (True, False))
    depths = {(len(path) // Page.steplen, is_hidden) for path, is_hidden in narrow} if is_short else _depths(now)
    hiding_depths = tuple(sorted({depth for depth, is_hidden in depths if is_hidden}))
    return Viewer(
        now=now,
        videos=videos,
        unlocked=unlocked,
        guards=guards,
        private=_private_paths(),
        hiding_depths=hiding_depths,
        asking_depths=tuple(sorted({depth for depth, is_hidden in depths if not is_hidden})),
        hiding=tuple(hiding) if is_short else None,
        asking=tuple(asking) if is_short else None,
        translated=settings.WAGTAIL_I18N_ENABLED,
        source_depths=hiding_depths,
    )


def without_private(pages: Any, viewer: Viewer) -> Any:
    """Leave out of the queryset `pages` those with a path of `viewer.private`, and aliases of such pages."""
    for path in viewer.private:
        pages = pages.exclude(path__startswith=path).exclude(alias_of__path__startswith=path)
    return pages


def _sections() -> QuerySet[Any]:
    return page_model(SECTION).objects.all()


def _rows(keys: Sequence[str], now: dt.datetime) -> tuple[tuple[int, ...], dict[int, str], set[int]]:
    """Return the ids of videos, {id: path} of sections and ids of those by invitations that rows of these keys open."""
    if not keys:
        return (), {}, set()
    found = OPENED.rows(now, now + CLOCK_SKEW, tuple(keys))
    videos = tuple(dict.fromkeys(video for video, *_others in found if video))
    sections = {section: path for _video, section, path, _invitation in found if section}
    return videos, sections, {section for _video, section, _path, invitation in found if section and invitation}


def _unlocked(sections: Mapping[int, str], invited: Collection[int]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return (`guards`, `unlocked`) of a Viewer for `sections`, {id: path}, that rows open, some of them `invited`.

    As in `guard`, the guard of a section is the section itself or the nearest one above with a password, an invitation
    needs no password, and an alias of a section has those of its source.
    """
    if not sections:
        return (), ()
    aliases = _sections().filter(alias_of__in=sections).order_by().values_list("path", flat=True)
    tops = [*sections.values(), *aliases]
    below = Q()
    for path in tops:
        below |= Q(path__startswith=path)
    found = _sections().filter(below).order_by("path")
    guards: list[str] = []
    unlocked: set[str] = set()
    for page_id, path, source_id, own, of_source in found.values_list(
        "pk", "path", "alias_of_id", "password_hash", "alias_of__videoindexpage__password_hash"
    ):
        opens = sections if own or of_source else invited
        if page_id in opens or source_id in opens:
            guards.append(path)
            unlocked.add(path)
        elif not (own or of_source) and path[: -Page.steplen] in unlocked:
            unlocked.add(path)
    return tuple(guards), tuple(sorted(unlocked))


def _private_paths() -> tuple[str, ...]:
    """Return the paths of pages with Wagtail's own restrictions. Mostly there are none, which one short query tells."""
    restricted = [page_id for (page_id,) in PRIVATE.rows()]
    return tuple(Page.objects.filter(pk__in=restricted).order_by().values_list("path", flat=True)) if restricted else ()


def _at(depth: int, paths: Iterable[str]) -> list[str]:
    return [path for path in paths if len(path) == depth * Page.steplen]


def _narrow(now: dt.datetime) -> QuerySet[Any]:
    """Return the sections that do not list everything to everyone, with `is_hidden`."""
    is_hidden = Case(When(hidden_sections(now), then=Value(True)), default=Value(False), output_field=BooleanField())
    narrow = _sections().filter(hidden_sections(now) | Q(listed=Listed.UNLOCKED)).annotate(is_hidden=is_hidden)
    return narrow.order_by()


def _narrow_sections(now: dt.datetime) -> list[tuple[str, bool]]:
    """Return (path, is hidden) of the sections that do not list everything to everyone, of at most one too many."""
    return _narrow_query(MOST_LISTED_PATHS + 1).rows(now)


@functools.cache
def _narrow_query(limit: int) -> PreparedQuery:
    return PreparedQuery(lambda now: _narrow(now).values_list("path", "is_hidden")[:limit])


def _depths(now: dt.datetime) -> set[tuple[int, bool]]:
    """Return the (depth, is hidden) of these sections."""
    return set(_narrow(now).values_list("depth", "is_hidden").distinct())


def _opened(now: dt.datetime, latest_start: dt.datetime, keys: tuple[str, ...]) -> QuerySet[Any, Any]:
    rows = sessions_open_at(now, latest_start).filter(session_key__in=keys)
    return rows.order_by().values_list("video_id", "section_id", "section__path", "granted_by_id")


OPENED = PreparedQuery(_opened)
PRIVATE = PreparedQuery(lambda: PageViewRestriction.objects.order_by().values_list("page_id"))
