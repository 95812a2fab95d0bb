"""Typed passwords of invitations: which of them a text is, with one hash for any number of them."""

import dataclasses
import datetime as dt
from collections.abc import Collection, Mapping, Sequence

from django.db.models import Q
from django.views.decorators.debug import sensitive_variables

from video_pages.access import passwords
from video_pages.access.guard import SECTION, VIDEO, AccessState, Guard
from video_pages.access.invitations.models import Invitation, InvitationQuerySet
from video_pages.access.invitations.states import InvitationState, invitation_state
from video_pages.access.password_setups import hash_in, setup_of
from video_pages.access.queues import hashing_turn

ORDER = [
    InvitationState.ACTIVE,
    InvitationState.USED_UP,
    InvitationState.NOT_YET,
    InvitationState.ENDED,
    InvitationState.REVOKED,
]
"""Of several invitations with one password, which only one that was ended by hand can share, the first counts."""

MOST_HASHES = 4
"""Hashes of one typed text at most. Each takes about half a second of a core."""


def with_entrances(states: Mapping[int, AccessState], now: dt.datetime) -> dict[int, AccessState]:
    """Return `states` with a stand-in for the guard of each page that only password invitations open.

    A page without a password, or whose password is over, has a form as long as a password invitation opens it. The
    stand-in, a Guard without a hash, is the page's own guard, or else the highest page with such an invitation, so that
    guesses at all its videos count together. One query if some states have no guard or one that is over, else none.
    """
    without = {page_id: state for page_id, state in states.items() if not state.guard or state.guard.is_over(now)}
    if not without:
        return dict(states)
    reach = {page_id for state in without.values() for page_id in state.reach}
    pages = _of_pages(reach).lasting(now).order_by().values_list("video_id", "section_id").distinct()
    kinds = {video or section: VIDEO if video else SECTION for video, section in pages}
    return dict(states) | {page_id: _with_stand_in(state, kinds) for page_id, state in without.items()}


def entrance(state: AccessState, now: dt.datetime) -> Guard | None:
    """Return the Guard whose form opens the page of `state`, None if no typed text does; see `with_entrances`."""
    return with_entrances({0: state}, now)[0].guard


def _with_stand_in(state: AccessState, kinds: Mapping[int, str]) -> AccessState:
    highest = next((page_id for page_id in reversed(state.reach) if page_id in kinds), None)
    if highest is None:
        return state
    guard = state.guard
    stand_in = Guard(guard.kind, guard.page_id, "") if guard else Guard(kinds[highest], highest, "")
    return dataclasses.replace(state, guard=stand_in)


@sensitive_variables("text")
def matching_hash(guard: Guard, reach: Sequence[int], text: str) -> str:
    """Return the hash of the password that `text`, normalised, is: that of `guard`, or of an invitation; else "".

    `reach` is that of the AccessState. One hash for each different setup, and two queries, however many invitations
    there are. There is one setup, unless pages were moved, siblings were invited before the section above them, or
    Django's rounds have changed; then MOST_HASHES count, the guard's and the nearest. A password with another one opens
    at the form of its own page. Raises HashingBusy.
    """
    setups = setups_in(reach)
    if not setups:
        return guard.password_hash if passwords.matches(text, guard.password_hash) else ""
    own = setup_of(guard.password_hash)
    with hashing_turn():
        tried = [setup for setup in dict.fromkeys([own, *setups]) if setup][:MOST_HASHES]
        hashes = [hash_in(setup, text) for setup in tried]
    if guard.password_hash and guard.password_hash in hashes:
        return guard.password_hash
    found = _of_pages(reach).filter(password_hash__in=hashes).values_list("password_hash", flat=True)
    return found.first() or ""


def setups_in(reach: Sequence[int]) -> list[str]:
    """Return the different setups of the password invitations of the pages `reach`, the nearest first; one query.

    Those that a person has ended count only as long as others share their setup.
    """
    invited = _of_pages(reach).filter(revoked_at=None).order_by()
    rows = invited.values_list("video_id", "section_id", "password_setup").distinct()
    placed = sorted((reach.index(video_id or section_id), setup) for video_id, section_id, setup in rows)
    return list(dict.fromkeys(setup for _place, setup in placed))


def invitation_with(password_hash: str, reach: Sequence[int], now: dt.datetime) -> Invitation | None:
    """Return the invitation of the pages `reach` whose password has the hash `password_hash`; one query."""
    found = list(_of_pages(reach).filter(password_hash=password_hash))
    return min(found, key=lambda each: ORDER.index(invitation_state(each, now)), default=None)


def has_ended(ids: Sequence[int], reach: Collection[int], now: dt.datetime) -> bool:
    """Return whether an invitation of the pages `reach` with one of `ids` has ended, by its date or by hand."""
    ended = Q(revoked_at__isnull=False) | Q(ends_at__lte=now)
    of_pages = Q(video__in=reach) | Q(section__in=reach)
    return Invitation.objects.filter(ended, of_pages, pk__in=ids).exists()


def _of_pages(reach: Collection[int]) -> InvitationQuerySet:
    of_pages = Q(video__in=reach) | Q(section__in=reach)
    return Invitation.objects.filter(of_pages, kind=Invitation.Kind.PASSWORD).exclude(password_hash="")
