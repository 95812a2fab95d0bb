"""Uses, seats and watch windows of invitations while a film plays.

A use is counted for each new browser by one conditional update, so of any number at once exactly as many play as the
limit allows. A seat is held by a viewer who has asked for bytes or reported within `access_rows.SEAT`; of those who
come when all are taken the newest is refused, and nobody is thrown out.
"""

import datetime as dt

from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Coalesce

from video_pages.access.access_length import end_of_video
from video_pages.access.access_rows import SEAT, SEAT_RENEWED
from video_pages.access.decide import Reason, Verdict
from video_pages.access.invitations.models import Invitation, InvitationViewer
from video_pages.access.invitations.row_ends import row_end, window_end
from video_pages.access.models import VideoAccessSession
from video_pages.core import clock


def begin(verdict: Verdict, video_seconds: float, *, now: dt.datetime | None = None) -> Reason | None:
    """Have the viewer of the row that `verdict` names play a film of `video_seconds`; return a Reason that refuses.

    None if the film may play. Call it before bytes are sent if `Invited.must_begin` says so; it is safe to call again.
    """
    now = now or clock.now()
    if verdict.invited is None:
        return None
    with transaction.atomic():
        invitation = Invitation.objects.select_for_update(no_key=True).filter(pk=verdict.invited.id).first()
        row = VideoAccessSession.objects.active(now).filter(pk__in=[verdict.access_id]).select_related("viewer").first()
        if invitation is None or row is None or row.viewer is None:
            return Reason.INVITATION_OVER  # it has ended since the verdict
        viewer = row.viewer
        if not _has_seat(invitation, viewer, now):
            return Reason.AT_ONCE
        if viewer.first_played_at is None and not _count_use(invitation, viewer, now):
            return Reason.USED_UP
        _follow(invitation, viewer, video_seconds, now)
        Invitation.objects.filter(pk=invitation.pk).update(last_used_at=now)
    return None


def still_playing(
    verdict: Verdict, video_seconds: float, *, is_new_video: bool = False, now: dt.datetime | None = None
) -> None:
    """Keep the seat and the watch window of a viewer whose player says that it plays a film of `video_seconds`.

    It never begins: a viewer without a use or a seat gets none. One write in SEAT_RENEWED at most, and one more when
    another film begins (`is_new_video`).
    """
    now, invited = now or clock.now(), verdict.invited
    if invited is None or (is_renewed(verdict, now) and not is_new_video):
        return
    with transaction.atomic():
        invitation = Invitation.objects.select_for_update(no_key=True).filter(pk=invited.id).first()
        viewer = InvitationViewer.objects.filter(pk__in=[invited.viewer_id], first_played_at__isnull=False).first()
        if invitation is not None and viewer is not None and _has_seat(invitation, viewer, now):
            _follow(invitation, viewer, video_seconds, now)


def is_renewed(verdict: Verdict, now: dt.datetime) -> bool:
    """Return whether a player that plays the film it has begun needs no write: `still_playing` would do nothing."""
    invited = verdict.invited
    if invited is None or invited.first_played_at is None:
        return True
    return invited.last_played_at is not None and invited.last_played_at > now - SEAT_RENEWED


def is_full(verdict: Verdict, now: dt.datetime) -> bool:
    """Return whether all seats of the invitation are taken by others; a query, for a viewer without a seat alone."""
    invited = verdict.invited
    if invited is None or invited.at_once is None:
        return False
    if invited.last_played_at is not None and invited.last_played_at > now - SEAT:
        return False
    seats = InvitationViewer.objects.filter(invitation=invited.id, last_played_at__gt=now - SEAT)
    return seats.count() >= invited.at_once


def _has_seat(invitation: Invitation, viewer: InvitationViewer, now: dt.datetime) -> bool:
    """Return whether `viewer` holds a seat of `invitation`, or one is free. The caller has locked the invitation."""
    if invitation.at_once is None or (viewer.last_played_at is not None and viewer.last_played_at > now - SEAT):
        return True
    return invitation.viewers.filter(last_played_at__gt=now - SEAT).count() < invitation.at_once


def _count_use(invitation: Invitation, viewer: InvitationViewer, now: dt.datetime) -> bool:
    """Count `viewer` as one who has played; return False if the invitation is used up."""
    is_free = Q(most_viewers=None) | Q(uses__lt=F("most_viewers"))
    counted = Invitation.objects.filter(is_free, pk=invitation.pk).update(
        uses=F("uses") + 1, first_played_at=Coalesce("first_played_at", now)
    )
    if counted:
        viewer.number = Invitation.objects.values_list("uses", flat=True).get(pk=invitation.pk)
        viewer.first_played_at = now
        viewer.window_ends_at = window_end(invitation, now)
    return bool(counted)


def _follow(invitation: Invitation, viewer: InvitationViewer, video_seconds: float, now: dt.datetime) -> None:
    """Write that `viewer` plays, and let a film that plays within the watch window be finished."""
    viewer.last_played_at = max(now, viewer.last_played_at or now)
    if viewer.window_ends_at is not None and now < viewer.window_ends_at:
        viewer.finishes_at = max(end_of_video(video_seconds, now), viewer.finishes_at or now)
    viewer.save(update_fields=["number", "first_played_at", "last_played_at", "window_ends_at", "finishes_at"])
    end = row_end(invitation, viewer)
    if end is not None:
        rows = VideoAccessSession.objects.filter(viewer=viewer.pk)
        rows.exclude(expires_at=end).update(expires_at=end)
