"""Watch reports whose verdict is in memory: `front` takes them without middleware, and `report_queue` stores them."""

from typing import Any

from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpResponse

from video_pages.access.invitations import playing
from video_pages.access.visitor import Visitor
from video_pages.analytics.watch_reports import WatchReport
from video_pages.core import clock
from video_pages.delivery import watch_reports
from video_pages.delivery.counting import access_ref_of
from video_pages.delivery.report_queue import WaitingReport, report_queue
from video_pages.delivery.verdicts import KnownVerdict


def is_report(environ: dict[str, Any], name: str) -> bool:
    """Return whether the request is a watch report, with a body that may be one."""
    return (
        name == watch_reports.NAME
        and environ["REQUEST_METHOD"] in watch_reports.METHODS
        and watch_reports.is_short(environ)
        and "HTTP_TRANSFER_ENCODING" not in environ
    )


def take_report(request: WSGIRequest, known: KnownVerdict) -> HttpResponse | None:
    """Take the watch report of a browser that `known` allows. None if more has to be written than the report."""
    now = clock.now()
    if known.receiver is not None or not playing.is_renewed(known.verdict, now):
        return None

    def queue(report: WatchReport) -> None:
        access_ref = access_ref_of(Visitor(meta=request.META), known.verdict, now)
        report_queue.add(WaitingReport(known.facts.page_id, access_ref, report, now))

    return watch_reports.take_watch_report(request, queue)
