"""What opens a page now and why, for editors, without regard to a browser; and the right to change it."""

import dataclasses
import datetime as dt
import enum
from collections.abc import Iterable

from django.db.models import Count, Q
from wagtail.permissions import policy_registry

from video_pages.access.decide import CLOCK_SKEW, User
from video_pages.access.guard import SECTION, VIDEO, Guard, access_states, page_model, sources_of
from video_pages.access.models import VideoAccessSession, VideoAccessSessionQuerySet
from video_pages.core import clock
from video_pages.core.page_protocols import ProtectedPage
from video_pages.core.policy_actions import PageAction


class AccessMode(enum.StrEnum):
    """The way in which a page is opened, the weakest protection first."""

    OPEN = "open"  # no password
    SECTION = "section"  # the password of a section above
    OWN = "own"  # its own password
    NOBODY = "nobody"  # no password is set, so nobody can unlock it


@dataclasses.dataclass(frozen=True)
class EffectiveAccess:
    """The way in which `source`, a video or section but no alias, is opened; `guard` is None without a password."""

    source: ProtectedPage
    how: AccessMode
    guard: Guard | None

    @property
    def is_over(self) -> bool:
        """True if the date of the password has passed, so that it opens nothing."""
        return self.guard is not None and self.guard.is_over(clock.now())

    @property
    def weakness(self) -> int:
        """The rank of the protection: 0 is the weakest."""
        return list(AccessMode).index(self.how)


def effective_access(pages: Iterable[ProtectedPage]) -> dict[int, EffectiveAccess]:
    """Return {page id: EffectiveAccess} for `pages`, all videos or all sections; one query, two if some are aliases."""
    pages = list(pages)
    sources = sources_of(pages)
    states = access_states(sources.values())
    return {page.pk: _effective_access(sources[page.pk], states[sources[page.pk].pk].guard) for page in pages}


def effective_access_of(page: ProtectedPage) -> EffectiveAccess:
    """Return the EffectiveAccess of one page; see `effective_access`."""
    return effective_access([page])[page.pk]


def videos_opened(section: ProtectedPage) -> tuple[int, int]:
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


def sessions_open(guard: Guard | None, now: dt.datetime | None = None) -> int:
    """Return how many browsers have access under `guard` at `now`; 0 for None."""
    if guard is None:
        return 0
    return all_sessions_open(now).filter(**{f"{guard.kind}_id": guard.page_id}).count()


def all_sessions_open(now: dt.datetime | None = None) -> VideoAccessSessionQuerySet:
    """Return the rows that are valid at `now`, as `decide` judges them."""
    now = now or clock.now()
    return VideoAccessSession.objects.active(now).filter(created_at__lte=now + CLOCK_SKEW)


def may_change_access(page: ProtectedPage, user: User) -> bool:
    """Return whether `user` may change what opens `page`; for an alias its source counts.

    The permission policy that is registered for the page decides: `pages/permission_policies.py`.
    """
    policy = policy_registry.get_by_type(type(page))
    return policy.user_has_permission_for_instance(user, PageAction.CHANGE_ACCESS, page)


def _effective_access(source: ProtectedPage, guard: Guard | None) -> EffectiveAccess:
    if getattr(source, "open_to_everyone", False):
        return EffectiveAccess(source, AccessMode.OPEN, guard)
    if guard is None:
        return EffectiveAccess(source, AccessMode.NOBODY, None)
    is_own = guard.page_id == source.pk
    return EffectiveAccess(source, AccessMode.OWN if is_own else AccessMode.SECTION, guard)
