"""`/stream/<uuid>/watched`: take the reports of the player about what it has played; `views` has checked the access.

The answer is an empty 204, whether or not the report was kept.
"""

import datetime as dt
import logging
from dataclasses import replace

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.utils.translation import gettext as _

from video_pages.access.decide import Reason, Verdict
from video_pages.access.visitor import visitor_of
from video_pages.analytics.services import record_watch_report
from video_pages.analytics.watch_reports import MAX_BYTES, UnreadableWatchReport, WatchReport, read_watch_report
from video_pages.core.whole_numbers import read_whole_number
from video_pages.delivery.counting import access_ref_of
from video_pages.delivery.responses import plain_refusal, protect
from video_pages.pages.models import VideoPage

NAME = "watched"
METHODS = ["POST"]

logger = logging.getLogger(__name__)


def answer_watch_report(request: HttpRequest, video: VideoPage, verdict: Verdict, now: dt.datetime) -> HttpResponse:
    """Record the report of a player of `video`, a source page that `verdict` allows, and return the response."""
    if request.method not in METHODS:
        return protect(HttpResponseNotAllowed(METHODS))
    if not is_same_origin(request):
        return plain_refusal(_("Only this site's own player may send watch reports."), status=403)
    try:
        report = read_watch_report(_body(request))
    except UnreadableWatchReport:
        return plain_refusal(_("This is not a watch report."), status=400)
    if verdict.reason != Reason.EDITOR and not visitor_of(request).opts_out_of_tracking:
        _record(request, video, verdict, report, now)
    return protect(HttpResponse(status=204))


def is_same_origin(request: HttpRequest) -> bool:
    """Return False if the browser's headers show that a page of another site sent the request."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    origin = request.headers.get("Origin")
    return origin is None or origin == f"{request.scheme}://{request.get_host()}"


def _body(request: HttpRequest) -> bytes:
    """Return the body. Raises UnreadableWatchReport for one that is too long for a report.

    CONTENT_LENGTH can be relied on, see `site_config.security.body_limit`.
    """
    if read_whole_number(request.META.get("CONTENT_LENGTH") or "0", most=MAX_BYTES) is None:
        raise UnreadableWatchReport("too long")
    return request.body


def _record(request: HttpRequest, video: VideoPage, verdict: Verdict, report: WatchReport, now: dt.datetime) -> None:
    try:
        record_watch_report(
            video_id=video.pk,
            access_ref=access_ref_of(visitor_of(request), verdict, now),
            report=_without_own_host(request, report),
            duration_seconds=video.duration_seconds or 0,
            version=video.video_file.version_name if video.video_file else "",
            now=now,
        )
    except DatabaseError:
        logger.warning("The watch report of the video %s was not stored.", video.uuid, exc_info=True)


def _without_own_host(request: HttpRequest, report: WatchReport) -> WatchReport:
    own = request.get_host().rpartition(":")[0] or request.get_host()
    return replace(report, referrer_host="") if report.referrer_host == own.lower() else report
