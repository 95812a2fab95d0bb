"""The Videos listing as a spreadsheet, with its search and filters. It contains no password and no hash."""

import datetime as dt
from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail.admin.utils import get_user_display_name

from video_pages.access.effective_access import AccessMode, EffectiveAccess
from video_pages.core.site_time import in_site_zone
from video_pages.pages.film_facts import COLUMNS as FACTS
from video_pages.pages.models import VideoPage
from video_pages.wagtail_admin.access.message_to_send import address_of
from video_pages.wagtail_admin.compat import annotated_parent
from video_pages.wagtail_admin.requests import EditorRequest

OPENED_BY = {
    AccessMode.OWN: _("Its own password"),
    AccessMode.SECTION: _("A section's password"),
    AccessMode.OPEN: _("Open to everyone"),
    AccessMode.INVITED: _("Invitations alone"),
    AccessMode.NOBODY: _("Nobody can unlock it yet"),
}


def format_cell_time(moment: dt.datetime | None) -> str:
    """Return `moment` in the site's time zone, in a format that spreadsheet programs read; "" for None."""
    return in_site_zone(moment).strftime("%Y-%m-%d %H:%M") if moment else ""


def end_of_access(access: EffectiveAccess) -> dt.datetime | None:
    """Return the end date of the password that visitors have to type, or None."""
    if access.guard is None or access.mode == AccessMode.OPEN:
        return None
    return access.guard.access_until


class VideoExportMixin:
    """Exports all rows as CSV or XLSX, independent of the chosen columns; needs `VideoIndexView.add_row_data`."""

    request: EditorRequest
    export_headings = {
        "title": _("Title"),
        "section": _("Section"),
        "address": _("Address"),
        "status": _("Status"),
        "processing": _("Processing"),
        "length_seconds": _("Length (seconds)"),
        "recent_views": _("Views in 30 days"),
        "views": _("All views"),
        "opened_by": _("Opened by"),
        "access_ends": _("End date"),
        "opens": _("Opens"),
        "closes": _("Closes"),
        "page_ends": _("Page expires"),
        "listed": _("Listed"),
        "tags": _("Tags"),
        "uploaded_by": _("Uploaded by"),
        "uploaded": _("Uploaded"),
        "year": _("Year"),
        "director": _("Director"),
        "country": _("Country"),
        "language": _("Language"),
        "running_minutes": _("Running time in minutes"),
        "age_rating": _("Age rating"),
        "content_notes": _("Content notes"),
        "premiere": _("Premiere"),
        "festivals": _("Festivals and awards"),
        "film_credits": _("Credits"),
    }
    list_export = list(export_headings)

    def to_row_dict(self, item: VideoPage) -> dict[str, Any]:
        section = annotated_parent(item)
        file = item.video_file
        uploader = file.uploaded_by_user if file else None
        return {
            "title": item.title,
            "section": section.title if section else "",
            "address": address_of(item, self.request),
            "status": str(_("Live") if item.live else _("Draft")),
            "processing": str(item.processing_status.headline) if item.processing_status else "",
            "length_seconds": round(file.duration) if file and file.duration else "",
            # The views of an alias count for its source.
            "recent_views": "" if item.alias_of_id else item.recent_views,
            "views": "" if item.alias_of_id else item.views,
            "opened_by": str(OPENED_BY[item.effective_access.mode]),
            "access_ends": format_cell_time(end_of_access(item.effective_access)),
            "opens": format_cell_time(item.effective_access.window.opens_at),
            "closes": format_cell_time(item.effective_access.window.closes_at),
            "page_ends": format_cell_time(item.expire_at),
            "listed": str(item.listing.listed.label),
            "tags": ", ".join(item.tag_names),
            "uploaded_by": get_user_display_name(uploader) if uploader else "",
            "uploaded": format_cell_time(file.created_at) if file else "",
            **{name: getattr(item, name) or "" for name in FACTS},
        }
