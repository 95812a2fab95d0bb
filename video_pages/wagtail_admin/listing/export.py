"""The Videos listing as a spreadsheet: what it shows with its search and filters, and nothing of any password."""

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.utils import get_user_display_name

from video_pages.access.effective_access import AccessMode
from video_pages.wagtail_admin.access.dialog import address_of

OPENED_BY = {
    AccessMode.OWN: _("Its own password"),
    AccessMode.SECTION: _("A section's password"),
    AccessMode.OPEN: _("Open to everyone"),
    AccessMode.NOBODY: _("Nobody can unlock it yet"),
}


def in_words(moment):
    """Return `moment` in the site's time, as spreadsheets read it; "" for None."""
    return timezone.localtime(moment).strftime("%Y-%m-%d %H:%M") if moment else ""


def is_guarded(opening):
    """True if a password is asked, so that its end date counts."""
    return opening.guard is not None and opening.how != AccessMode.OPEN


class VideoExportMixin:
    """CSV and XLSX of all rows, whichever columns an editor has chosen to see; needs what `tell_of` gives to each."""

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
        "page_ends": _("Page expires"),
        "listed": _("Listed"),
        "tags": _("Tags"),
        "uploaded_by": _("Uploaded by"),
        "uploaded": _("Uploaded"),
    }
    list_export = list(export_headings)

    def to_row_dict(self, item):
        file = item.video_file
        uploader = file.uploaded_by_user if file else None
        return {
            "title": item.title,
            "section": item._parent_page.title if getattr(item, "_parent_page", None) else "",
            "address": address_of(item, self.request),
            "status": str(_("Live") if item.live else _("Draft")),
            "processing": str(item.told.headline) if item.told else "",
            "length_seconds": round(file.duration) if file and file.duration else "",
            # An alias has none of its own: they count for its source.
            "recent_views": "" if item.alias_of_id else item.recent_views,
            "views": "" if item.alias_of_id else item.views,
            "opened_by": str(OPENED_BY[item.opening.how]),
            "access_ends": in_words(item.opening.guard.access_until) if is_guarded(item.opening) else "",
            "page_ends": in_words(item.expire_at),
            "listed": str(item.listing.listed.label),
            "tags": ", ".join(item.tag_names),
            "uploaded_by": get_user_display_name(uploader) if uploader else "",
            "uploaded": in_words(file.created_at) if file else "",
        }
