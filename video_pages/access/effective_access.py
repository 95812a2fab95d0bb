"""What opens a page now and why, for editors: no browser is judged here. And who may change it."""

import dataclasses
import enum

from video_pages.access.decide import CLOCK_SKEW, may_edit
from video_pages.access.guard import Guard, access_states, sources_of
from video_pages.access.models import VideoAccessSession
from video_pages.core import clock


class AccessMode(enum.StrEnum):
    """What opens a page, the weakest gate first."""

    OPEN = "open"  # nothing is asked
    SECTION = "section"  # the password of a section above
    OWN = "own"  # its own password
    NOBODY = "nobody"  # no password yet: nobody can unlock it


@dataclasses.dataclass(frozen=True)
class EffectiveAccess:
    """How `source`, a video or section and never an alias, opens; `guard` is None while no password does."""

    source: object
    how: AccessMode
    guard: Guard | None

    @property
    def is_over(self):
        """True if the password opens nothing any more: its date is reached."""
        return self.guard is not None and self.guard.is_over(clock.now())

    @property
    def weakness(self):
        """0 for the weakest gate, rising."""
        return list(AccessMode).index(self.how)


def effective_access(pages):
    """Return {page id: Opening} for `pages`, all videos or all sections; a query more if there are aliases."""
    pages = list(pages)
    sources = sources_of(pages)
    states = access_states(sources.values())
    return {page.pk: _effective_access(sources[page.pk], states[sources[page.pk].pk].guard) for page in pages}


def effective_access_of(page):
    """Return the Opening of one page; see `effective_access`."""
    return effective_access([page])[page.pk]


def sessions_open(guard, now=None):
    """Return how many browsers have what `guard` protects open at `now`; 0 for None."""
    if guard is None:
        return 0
    return all_sessions_open(now).filter(**{f"{guard.kind}_id": guard.page_id}).count()


def all_sessions_open(now=None):
    """Return the rows that open something at `now`; those "from the future" don't count, as in `decide`."""
    now = now or clock.now()
    return VideoAccessSession.objects.active(now).filter(created_at__lte=now + CLOCK_SKEW)


def may_change_access(page, user):
    """True if `user` may say what opens `page`: may set its privacy, or edit what nobody has seen yet.

    An alias has no access of its own, so its source is asked. A section that was never published guards what
    is live below it all the same; then the right to publish is needed.
    """
    source = page.source
    if not source.pk or not user.is_authenticated:
        return False
    if source.permissions_for_user(user).can_set_view_restrictions():
        return True
    unseen = source.first_published_at is None and not source.live
    return unseen and may_edit(source, user) and not source.get_descendants().live().exists()


def _effective_access(source, guard):
    if getattr(source, "open_to_everyone", False):
        return EffectiveAccess(source, AccessMode.OPEN, guard)
    if guard is None:
        return EffectiveAccess(source, AccessMode.NOBODY, None)
    own = guard.page_id == source.pk
    return EffectiveAccess(source, AccessMode.OWN if own else AccessMode.SECTION, guard)
