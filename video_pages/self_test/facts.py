"""The rights of a stranger, read from rows: the videos that are open, and the titles that must be in no list.

The rules are written here a second time and more plainly, without the querysets that make the lists and without the
code that answers requests. A mistake there is then a difference between both, which the test shows.
"""

import datetime as dt
from dataclasses import dataclass, field

from wagtail.models import Page, PageViewRestriction

from video_pages.access.models import Listed
from video_pages.pages.models import VideoIndexPage, VideoPage


@dataclass(frozen=True)
class SiteFacts:
    """The facts about all videos.

    `open_uuids` are those marked open to everyone, as text. `unlisted` are the paths (`/videos/a/`) of pages that no
    list for strangers may name; `unlisted_alone` those of them that the page of their own section may not name either.
    `private` are the tree paths of Wagtail's own restrictions.
    """

    now: dt.datetime
    open_uuids: frozenset[str]
    unlisted: frozenset[str]
    unlisted_alone: frozenset[str]
    private: tuple[str, ...] = field(repr=False)

    def is_private(self, path: str) -> bool:
        """Return whether one of Wagtail's restrictions applies to the page with the tree path `path`."""
        return path.startswith(self.private) if self.private else False


def read_facts(roots: dict[str, str], now: dt.datetime) -> SiteFacts:
    """Return the SiteFacts at `now`; a few queries, whatever the number of videos. `roots` are those of `site_roots`.

    A title is unlisted if the page or a section above it is not published, past its end, private, or not listed
    everywhere.
    """
    restricted = PageViewRestriction.objects.order_by().values_list("page__path", flat=True)
    private = tuple(restricted)
    hiding = {
        path
        for path, live, expire_at, listed in VideoIndexPage.objects.order_by().values_list(
            "path", "live", "expire_at", "listed"
        )
        if listed != Listed.EVERYWHERE or not _is_current(live, expire_at, now)
    }
    open_uuids, unlisted, alone = set(), set(), set()
    columns = "path", "url_path", "uuid", "live", "expire_at", "listed", "open_to_everyone", "alias_of"
    for path, url_path, uuid, live, expire_at, listed, is_open, alias_of in VideoPage.objects.order_by().values_list(
        *columns
    ):
        is_private = path.startswith(private) if private else False
        is_hidden_itself = listed != Listed.EVERYWHERE or not _is_current(live, expire_at, now)
        address = address_of(path, url_path, roots)
        if address and (is_hidden_itself or is_private or any(above in hiding for above in _above(path))):
            unlisted.add(address)
            if is_hidden_itself:
                alone.add(address)
        if is_open and not alias_of and _is_current(live, expire_at, now) and not is_private:
            open_uuids.add(str(uuid))
    return SiteFacts(now, frozenset(open_uuids), frozenset(unlisted), frozenset(alone), private)


def address_of(path: str, url_path: str, roots: dict[str, str]) -> str:
    """Return the path in the address of the page at `path` in the tree, or "" if no site contains it.

    `roots` is {tree path of a site's root page: its url_path}.
    """
    root = max((each for each in roots if path.startswith(each)), key=len, default=None)
    return "" if root is None else f"/{url_path.removeprefix(roots[root])}"


def _above(path: str) -> list[str]:
    return [path[:end] for end in range(Page.steplen, len(path), Page.steplen)]


def _is_current(live: bool, expire_at: dt.datetime | None, now: dt.datetime) -> bool:
    return live and (expire_at is None or expire_at > now)
