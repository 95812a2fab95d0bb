"""Where a page's title shows: everywhere, only to those who have unlocked the page, or nowhere but at its address.

The address of a page holds the names of the sections above it, so a page is never listed more widely than they are: of
the choices on its path the strictest counts, and a section that is not published lists nothing that lies in it. To
have unlocked a page is to hold an access row of its guard; who has unlocked something below a section has passed that
section's choice as well. An open mark unlocks nothing: it says who may watch, not who may read a name in a list.

`Viewer` holds what one browser has unlocked. The querysets in `video_pages.pages.querysets` ask it; nothing else
decides.
"""

import dataclasses
import datetime as dt

from django.db import transaction
from django.db.models import BooleanField, Case, Q, Value, When
from wagtail.log_actions import log
from wagtail.models import Page, PageViewRestriction

from video_pages.access.browser import browser_keys
from video_pages.access.effective_access import all_sessions_open
from video_pages.access.guard import SECTION, prefixes
from video_pages.access.models import Listed, VideoAccessSession
from video_pages.access.revoke import LOG_ACTION
from video_pages.core import clock

STRICTNESS = {choice: rank for rank, choice in enumerate([Listed.EVERYWHERE, Listed.UNLOCKED, Listed.NOWHERE])}
REQUEST_ATTRIBUTE = "_listed_viewer"  # where a request keeps its Viewer: every list on a page asks for it


def hidden_sections(now):
    """The condition for sections that keep everything in them out of lists at `now`."""
    return Q(live=False) | Q(expire_at__lte=now) | Q(listed=Listed.NOWHERE)


@dataclasses.dataclass(frozen=True)
class Viewer:
    """What lists must know of one browser at `now`, read once for all the lists of a request.

    `videos` are the ids of the videos that it has unlocked by their own passwords; `unlocked` the tree paths of the
    sections whose guard it has unlocked, `guards` those of the sections whose own password it has typed. `private` are
    the paths of pages with Wagtail's own restrictions. `hiding_depths` and `asking_depths` say how deep in the tree
    sections stand that are hidden, or listed only to those who have unlocked them: mostly there are none, and then
    lists need not look for them.
    """

    now: dt.datetime
    videos: tuple = ()
    unlocked: tuple = ()
    guards: tuple = ()
    private: tuple = ()
    hiding_depths: tuple = ()
    asking_depths: tuple = ()

    def as_anyone(self):
        """The Viewer of a browser that has unlocked nothing, as a search engine."""
        return dataclasses.replace(self, videos=(), unlocked=(), guards=())

    def hiding_sections(self, depth):
        """The paths of the sections at `depth` that list nothing of what lies in them."""
        return _sections().filter(hidden_sections(self.now), depth=depth).order_by().values("path")

    def asking_sections(self, depth):
        """The paths of the sections at `depth` that list only to who has unlocked them: not to this browser."""
        asking = _sections().filter(listed=Listed.UNLOCKED, depth=depth)
        return asking.exclude(path__in=self.unlocked).order_by().values("path")


def viewer_of(request):
    """Return the Viewer behind `request`: two queries, up to three more for a browser that has unlocked something."""
    viewer = getattr(request, REQUEST_ATTRIBUTE, None)
    if viewer is None:
        # What answers before the session is there, as an error page may, lists what everyone sees.
        keys = browser_keys(request).keys if hasattr(request, "session") else ()
        viewer = viewer_with(keys)
        setattr(request, REQUEST_ATTRIBUTE, viewer)
    return viewer


def viewer_with(keys=(), *, now=None):
    """Return the Viewer of a browser with the session keys `keys`."""
    now = now or clock.now()
    videos, sections = _rows(keys, now) if keys else ((), {})
    guards, unlocked = _unlocked(sections) if sections else ((), ())
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


def page_model(kind):
    """Return the model of pages of one kind, "video" or "section": what a row opens."""
    return VideoAccessSession._meta.get_field(kind).related_model


def _sections():
    return page_model(SECTION).objects.all()


def _rows(keys, now):
    """Return (ids of videos, {id: path} of sections) that the rows of these keys open at `now`."""
    rows = all_sessions_open(now).filter(session_key__in=keys).values_list("video_id", "section_id", "section__path")
    rows = list(rows)
    videos = tuple(video for video, _section, _path in rows if video)
    return videos, {section: path for _video, section, path in rows if section}


def _unlocked(sections):
    """Return (paths of the guards, paths of all sections they guard) for `sections`, {id: path} of what is unlocked.

    As in `guard`: a section is guarded by its own password or that of the nearest section above, an alias of a section
    by its source's.
    """
    aliases = _sections().filter(alias_of__in=sections).order_by().values_list("path", flat=True)
    tops = [*sections.values(), *aliases]
    below = Q()
    for path in tops:
        below |= Q(path__startswith=path)
    found = _sections().filter(below).order_by("path")
    guards, unlocked = [], set()
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


def _depths(now):
    """Return {(depth, True if hidden)} of the sections that do not list everything to everyone."""
    is_hidden = Case(When(hidden_sections(now), then=Value(True)), default=Value(False), output_field=BooleanField())
    narrow = _sections().filter(hidden_sections(now) | Q(listed=Listed.UNLOCKED)).annotate(is_hidden=is_hidden)
    return set(narrow.order_by().values_list("depth", "is_hidden").distinct())


def set_listed(page, listed, *, user=None):
    """Set where the title of `page`, a VideoPage or VideoIndexPage, shows: one of Listed.

    An alias has its source's choice: all pages that follow one source are set together.
    """
    source = page.source
    pages = type(source).objects
    with transaction.atomic():
        followers, found = [source.pk], [source.pk]
        while found:  # an alias may have aliases of its own
            found = list(pages.filter(alias_of__in=found).values_list("pk", flat=True))
            followers += found
        pages.filter(pk__in=followers).update(listed=Listed(listed))
        log(instance=source, action=LOG_ACTION, user=user)
    for instance in (source, page):
        instance.listed = Listed(listed)


@dataclasses.dataclass(frozen=True)
class Listing:
    """Where a page shows, for editors: `listed`, and the title of the section above that decides, "" for the page.

    `is_draft` says that this section keeps everything in it out of lists because it is not published.
    """

    listed: Listed
    section_title: str = ""
    is_draft: bool = False


def listings(pages, *, now=None):
    """Return {page id: Listing} for `pages`, videos or sections; one query."""
    now = now or clock.now()
    pages = list(pages)
    wanted = {prefix for page in pages for prefix in prefixes(page.path)[:-1]}
    is_draft = Case(When(Q(live=False) | Q(expire_at__lte=now), then=Value(True)), default=Value(False))
    rows = _sections().filter(path__in=wanted).annotate(is_draft=is_draft).order_by()
    above = {path: rest for path, *rest in rows.values_list("path", "title", "listed", "is_draft")}
    return {page.pk: _listing(page, above) for page in pages}


def listing_of(page):
    """Return the Listing of one page; see `listings`."""
    return listings([page])[page.pk]


def _listing(page, above):
    """Return the strictest Listing on the path of `page`; of equal ones the page's own, then the nearest."""
    found = Listing(Listed(page.listed))
    for path in reversed(prefixes(page.path)[:-1]):
        title, listed, is_draft = above.get(path, ("", Listed.EVERYWHERE, False))
        listed = Listed.NOWHERE if is_draft else Listed(listed)
        if STRICTNESS[listed] > STRICTNESS[found.listed]:
            found = Listing(listed, title, is_draft)
    return found
