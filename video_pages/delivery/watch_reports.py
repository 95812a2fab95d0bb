"""`/stream/<uuid>/watched`: take the reports of the player about what it has played; `views` has checked the access.

The answer is an empty 204, whether or not the report was kept.
"""

import datetime as dt
import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, UnreadablePostError
from django.utils.translation import gettext as _

from video_pages.access.decide import Reason, Verdict
from video_pages.access.visitor import Visitor, visitor_of
from video_pages.analytics.recording import ReceivedReport, record_watch_reports
from video_pages.analytics.watch_reports import MAX_BYTES, UnreadableWatchReport, WatchReport, read_watch_report
from video_pages.core.whole_numbers import read_whole_number
from video_pages.delivery.counting import access_ref_of, version_of
from video_pages.delivery.responses import plain_refusal, protect
from video_pages.pages.models import VideoPage

NAME = "watched"
METHODS = ["POST"]

logger = logging.getLogger(__name__)


def answer_watch_report(request: HttpRequest, video: VideoPage, verdict: Verdict, now: dt.datetime) -> HttpResponse:
    """Record the report of a player of `video`, a source page that `verdict` allows, and return the response."""
    if request.method not in METHODS:
        return protect(HttpResponseNotAllowed(METHODS))

    def record(report: WatchReport) -> None:
        if verdict.reason != Reason.EDITOR:
            _record(video, access_ref_of(visitor_of(request), verdict, now), report, now)

    return take_watch_report(request, record)


def take_watch_report(request: HttpRequest, record: Callable[[WatchReport], None]) -> HttpResponse:
    """Return the response to a POST of a player that may watch; `record` is called with its report if it counts.

    A report of a browser that opts out of tracking does not count.
    """
    if not is_same_origin(request):
        return plain_refusal(_("Only this site's own player may send watch reports."), status=403)
    try:
        report = read_watch_report(_body(request))
    except UnreadableWatchReport:
        return plain_refusal(_("This is not a watch report."), status=400)
    if not Visitor(meta=request.META).opts_out_of_tracking:
        record(_without_own_host(request, report))
    return protect(HttpResponse(status=204))


def is_same_origin(request: HttpRequest) -> bool:
    """Return False if the browser's headers show that a page of another site sent the request."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    origin = request.headers.get("Origin")
    return origin is None or origin == f"{request.scheme}://{request.get_host()}"


def is_short(meta: Mapping[str, Any]) -> bool:
    """Return whether the body of the request with the WSGI variables `meta` can be a report.

    CONTENT_LENGTH can be relied on, see `site_config.security.body_limit`.
    """
    return read_whole_number(meta.get("CONTENT_LENGTH") or "0", most=MAX_BYTES) is not None


def _body(request: HttpRequest) -> bytes:
    """Return the body. Raises UnreadableWatchReport for one that is too long for a report, or ends early."""
    if not is_short(request.META):
        raise UnreadableWatchReport("too long")
    try:
        return request.body
    except UnreadablePostError as problem:
        raise UnreadableWatchReport("cut off") from problem


def _record(video: VideoPage, access_ref: str, report: WatchReport, now: dt.datetime) -> None:
    try:
        record_watch_reports(
            [ReceivedReport(video.pk, access_ref, report, now, video.duration_seconds, version_of(video))]
        )
    except DatabaseError:
        logger.warning("The watch report of the video %s was not stored.", video.uuid, exc_info=True)


def _without_own_host(request: HttpRequest, report: WatchReport) -> WatchReport:
    own = request.get_host().rpartition(":")[0] or request.get_host()
    return replace(report, referrer_host="") if report.referrer_host == own.lower() else report
