"""Count a view at the first bytes of a video, and ask the database for each view only once."""

import collections
import datetime as dt
import logging
import threading
import uuid
import zlib

from django.conf import settings
from django.db import DatabaseError, transaction
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from video_pages.access.browser import client_address, viewer_id
from video_pages.access.decide import Reason, Verdict, may_edit
from video_pages.access.grant import extend_for
from video_pages.analytics.day_bounds import day_of
from video_pages.analytics.services import count_view
from video_pages.analytics.user_agents import device_of, is_bot
from video_pages.analytics.viewers import OPEN_VIEW, viewer_of
from video_pages.pages.models import VideoPage

# The views that one process remembers, about 200 bytes each. The database decides; the memory saves queries.
REMEMBERED_VIEWS = 20_000
# The most views that one address can make of one open video on one day.
BROWSER_KINDS = 16
# Headers of browsers that load a page before the visitor opens it.
PREFETCH_HEADERS = (
    ("Sec-Purpose", "prefetch"),
    ("Purpose", "prefetch"),
    ("X-Purpose", "preview"),
    ("X-Moz", "prefetch"),
)

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


def count_first_bytes(request: HttpRequest, video: VideoPage, verdict: Verdict, now: dt.datetime) -> None:
    """Count the view of `video` that these bytes begin, if it is not counted yet.

    Requests of editors and machines count nothing. A new view of a video that a section guards extends the section's
    access row to the end of the video. An error of the database does not stop the video: the next range tries again.
    """
    if verdict.reason == Reason.EDITOR or is_automatic(request):
        return
    access_ref = access_ref_of(request, verdict, now)
    view = (video.uuid, access_ref)
    if view in counted or may_edit(video, request.user):
        return
    try:
        info = client_info(request, now)
        with transaction.atomic():
            film = video.video_file.film_name if video.video_file else ""
            if count_view(video_id=video.pk, access_ref=access_ref, film=film, now=now, **info):
                extend_for(verdict, video.duration_seconds or 0, now=now)
            # An outer transaction may still roll back, so the view is remembered only after the commit.
            transaction.on_commit(lambda: counted.add(view))
    except DatabaseError:
        logger.warning("A view of the video %s was not counted.", video.uuid, exc_info=True)


def is_automatic(request: HttpRequest) -> bool:
    """Return whether no person watches: a browser fetches ahead, or a crawler or link preview asks."""
    is_prefetch = any(value in request.headers.get(name, "").lower() for name, value in PREFETCH_HEADERS)
    return is_prefetch or is_bot(request.headers.get("User-Agent", ""))


def opts_out_of_tracking(request: HttpRequest) -> bool:
    """Return whether the browser sends Global Privacy Control or Do Not Track, and the site respects them."""
    opts_out = request.headers.get("Sec-GPC") == "1" or request.headers.get("DNT") == "1"
    return opts_out and settings.RESPECT_DO_NOT_TRACK


def client_info(request: HttpRequest, now: dt.datetime) -> dict[str, str]:
    """Return the columns `viewer` and `device` of a new view; none for a browser that opts out of tracking."""
    if opts_out_of_tracking(request):
        return {}
    user_agent = request.headers.get("User-Agent", "")
    identity = viewer_id(request) or "\0".join((client_address(request), user_agent))
    return {"viewer": viewer_of(identity, now=now), "device": device_of(user_agent)}


def access_ref_of(request: HttpRequest, verdict: Verdict, now: dt.datetime) -> str:
    """Return the text that names this access in `VideoView`, 80 characters at most.

    A video that is open to everyone has no access row. Then the text is a digest of address, kind of browser and day,
    keyed with SECRET_KEY; the next day has another one, and no address is kept. Browsers fall into BROWSER_KINDS kinds,
    so that a client cannot create views without end by inventing user agents.
    """
    if verdict.access_id is not None:
        return f"session:{verdict.access_id}"
    kind = zlib.crc32(request.headers.get("User-Agent", "").encode(errors="replace")) % BROWSER_KINDS
    identity = (day_of(now).isoformat(), client_address(request), str(kind))
    digest = salted_hmac("video_pages.delivery.open_view", "\0".join(identity), algorithm="sha256")
    return f"{OPEN_VIEW}{digest.hexdigest()}"
