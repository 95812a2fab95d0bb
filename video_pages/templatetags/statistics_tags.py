"""Filters that format statistics, and the address to which a player sends watch reports."""

from django import template
from django.template import Context
from django.urls import reverse

from video_pages.access.decide import Reason
from video_pages.access.visitor import visitor_of
from video_pages.core import humanize
from video_pages.delivery.watch_reports import NAME

register = template.Library()
register.filter("percent", humanize.format_percent)
register.filter("whole_percent", humanize.format_whole_percent)
register.filter("hours", humanize.format_hours)


@register.simple_tag(takes_context=True)
def watch_report_url(context: Context) -> str:
    """Return the address of watch reports for the player page in `context`; "" if its visitor is not counted."""
    request, verdict = context.get("request"), context.get("verdict")
    if request is None or verdict is None or verdict.reason == Reason.EDITOR:
        return ""
    visitor = visitor_of(request)
    if visitor.opts_out_of_tracking or visitor.is_automatic:
        return ""
    return reverse("stream", args=(context["video"].uuid, f"{context.get('stream_prefix', '')}{NAME}"))
