"""The state of an invitation, computed from its columns: for one, and as a condition for many."""

import datetime as dt

from django.db.models import F, Q, TextChoices
from django.utils.translation import gettext_lazy as _

from video_pages.access.invitations.models import Invitation


class InvitationState(TextChoices):
    """The states, in the order in which they count: one that was ended by hand is nothing else."""

    REVOKED = "revoked", _("Ended by hand")
    ENDED = "ended", _("Ended")
    NOT_YET = "not_yet", _("Not yet open")
    USED_UP = "used_up", _("All places taken")
    ACTIVE = "active", _("Active")


def invitation_state(invitation: Invitation, now: dt.datetime) -> InvitationState:
    """Return the state of `invitation` at `now`. A used-up one still opens for the browsers that have played."""
    if invitation.revoked_at is not None:
        return InvitationState.REVOKED
    if invitation.ends_at is not None and invitation.ends_at <= now:
        return InvitationState.ENDED
    if invitation.opens_at is not None and invitation.opens_at > now:
        return InvitationState.NOT_YET
    if invitation.most_viewers is not None and invitation.uses >= invitation.most_viewers:
        return InvitationState.USED_UP
    return InvitationState.ACTIVE


def in_state(state: InvitationState, now: dt.datetime) -> Q:
    """Return the condition of a queryset of Invitation for those that are in `state` at `now`."""
    is_ended, is_early = Q(ends_at__isnull=False, ends_at__lte=now), Q(opens_at__isnull=False, opens_at__gt=now)
    is_used_up = Q(most_viewers__isnull=False, uses__gte=F("most_viewers"))
    conditions = {
        InvitationState.REVOKED: Q(revoked_at__isnull=False),
        InvitationState.ENDED: is_ended,
        InvitationState.NOT_YET: is_early,
        InvitationState.USED_UP: is_used_up,
        InvitationState.ACTIVE: Q(),
    }
    found = Q()
    for other in InvitationState:
        if other == state:
            return found & conditions[other]
        found &= ~conditions[other]
    return found
