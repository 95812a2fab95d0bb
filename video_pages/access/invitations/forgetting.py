"""Forget viewers who have never played: they have no use, no number and no result."""

import datetime as dt

from django.db.models import Exists, OuterRef, Q

from video_pages.access.invitations.models import InvitationViewer
from video_pages.access.models import VideoAccessSession
from video_pages.core import clock

KEPT = dt.timedelta(days=30)
"""For how long after the latest opening, or after the end of its invitation, each is kept."""
BATCH = 1000  # rows for each statement, so that other writers wait only briefly on SQLite


def forget_unplayed_viewers(now: dt.datetime | None = None, *, batch_size: int = BATCH) -> int:
    """Delete the viewers who have never played and have not opened within KEPT, or whose invitation ended before it.

    Return the number. Their access ends with them: while the invitation opens, another press or the password gives it
    again.
    """
    before = (now or clock.now()) - KEPT
    is_long_over = Q(invitation__revoked_at__lt=before) | Q(invitation__ends_at__lt=before)
    opened_lately = Exists(VideoAccessSession.objects.filter(viewer=OuterRef("pk"), created_at__gte=before))
    is_unused = Q(opened_at__lt=before) & ~opened_lately
    viewers = InvitationViewer.objects.filter(is_long_over | is_unused, first_played_at=None)
    forgotten = 0
    while batch := list(viewers.order_by("pk").values_list("pk", flat=True)[:batch_size]):
        # Filter again: the invitation may have been extended in the meantime, and played.
        _number, by_model = viewers.filter(pk__in=batch).delete()
        deleted = by_model.get(InvitationViewer._meta.label, 0)
        forgotten += deleted
        if not deleted:
            break
    return forgotten
