"""`/stream/<uuid>/watched`: the player tells now and then what it has played; the gate has been asked before.

Answered with 204 and nothing else, whether or not anything was kept: nobody waits for a figure, and none is told.
"""

import logging
from dataclasses import replace

from django.db import DatabaseError
from django.http import HttpResponse, HttpResponseNotAllowed
from django.utils.translation import gettext as _

from video_pages.access.decide import Reason
from video_pages.analytics.services import record_watch_report
from video_pages.analytics.watch_reports import MAX_BYTES, UnreadableWatchReport, read_watch_report
from video_pages.core.whole_numbers import read_whole_number
from video_pages.delivery.counting import access_ref_of, opts_out_of_tracking
from video_pages.delivery.responses import plain_refusal, protect

NAME = "watched"
METHODS = ["POST"]

logger = logging.getLogger(__name__)


def answer_watch_report(request, video, verdict, now):
    """Keep what the player of `video`, a source page that `verdict` allows, tells of itself."""
    if request.method not in METHODS:
        return protect(HttpResponseNotAllowed(METHODS))
    if not is_same_origin(request):
        return plain_refusal(_("Only this site's own player may tell what was watched."), status=403)
    try:
        beat = read_watch_report(_body(request))
    except UnreadableWatchReport:
        return plain_refusal(_("This is not what the player tells."), status=400)
    if verdict.reason != Reason.EDITOR and not opts_out_of_tracking(request):
        _record(request, video, verdict, beat, now)
    return protect(HttpResponse(status=204))


def is_same_origin(request):
    """True unless a browser says that a page of another site sent this: it carries our visitor's cookie, unasked."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    origin = request.headers.get("Origin")
    return origin is None or origin == f"{request.scheme}://{request.get_host()}"


def _body(request):
    """The body, as far as a beat is long. Its length is said, see `site_config.security.body_limit`."""
    if read_whole_number(request.META.get("CONTENT_LENGTH") or "0", most=MAX_BYTES) is None:
        raise UnreadableWatchReport("too long")
    return request.body


def _record(request, video, verdict, beat, now):
    try:
        record_watch_report(
            video_id=video.pk,
            access_ref=access_ref_of(request, verdict, now),
            report=_without_own_host(request, beat),
            duration_seconds=video.duration_seconds or 0,
            film=video.video_file.film_name if video.video_file else "",
            now=now,
        )
    except DatabaseError:
        logger.warning("What was watched of the video %s was not kept.", video.uuid, exc_info=True)


def _without_own_host(request, beat):
    own = request.get_host().rpartition(":")[0] or request.get_host()
    return replace(beat, referrer_host="") if beat.referrer_host == own.lower() else beat
