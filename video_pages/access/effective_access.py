"""The access to a page now and its reason, for editors, without regard to a browser; and the right to change it."""

import dataclasses
import datetime as dt
import enum
from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from typing import Any

from django.db.models import Count, F, Q, QuerySet
from wagtail.permissions import policy_registry

from video_pages.access.decide import CLOCK_SKEW, User
from video_pages.access.guard import SECTION, VIDEO, AccessState, Guard, access_states, page_model, sources_of
from video_pages.access.models import VideoAccessSession, VideoAccessSessionQuerySet
from video_pages.access.password_setups import invitation_model
from video_pages.access.window import Window
from video_pages.core import clock
from video_pages.core.page_protocols import LockablePage
from video_pages.core.rights import PageRight


class AccessMode(enum.StrEnum):
    """The ways in which a page is opened, the weakest protection first."""

    OPEN = "open"  # no password
    SECTION = "section"  # the password of a section above
    OWN = "own"  # its own password
    INVITED = "invited"  # no password, but invitations: its own or those of sections above
    NOBODY = "nobody"  # neither, so nobody can unlock it


@dataclasses.dataclass(frozen=True)
class EffectiveAccess:
    """The effective access of `source`, a video or section but no alias; `guard` is None without a password.

    `window` is the time in which the page can be watched; `reach` is that of the AccessState.
    """

    source: LockablePage
    mode: AccessMode
    guard: Guard | None
    window: Window
    reach: tuple[int, ...] = ()

    @property
    def guards_itself(self) -> bool:
        """True if the password of the page itself opens it, or would without the mark "open to everyone"."""
        return self.guard is not None and self.guard.page_id == self.source.pk

    @property
    def is_over(self) -> bool:
        """True if the date of the password has passed, so that it opens nothing."""
        return self.guard is not None and self.guard.is_over(clock.now())

    @property
    def is_closed(self) -> bool:
        """True if the window of the page has ended, or never begins."""
        return self.window.is_closed(clock.now())

    @property
    def opens_at(self) -> dt.datetime | None:
        """The opening of the page if it is still to come, else None."""
        return self.window.opens_at if self.window.is_not_yet_open(clock.now()) else None

    @property
    def weakness(self) -> int:
        """The rank of the protection: 0 is the weakest."""
        return list(AccessMode).index(self.mode)


def effective_access(pages: Iterable[LockablePage]) -> dict[int, EffectiveAccess]:
    """Return {page id: EffectiveAccess} for `pages`, all videos or all sections.

    One query, one more if some are aliases, and one more if no password opens some.
    """
    pages = list(pages)
    sources = sources_of(pages)
    states = access_states(sources.values())
    invited = invited_ids({page_id for state in states.values() if state.guard is None for page_id in state.reach})
    return {page.pk: _effective_access(sources[page.pk], states[sources[page.pk].pk], invited) for page in pages}


def effective_access_of(page: LockablePage) -> EffectiveAccess:
    """Return the EffectiveAccess of one page; see `effective_access`."""
    return effective_access([page])[page.pk]


def lasting_invitations() -> QuerySet[Any]:
    """Return the invitations that are not over: those that open something now, or will."""
    return invitation_model().objects.lasting(clock.now()).order_by()


def videos_opened(section: LockablePage) -> tuple[int, int]:
    """Return how many videos below `section` its own password opens, and how many there are; two queries.

    Aliases are not counted. A video with a password of its own, one below another section with a password, and one that
    is open to everyone are not opened by it.
    """
    has_password = ~Q(password_hash="") | Q(alias_of__videoindexpage__password_hash__gt="")
    others = page_model(SECTION).objects.descendant_of(section).filter(has_password).order_by()
    below_others = Q(pk=None)
    for path in others.values_list("path", flat=True):
        below_others |= Q(path__startswith=path)
    is_opened = Q(password_hash="", open_to_everyone=False) & ~below_others
    videos = page_model(VIDEO).objects.descendant_of(section).filter(alias_of=None).order_by()
    counts = videos.aggregate(opened=Count("pk", filter=is_opened), every=Count("pk"))
    return counts["opened"], counts["every"]


def sessions_opening(access: EffectiveAccess, now: dt.datetime | None = None) -> VideoAccessSessionQuerySet:
    """Return the rows valid at `now` that open the page of `access`: those of its guard, and those of invitations."""
    opens = Q(granted_by__isnull=False) & (Q(video__in=access.reach) | Q(section__in=access.reach))
    if access.guard is not None:
        opens |= Q(**{f"{access.guard.kind}_id": access.guard.page_id})
    return all_sessions_open(now).filter(opens)


def all_sessions_open(now: dt.datetime | None = None) -> VideoAccessSessionQuerySet:
    """Return the rows that open something at `now`, as `decide` judges them."""
    now = now or clock.now()
    return sessions_open_at(now, now + CLOCK_SKEW)


def sessions_open_at(now: dt.datetime, latest_start: dt.datetime) -> VideoAccessSessionQuerySet:
    """Return the rows that open something at `now`; `latest_start` is CLOCK_SKEW later.

    One of an invitation that others have used up before this browser has played opens nothing.
    """
    is_free = Q(granted_by__most_viewers=None) | Q(granted_by__uses__lt=F("granted_by__most_viewers"))
    is_open = is_free | Q(viewer__first_played_at__isnull=False)
    return VideoAccessSession.objects.active(now).filter(is_open, created_at__lte=latest_start)


def may_change_access(page: LockablePage, user: User) -> bool:
    """Return whether `user` may change what opens `page`; for an alias its source counts.

    The permission policy that is registered for the page decides: `pages/permission_policies.py`.
    """
    policy = policy_registry.get_by_type(type(page))
    return policy.user_has_permission_for_instance(user, PageRight.CHANGE_ACCESS, page)


def invited_ids(reach: AbstractSet[int]) -> set[int]:
    """Return the ids of those pages among `reach` that have an invitation that is not over; one query, if any."""
    if not reach:
        return set()
    found = lasting_invitations().filter(Q(video__in=reach) | Q(section__in=reach))
    return {video or section for video, section in found.values_list("video", "section").distinct()}


def _effective_access(source: LockablePage, state: AccessState, invited: AbstractSet[int]) -> EffectiveAccess:
    guard, window, reach = state.guard, state.window or Window(), state.reach
    if getattr(source, "open_to_everyone", False):
        return EffectiveAccess(source, AccessMode.OPEN, guard, window, reach)
    if guard is None:
        mode = AccessMode.NOBODY if invited.isdisjoint(reach) else AccessMode.INVITED
        return EffectiveAccess(source, mode, None, window, reach)
    is_own = guard.page_id == source.pk
    return EffectiveAccess(source, AccessMode.OWN if is_own else AccessMode.SECTION, guard, window, reach)
