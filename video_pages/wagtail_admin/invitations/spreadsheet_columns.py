"""The columns that say what an invitation is, in the spreadsheets of the list and of the screening record."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from wagtail.admin.utils import get_user_display_name

from video_pages.access.invitations.models import Invitation
from video_pages.wagtail_admin.listing.export import format_cell_time

MADE_AND_LIMITS = {
    "made_by": gettext_lazy("Made by"),
    "made": gettext_lazy("Made"),
    "begins": pgettext_lazy("the moment when it begins", "From"),
    "ends": gettext_lazy("Ends"),
    "window_hours": gettext_lazy("Watch window (hours)"),
    "most_viewers": gettext_lazy("Viewers, at most"),
    "at_once": gettext_lazy("At the same time"),
    "downloads": gettext_lazy("Downloads"),
}
"""The headings of the columns that `made_and_limits` fills."""


def made_and_limits(invitation: Invitation) -> dict[str, Any]:
    """Return the maker of `invitation`, its date and its limits, by the names in MADE_AND_LIMITS; "" for none."""
    return {
        "made_by": get_user_display_name(invitation.created_by) if invitation.created_by else "",
        "made": format_cell_time(invitation.created_at),
        "begins": format_cell_time(invitation.opens_at),
        "ends": format_cell_time(invitation.ends_at),
        "window_hours": invitation.window_hours or "",
        "most_viewers": invitation.most_viewers or "",
        "at_once": invitation.at_once or "",
        "downloads": str(_("Allowed") if invitation.allows_download else _("As the video or section says")),
    }
