"""Count how often invitations refuse people, and why. A player that asks again and again counts once a minute."""

import datetime as dt

from django.db import transaction
from django.db.models import F

from video_pages.access.decide import Reason, Verdict
from video_pages.access.invitations.models import Invitation, InvitationRefusal, InvitationViewer
from video_pages.access.invitations.states import InvitationState
from video_pages.core import clock

COUNTED_AGAIN = dt.timedelta(minutes=1)
"""Refusals of the same viewer for the same reason within this time are one. So are those of all people without one."""
OF_VERDICTS = {Reason.USED_UP: InvitationRefusal.Reason.USED_UP, Reason.AT_ONCE: InvitationRefusal.Reason.AT_ONCE}


def count_closed(invitation: Invitation | None, state: InvitationState, *, now: dt.datetime | None = None) -> None:
    """Count that `invitation`, in `state`, was not opened for somebody; nothing if it is active or deleted."""
    if invitation is not None and state is not InvitationState.ACTIVE:
        _count(invitation.pk, None, InvitationRefusal.Reason(state.value), now or clock.now())


def count_refused(verdict: Verdict, reason: Reason | None = None, *, now: dt.datetime | None = None) -> None:
    """Count that the viewer of `verdict` was refused for `reason` (default: that of the verdict).

    Nothing for other reasons than the limits of the invitation, and without an invitation.
    """
    counted = OF_VERDICTS.get(reason or verdict.reason)
    if counted is not None and verdict.invited is not None:
        _count(verdict.invited.id, verdict.invited.viewer_id, counted, now or clock.now())


def count_wrong_code(invitation: Invitation, *, now: dt.datetime | None = None) -> None:
    """Count that somebody typed a wrong mail code: each of them, because a person types it."""
    _count(invitation.pk, None, InvitationRefusal.Reason.WRONG_CODE, now or clock.now(), again=dt.timedelta(0))


def _count(
    invitation_id: int,
    viewer_id: int | None,
    reason: InvitationRefusal.Reason,
    now: dt.datetime,
    *,
    again: dt.timedelta = COUNTED_AGAIN,
) -> None:
    rows = InvitationRefusal.objects.filter(invitation=invitation_id, viewer=viewer_id, reason=reason)
    if again and rows.filter(last_at__gt=now - again).exists():
        return
    with transaction.atomic():
        # The lock lets two first refusals at once make one row; the invitation may have been deleted since.
        if not Invitation.objects.select_for_update(no_key=True).filter(pk=invitation_id).first():
            return
        if viewer_id is not None and not InvitationViewer.objects.filter(pk=viewer_id).exists():
            return
        if not rows.update(times=F("times") + 1, last_at=now):
            rows.create(invitation_id=invitation_id, viewer_id=viewer_id, reason=reason, last_at=now)
