"""Count a view at the first bytes of a video, and ask the database for each view only once."""

import collections
import datetime as dt
import logging
import threading
import uuid
import zlib
from typing import Any

from django.db import DatabaseError, Error, transaction
from django.utils.crypto import salted_hmac

from video_pages.access.browser import Browser
from video_pages.access.decide import Reason, Verdict, may_edit
from video_pages.access.grant import extend_for
from video_pages.access.guard import SECTION
from video_pages.access.invitations import playing, refusal_counts
from video_pages.access.visitor import Visitor
from video_pages.analytics.day_bounds import day_of
from video_pages.analytics.models import VideoView
from video_pages.analytics.services import count_view
from video_pages.analytics.viewers import OPEN_VIEW, viewer_digest
from video_pages.core import clock
from video_pages.core.connections import release_connections
from video_pages.core.prepared import PreparedQuery
from video_pages.pages.models import VideoPage
from video_pages.pages.programme import longest_pause_seconds

# The views that one process remembers, about 200 bytes each. The database decides; the memory saves queries.
REMEMBERED_VIEWS = 20_000
# The most views that one address can make of one open video on one day.
BROWSER_KINDS = 16

logger = logging.getLogger(__name__)

View = tuple[uuid.UUID, str]
"""The uuid of a video and the `access_ref` of a VideoView."""


class CountedViews:
    """The views that this process knows to be counted; the oldest are dropped first. Safe for threads."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._views: collections.OrderedDict[View, None] = collections.OrderedDict()
        self._lock = threading.Lock()

    def __contains__(self, view: View) -> bool:
        return view in self._views

    def __len__(self) -> int:
        return len(self._views)

    def add(self, view: View) -> None:
        with self._lock:
            self._views[view] = None
            while len(self._views) > self._limit:
                self._views.popitem(last=False)


counted = CountedViews(REMEMBERED_VIEWS)


def count_first_bytes(visitor: Visitor, video: VideoPage, verdict: Verdict, now: dt.datetime) -> bool:
    """Count the view of `video` by `visitor` that these bytes begin, if it is not counted yet.

    Requests of editors and machines count nothing. A new view of a video that a section guards extends the section's
    access row to the end of the video; returns True in this case. An error of the database does not stop the video: the
    next range tries again.
    """
    if verdict.reason == Reason.EDITOR or visitor.is_automatic:
        return False
    access_ref = access_ref_of(visitor, verdict, now)
    view = (video.uuid, access_ref)
    if view in counted or may_edit(video, visitor.user):
        return False
    is_extended = False
    try:
        info = client_info(visitor, now)
        with transaction.atomic():
            columns = {"version": version_of(video), **info, **invitation_of(verdict)}
            if count_view(video_id=video.pk, access_ref=access_ref, now=now, **columns):
                is_extended = extend_for(verdict, _seconds_to_next(video, verdict), now=now)
                playing.still_playing(verdict, video.duration_seconds, is_new_video=True, now=now)
            # An outer transaction may still roll back, so the view is remembered only after the commit.
            transaction.on_commit(lambda: counted.add(view))
    except DatabaseError:
        logger.warning("A view of the video %s was not counted.", video.uuid, exc_info=True)
        return False
    return is_extended


def version_of(video: VideoPage) -> str:
    """Return the key in statistics of the file that `video` plays now, see `analytics.watching`; "" without one."""
    return video.video_file.version_name if video.video_file else ""


def _seconds_to_next(video: VideoPage, verdict: Verdict) -> float:
    """Return the seconds from the beginning of `video` to that of the next film, if its section is a programme."""
    is_by_section = verdict.guard is not None and verdict.guard.kind == SECTION and verdict.invited is None
    return video.duration_seconds + (longest_pause_seconds(video) if is_by_section else 0)


def may_send(verdict: Verdict, now: dt.datetime) -> bool:
    """Return whether bytes may be sent at once: no invitation has to count a use or a seat before."""
    return verdict.invited is None or not verdict.invited.must_begin(now)


def refused_play(video: VideoPage, verdict: Verdict, now: dt.datetime) -> Reason | None:
    """Count the use and the seat that bytes of `video` need, or the refusal; return the Reason that refuses, or None.

    No query unless they need one. An error of the database refuses: a use that is not counted would be one too many.
    """
    refused = None if may_send(verdict, now) else playing.begin(verdict, video.duration_seconds, now=now)
    if refused:
        refusal_counts.count_refused(verdict, refused, now=now)
    return refused


def invitation_of(verdict: Verdict) -> dict[str, Any]:
    """Return the columns of a new view that name the invitation of `verdict`; none without one."""
    invited = verdict.invited
    return {"invitation_id": invited.id, "invitation_viewer_id": invited.viewer_id} if invited else {}


def begins_no_view(video: uuid.UUID, verdict: Verdict, meta: dict[str, Any]) -> bool:
    """Return whether bytes of `video` that `verdict` allows begin no view that would have to be counted.

    That of this browser is counted already, or no person watches. `meta` is that of the request. One query for a view
    that this process does not know: browsers open several connections, and another process may have counted it.
    """
    now = clock.now()
    if not may_send(verdict, now):
        return False
    visitor = Visitor(browser=Browser(), meta=meta)
    view = (video, access_ref_of(visitor, verdict, now))
    return view in counted or visitor.is_automatic or _is_stored(view)


def _is_stored(view: View) -> bool:
    """Return whether another process has counted `view`, and remember it; False if the database does not answer."""
    try:
        is_stored = bool(STORED.rows(*view))
    except Error:
        return False
    finally:
        release_connections()
    if is_stored:
        counted.add(view)
    return is_stored


def client_info(visitor: Visitor, now: dt.datetime) -> dict[str, Any]:
    """Return the columns `viewer` and `device` of a new view; none for a browser that opts out of tracking."""
    if visitor.opts_out_of_tracking:
        return {}
    identity = visitor.viewer_id or "\0".join((visitor.address, visitor.user_agent))
    return {"viewer": viewer_digest(identity, now=now), "device": visitor.device}


def access_ref_of(visitor: Visitor, verdict: Verdict, now: dt.datetime) -> str:
    """Return the text that names this access in `VideoView`, 80 characters at most.

    A video that is open to everyone has no access row. Then the text is a digest of address, kind of browser and day,
    keyed with SECRET_KEY; the next day has another one, and no address is kept. Browsers fall into BROWSER_KINDS kinds,
    so that a client cannot create views without end by inventing user agents.
    """
    if verdict.access_id is not None:
        return f"session:{verdict.access_id}"
    kind = zlib.crc32(visitor.user_agent.encode(errors="replace")) % BROWSER_KINDS
    identity = (day_of(now).isoformat(), visitor.address, str(kind))
    digest = salted_hmac("video_pages.delivery.open_view", "\0".join(identity), algorithm="sha256")
    return f"{OPEN_VIEW}{digest.hexdigest()}"


STORED = PreparedQuery(
    lambda video, ref: VideoView.objects.filter(video__uuid=video, access_ref=ref).order_by().values_list("pk")
)
