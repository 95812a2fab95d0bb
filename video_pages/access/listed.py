"""Where a page's title shows: everywhere, only to browsers that have unlocked the page, or only at its own address.

The address of a page contains the names of the sections above it, so a page is never listed more widely than they are:
the strictest choice on its path counts, and a section that is not published lists nothing that lies in it. A browser
has unlocked a page if it has an access row of its guard; unlocking a page below a section satisfies the choice of that
section too. An open mark unlocks nothing: it decides who may watch, not who may read a name in a list.

`Viewer` is what one browser has unlocked. The querysets in `video_pages.pages.querysets` use it; no other code decides.
"""

import dataclasses
import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.db.models import BooleanField, Case, Q, QuerySet, Value, When
from django.http import HttpRequest
from wagtail.models import Page, PageViewRestriction

from video_pages.access.actions import AccessAction
from video_pages.access.effective_access import all_sessions_open
from video_pages.access.guard import SECTION, page_model, prefixes
from video_pages.access.models import Listed
from video_pages.access.visitor import visitor_of
from video_pages.core import clock
from video_pages.core.page_protocols import ProtectedPage

STRICTNESS = {choice: rank for rank, choice in enumerate([Listed.EVERYWHERE, Listed.UNLOCKED, Listed.NOWHERE])}
REQUEST_ATTRIBUTE = "_listed_viewer"  # the attribute of a request with its Viewer, which every list on a page needs


def hidden_sections(now: dt.datetime) -> Q:
    """Return the condition for sections that keep everything in them out of lists at `now`."""
    return Q(live=False) | Q(expire_at__lte=now) | Q(listed=Listed.NOWHERE)


@dataclasses.dataclass(frozen=True)
class Viewer:
    """The facts about one browser at `now` that lists need, read once for all lists of a request.

    `videos` are the ids of the videos that it has unlocked by their own passwords, `unlocked` the tree paths of the
    sections whose guard it has unlocked, `guards` those of the sections whose own password it has typed. `private` are
    the paths of pages with Wagtail's own restrictions. `hiding_depths` and `asking_depths` are the depths in the tree
    of sections that are hidden, or listed only after unlocking. Most sites have none, and then lists need no condition.
    """

    now: dt.datetime
    videos: tuple[int, ...] = ()
    unlocked: tuple[str, ...] = ()
    guards: tuple[str, ...] = ()
    private: tuple[str, ...] = ()
    hiding_depths: tuple[int, ...] = ()
    asking_depths: tuple[int, ...] = ()

    def as_anyone(self) -> "Viewer":
        """Return the Viewer of a browser that has unlocked nothing, such as a search engine."""
        return dataclasses.replace(self, videos=(), unlocked=(), guards=())

    def hiding_sections(self, depth: int) -> QuerySet[Any, Any]:
        """Return the paths of the sections at `depth` that list nothing that lies in them."""
        return _sections().filter(hidden_sections(self.now), depth=depth).order_by().values("path")

    def asking_sections(self, depth: int) -> QuerySet[Any, Any]:
        """Return the paths of the sections at `depth` that are listed only after unlocking, and are locked here."""
        asking = _sections().filter(listed=Listed.UNLOCKED, depth=depth)
        return asking.exclude(path__in=self.unlocked).order_by().values("path")


def viewer_of(request: HttpRequest) -> Viewer:
    """Return the Viewer of `request`: two queries, up to three more for a browser that has unlocked something."""
    viewer = getattr(request, REQUEST_ATTRIBUTE, None)
    if viewer is None:
        viewer = viewer_with(visitor_of(request).browser.keys)
        setattr(request, REQUEST_ATTRIBUTE, viewer)
    return viewer


def viewer_with(keys: Sequence[str] = (), *, now: dt.datetime | None = None) -> Viewer:
    """Return the Viewer of a browser with the session keys `keys`."""
    now = now or clock.now()
    videos, sections = _rows(keys, now)
    guards, unlocked = _unlocked(sections)
    depths = _depths(now)
    return Viewer(
        now=now,
        videos=videos,
        unlocked=unlocked,
        guards=guards,
        private=tuple(PageViewRestriction.objects.order_by().values_list("page__path", flat=True)),
        hiding_depths=tuple(sorted({depth for depth, is_hidden in depths if is_hidden})),
        asking_depths=tuple(sorted({depth for depth, is_hidden in depths if not is_hidden})),
    )


def _sections() -> QuerySet[Any]:
    return page_model(SECTION).objects.all()


def _rows(keys: Sequence[str], now: dt.datetime) -> tuple[tuple[int, ...], dict[int, str]]:
    """Return (ids of videos, {id: path} of sections) that the rows of these keys open at `now`."""
    if not keys:
        return (), {}
    rows = all_sessions_open(now).filter(session_key__in=keys).values_list("video_id", "section_id", "section__path")
    found = list(rows)
    videos = tuple(video for video, _section, _path in found if video)
    return videos, {section: path for _video, section, path in found if section}


def _unlocked(sections: Mapping[int, str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return (paths of the guards, paths of all sections they guard) for `sections`, {id: path} of unlocked sections.

    As in `guard`, the guard of a section is the section itself or the nearest one above with a password, and an alias
    of a section has the password of its source.
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
        if own or of_source:
            if page_id in sections or source_id in sections:
                guards.append(path)
                unlocked.add(path)
        elif path[: -Page.steplen] in unlocked:
            unlocked.add(path)
    return tuple(guards), tuple(sorted(unlocked))


def _depths(now: dt.datetime) -> set[tuple[int, bool]]:
    """Return the (depth, is hidden) of the sections that do not list everything to everyone."""
    is_hidden = Case(When(hidden_sections(now), then=Value(True)), default=Value(False), output_field=BooleanField())
    narrow = _sections().filter(hidden_sections(now) | Q(listed=Listed.UNLOCKED)).annotate(is_hidden=is_hidden)
    return set(narrow.order_by().values_list("depth", "is_hidden").distinct())


class SetListedAction(AccessAction):
    """Sets where the title of the page shows: a value of Listed.

    An alias has the choice of its source: all pages that follow one source are set together.
    """

    action_name = "set_listed"

    def __init__(self, page: ProtectedPage, listed: str, *, user: AbstractBaseUser | None = None) -> None:
        super().__init__(page, user=user)
        self._listed = Listed(listed)

    def act(self) -> None:
        pages = type(self.instance).objects
        followers, found = [self.instance.pk], [self.instance.pk]
        while found:  # an alias may have aliases of its own
            found = list(pages.filter(alias_of__in=found).values_list("pk", flat=True))
            followers += found
        pages.filter(pk__in=followers).update(listed=self._listed)

    def execute(self, skip_permission_checks: bool = False) -> None:
        super().execute(skip_permission_checks=skip_permission_checks)
        self.page.listed = self.instance.listed = self._listed


def set_listed(page: ProtectedPage, listed: str, *, user: AbstractBaseUser | None = None) -> None:
    """Set where the title of `page` shows without a check of permissions; see SetListedAction."""
    SetListedAction(page, listed, user=user).execute(skip_permission_checks=True)


@dataclasses.dataclass(frozen=True)
class Listing:
    """Where a page shows, for editors: `listed`, and the title of the deciding section above, "" for the page itself.

    `is_draft` says that this section keeps everything in it out of lists because it is not published.
    """

    listed: Listed
    section_title: str = ""
    is_draft: bool = False


def listings(pages: Iterable[ProtectedPage], *, now: dt.datetime | None = None) -> dict[int, Listing]:
    """Return {page id: Listing} for `pages`, videos or sections; one query."""
    now = now or clock.now()
    pages = list(pages)
    wanted = {prefix for page in pages for prefix in prefixes(page.path)[:-1]}
    is_draft = Case(When(Q(live=False) | Q(expire_at__lte=now), then=Value(True)), default=Value(False))
    rows = _sections().filter(path__in=wanted).annotate(is_draft=is_draft).order_by()
    above = {path: rest for path, *rest in rows.values_list("path", "title", "listed", "is_draft")}
    return {page.pk: _listing(page, above) for page in pages}


def listing_of(page: ProtectedPage) -> Listing:
    """Return the Listing of one page; see `listings`."""
    return listings([page])[page.pk]


def _listing(page: ProtectedPage, above: Mapping[str, Sequence[Any]]) -> Listing:
    """Return the strictest Listing on the path of `page`; among equal ones the page's own, then the nearest."""
    found = Listing(Listed(page.listed))
    for path in reversed(prefixes(page.path)[:-1]):
        title, listed, is_draft = above.get(path, ("", Listed.EVERYWHERE, False))
        listed = Listed.NOWHERE if is_draft else Listed(listed)
        if STRICTNESS[listed] > STRICTNESS[found.listed]:
            found = Listing(listed, title, is_draft)
    return found
