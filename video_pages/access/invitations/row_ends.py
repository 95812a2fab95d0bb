"""The time at which access by an invitation ends, as arithmetic, and the rows that follow a change of its limits.

A row ends with the invitation, and with the watch window of its viewer: so many hours after the first playback, or
when the last film that began within them may be finished. The end of the invitation itself is never exceeded.
"""

import datetime as dt

from video_pages.access.invitations.models import Invitation, InvitationViewer
from video_pages.access.models import VideoAccessSession


def window_end(invitation: Invitation, first_played_at: dt.datetime | None) -> dt.datetime | None:
    """Return the end of the watch window of a viewer who first played at `first_played_at`; None without a window."""
    if invitation.window_hours is None or first_played_at is None:
        return None
    return first_played_at + dt.timedelta(hours=invitation.window_hours)


def row_end(invitation: Invitation, viewer: InvitationViewer | None) -> dt.datetime | None:
    """Return the end of a row of `viewer` by `invitation`; None if neither an end nor a begun window limits it."""
    window = None
    if viewer is not None and viewer.window_ends_at is not None:
        window = max(viewer.window_ends_at, viewer.finishes_at or viewer.window_ends_at)
    ends = [end for end in (invitation.ends_at, window) if end is not None]
    return min(ends) if ends else None


def update_rows(invitation: Invitation) -> None:
    """Give the viewers and the rows of `invitation` the ends that follow from its limits, in the caller's transaction.

    A row that nothing limits keeps its end.
    """
    viewers = list(invitation.viewers.filter(first_played_at__isnull=False))
    for viewer in viewers:
        viewer.window_ends_at = window_end(invitation, viewer.first_played_at)
    InvitationViewer.objects.bulk_update(viewers, ["window_ends_at"], batch_size=500)
    rows = list(VideoAccessSession.objects.filter(granted_by=invitation.pk).select_related("viewer"))
    for row in rows:
        row.expires_at = row_end(invitation, row.viewer) or row.expires_at
    VideoAccessSession.objects.bulk_update(rows, ["expires_at"], batch_size=500)
