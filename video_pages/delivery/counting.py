"""The view that the first bytes of a film begin: whose it is, and how it is asked about once only."""

import collections
import logging
import threading
import zlib

from django.conf import settings
from django.db import DatabaseError, transaction
from django.utils.crypto import salted_hmac

from video_pages.access.browser import client_address, viewer_id
from video_pages.access.decide import Reason, may_edit
from video_pages.access.grant import extend_for
from video_pages.analytics.day_bounds import day_of
from video_pages.analytics.services import count_view
from video_pages.analytics.user_agents import device_of, is_bot
from video_pages.analytics.viewers import OPEN_VIEW, viewer_of

# What one process remembers, at some 200 bytes each. The database decides; this only saves asking it again.
REMEMBERED_VIEWS = 20_000
# The most views that one address can make of one open video on one day.
BROWSER_KINDS = 16
# What browsers say that load a page before anybody asks for it.
PREFETCH_HEADERS = (
    ("Sec-Purpose", "prefetch"),
    ("Purpose", "prefetch"),
    ("X-Purpose", "preview"),
    ("X-Moz", "prefetch"),
)

logger = logging.getLogger(__name__)


class CountedViews:
    """The views that this process knows to be counted; the oldest are forgotten first. Safe for threads."""

    def __init__(self, limit):
        self._limit = limit
        self._views = collections.OrderedDict()
        self._lock = threading.Lock()

    def __contains__(self, view):
        return view in self._views

    def __len__(self):
        return len(self._views)

    def add(self, view):
        with self._lock:
            self._views[view] = None
            while len(self._views) > self._limit:
                self._views.popitem(last=False)


counted = CountedViews(REMEMBERED_VIEWS)


def count_first_bytes(request, video, verdict, now):
    """Count the view of `video` that these bytes begin, unless an editor or a machine watches or it is counted already.

    The row of a section is then made to last to the film's end. Nobody's film waits for a figure: if the
    database can't take it, the next range tries again.
    """
    if verdict.reason == Reason.EDITOR or is_automatic(request):
        return
    access_ref = access_ref_of(request, verdict, now)
    view = (video.uuid, access_ref)
    if view in counted or may_edit(video, request.user):
        return
    try:
        about = client_info(request, now)
        with transaction.atomic():
            if count_view(video_id=video.pk, access_ref=access_ref, now=now, **about):
                extend_for(verdict, video.duration_seconds or 0, now=now)
            # Known once it is committed, by whoever began the transaction, and not before.
            transaction.on_commit(lambda: counted.add(view))
    except DatabaseError:
        logger.warning("A view of the video %s was not counted.", video.uuid, exc_info=True)


def is_automatic(request):
    """True for what asks without anybody watching: a browser that fetches ahead, a crawler, a preview."""
    ahead = any(header in request.headers.get(name, "").lower() for name, header in PREFETCH_HEADERS)
    return ahead or is_bot(request.headers.get("User-Agent", ""))


def opts_out_of_tracking(request):
    """True if the browser asks by Global Privacy Control or Do Not Track, and the site heeds it."""
    asks = request.headers.get("Sec-GPC") == "1" or request.headers.get("DNT") == "1"
    return asks and settings.RESPECT_DO_NOT_TRACK


def client_info(request, now):
    """Return what a new view keeps of who watches: `viewer` and `device`; nothing of who asks not to be followed."""
    if opts_out_of_tracking(request):
        return {}
    user_agent = request.headers.get("User-Agent", "")
    known_as = viewer_id(request) or "\0".join((client_address(request), user_agent))
    return {"viewer": viewer_of(known_as, now=now), "device": device_of(user_agent)}


def access_ref_of(request, verdict, now):
    """The words that name this access in `VideoView`, 80 characters at most.

    For a video open to everyone there is no row: a digest of address, kind of browser and day stands for it,
    keyed with SECRET_KEY and of no use the day after. No address is kept. Browsers fall into a few kinds only, so
    that nobody makes views, and rows, without end by inventing names for theirs.
    """
    if verdict.access_id is not None:
        return f"session:{verdict.access_id}"
    kind = zlib.crc32(request.headers.get("User-Agent", "").encode(errors="replace")) % BROWSER_KINDS
    seen = (day_of(now).isoformat(), client_address(request), str(kind))
    digest = salted_hmac("video_pages.delivery.open_view", "\0".join(seen), algorithm="sha256")
    return f"{OPEN_VIEW}{digest.hexdigest()}"
