"""Access rows: made for a right password or an invitation, extended, and followed when they get another key.

No other code makes one.
"""

import datetime as dt
from typing import Any

from django.db.models import Q, QuerySet

from video_pages.access.access_length import extended_end
from video_pages.access.decide import Verdict
from video_pages.access.guard import SECTION, Guard
from video_pages.access.invitations.models import InvitationViewer
from video_pages.access.models import VideoAccessSession
from video_pages.access.visitor import Visitor
from video_pages.core import clock
from video_pages.core.prepared import PreparedQuery


def grant(
    guard: Guard,
    visitor: Visitor,
    *,
    expires_at: dt.datetime,
    new_key: str | None = None,
    now: dt.datetime | None = None,
) -> VideoAccessSession:
    """Create the row that gives `visitor` access under `guard` until `expires_at`.

    The row never ends later than the guard's own date. With `new_key`, the browser's other rows move to this key, so
    that another holder of the old session loses them.
    """
    expires_at = min(expires_at, guard.access_until or expires_at)
    target = {f"{guard.kind}_id": guard.page_id, "granted_by_id": None}
    return create_row(visitor, target, expires_at=expires_at, new_key=new_key, now=now)


def create_row(
    visitor: Visitor,
    target: dict[str, int | None],
    *,
    expires_at: dt.datetime,
    new_key: str | None = None,
    now: dt.datetime | None = None,
    viewer: InvitationViewer | None = None,
) -> VideoAccessSession:
    """Create an access row of `visitor`; no other function creates rows.

    `target` are its columns that name the page and the invitation. A row of the browser with the same is replaced; if
    it has not expired, `present_row` finds the new one in its place.
    """
    now = now or clock.now()
    rows = VideoAccessSession.objects.filter(session_key__in=visitor.browser.keys)
    former = rows.filter(**target)
    replaced = former.active(now).values_list("first_id", "pk").first()
    former.delete()  # a new row, not a longer old one, because it counts as a new view
    if new_key:
        rows.update(session_key=new_key)
    return VideoAccessSession.objects.create(
        session_key=new_key or visitor.browser.keys[0],
        created_at=now,
        expires_at=expires_at,
        network=visitor.network,
        browser_family=visitor.browser_family,
        device=visitor.device if visitor.user_agent else "",
        viewer=viewer,
        first_id=(replaced[0] or replaced[1]) if replaced else None,
        **target,
    )


def extend_for(verdict: Verdict, duration_seconds: float, *, now: dt.datetime | None = None) -> bool:
    """Extend a section's row to the end of the video that has just begun, as `extended_end` says.

    The row never ends after the date of the section's password. Returns whether it now ends later. A row of a video is
    long enough from the beginning, and one by an invitation has the end of the invitation.
    """
    if verdict.access_id is None or verdict.invited or verdict.guard is None or verdict.guard.kind != SECTION:
        return False
    now = now or clock.now()
    row = VideoAccessSession.objects.active(now).filter(pk=verdict.access_id).first()
    if row is None:
        return False
    until = extended_end(row.created_at, duration_seconds, now)
    until = min(until, verdict.guard.access_until or until)
    # Conditional, so that the longer of two videos that begin at once decides.
    return bool(VideoAccessSession.objects.filter(pk=row.pk, expires_at__lt=until).update(expires_at=until))


def first_id_of(row_id: int | None) -> int | None:
    """Return the number by which `present_row` finds the access row `row_id` and each that replaces it; one query."""
    if row_id is None:
        return None
    rows = VideoAccessSession.objects.filter(pk=row_id)
    return rows.values_list("first_id", flat=True).first() or row_id


def present_row(first_id: int | None) -> tuple[int, str] | None:
    """Return (id, `session_key`) of the present access row of `first_id_of`; None if it has ended; one query at most.

    Each unlock moves the rows of a browser to another key, and one of the same page or by the same invitation replaces
    its row. What lasts longer than a request, such as a download or a television, follows both.
    """
    rows = PRESENT.rows(first_id) if first_id is not None else []
    return rows[0] if rows else None


def _present(first_id: int) -> QuerySet[VideoAccessSession, Any]:
    rows = VideoAccessSession.objects.filter(Q(pk=first_id) | Q(first_id=first_id))
    return rows.order_by("-pk").values_list("pk", "session_key")


PRESENT = PreparedQuery(_present)
