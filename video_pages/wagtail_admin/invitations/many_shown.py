"""Links or passwords of many people, shown once: a spreadsheet, and a text for a mail merge."""

import dataclasses

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from video_pages.core import clock
from video_pages.core.site_time import in_site_zone
from video_pages.wagtail_admin.invitations.codes import MOST_CODES, sent_field
from video_pages.wagtail_admin.invitations.names import Person
from video_pages.wagtail_admin.invitations.shown_once import ShownOnce, code_of, data_uri, when_of
from video_pages.wagtail_admin.listing.export import format_cell_time
from video_pages.wagtail_admin.spreadsheets import csv_line

COLUMNS = ("name", "email", "address", "password", "opens", "ends", "message")
"""The columns of the spreadsheet. The mail merge names its fields by them, so they are not translated."""
BYTE_ORDER_MARK = "\ufeff"  # by which Excel recognises UTF-8


@dataclasses.dataclass(frozen=True, repr=False)
class ManyShown:
    """The invitations of many people, which were made together."""

    people: list[tuple[Person, ShownOnce]]

    @property
    @sensitive_variables()
    def spreadsheet(self) -> str:
        """All of them as CSV, as a data URI: a line for each person."""
        lines = [csv_line(*COLUMNS)]
        for person, shown in self.people:
            invitation = shown.invitation
            times = (format_cell_time(invitation.opens_at), format_cell_time(invitation.ends_at))
            lines.append(csv_line(person.name, person.email, shown.address, shown.password, *times, shown.message))
        return data_uri("text/csv", BYTE_ORDER_MARK + "\r\n".join(lines) + "\r\n")

    @property
    @sensitive_variables()
    def for_codes(self) -> list[tuple[int, int, str]]:
        """[(first number, last number, field)] of the requests for QR codes and calendar files; see `codes`."""
        shown = [each for _person, each in self.people]
        starts = range(0, len(shown), MOST_CODES)
        parts = [(start, shown[start : start + MOST_CODES]) for start in starts]
        return [(start + 1, start + len(part), sent_field(part)) for start, part in parts]

    @property
    def merge_text(self) -> str:
        """A text for a mail merge, in the site's language: the fields are the columns of the spreadsheet."""
        if not self.people:
            return ""
        _person, first = self.people[0]
        with translation.override(settings.LANGUAGE_CODE), timezone.override(settings.TIME_ZONE):
            lines = [
                "{{name}}",
                "",
                _("You are invited to watch “%(title)s”:") % {"title": first.invitation.page.title},
            ]
            lines.append("{{address}}")
            if first.password:
                lines.append(_("Password: %(password)s") % {"password": "{{password}}"})
            return "\n".join([*lines, *when_of(first.invitation), *code_of(first.invitation)])

    @property
    def filename(self) -> str:
        """The name of the file with the spreadsheet."""
        return f"invitations-{in_site_zone(clock.now()):%Y-%m-%d-%H%M}.csv"
