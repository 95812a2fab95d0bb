"""The screening record of an invitation: a page to print, and a CSV or XLSX with a line for each viewer and film."""

import dataclasses
import datetime as dt
from collections import defaultdict
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.functional import cached_property
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.utils import get_user_display_name
from wagtail.admin.views.mixins import SpreadsheetExportMixin
from wagtail.models import Site

from video_pages.access.invitations.by_mail.bindings import describe_binding, describe_kind
from video_pages.access.invitations.models import InvitationViewer
from video_pages.access.invitations.states import invitation_state
from video_pages.analytics.invitation_models import InvitationDownload
from video_pages.analytics.invitations import Watched, watched_videos
from video_pages.core import clock, site_names
from video_pages.library.downloads import ORIGINAL
from video_pages.pages.models import VideoPage
from video_pages.wagtail_admin.invitations.detail import InvitationScreen
from video_pages.wagtail_admin.invitations.outcome import refusals_of
from video_pages.wagtail_admin.invitations.spreadsheet_columns import MADE_AND_LIMITS, made_and_limits
from video_pages.wagtail_admin.listing.export import format_cell_time


@dataclasses.dataclass(frozen=True)
class RecordLine:
    """One viewer and one `version` of a film that they have played or downloaded.

    `watched` is None if it was not played; `film` is None if the viewer has done neither.
    """

    viewer: InvitationViewer | None
    film: VideoPage | None = None
    version: str = ""
    watched: Watched | None = None
    downloads: tuple[InvitationDownload, ...] = ()

    @property
    def digest(self) -> str:
        """The SHA-256 of the source, if the version that was shown is that of today; else "", it is not kept."""
        file = self.film.video_file if self.film else None
        return file.sha256 if file is not None and self.version == file.version_name else ""

    @property
    def taken(self) -> list[tuple[str, dt.datetime]]:
        """[(the file in words, the begin of its first download)]."""
        return [(str(_("Original")) if each.size == ORIGINAL else each.size, each.began_at) for each in self.downloads]


class RecordView(SpreadsheetExportMixin, InvitationScreen):
    """The record of one invitation. The number of queries does not grow with viewers, films or downloads."""

    template_name = "video_pages/admin/invitations/record.html"
    page_title = gettext_lazy("Screening record")
    export_headings = {
        "label": gettext_lazy("Label"),
        "kind": gettext_lazy("Kind"),
        "invited_to": gettext_lazy("Invited to"),
        **MADE_AND_LIMITS,
        "state": gettext_lazy("Status"),
        "ended_by_hand": gettext_lazy("Ended by hand"),
        "ended_by": gettext_lazy("Ended by"),
        "viewer": gettext_lazy("Viewer"),
        "opened": gettext_lazy("Opened"),
        "confirmed": gettext_lazy("Confirmed by mail code"),
        "film": gettext_lazy("Film"),
        "film_id": gettext_lazy("Id"),
        "version": gettext_lazy("Version"),
        "digest": gettext_lazy("SHA-256 of the source"),
        "began": gettext_lazy("First played"),
        "last_watched": gettext_lazy("Last watched"),
        "percent": gettext_lazy("Watched (percent)"),
        "finished": gettext_lazy("Watched to the end"),
        "downloaded": gettext_lazy("Downloaded"),
    }
    list_export = list(export_headings)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.is_export:
            response: HttpResponse = self.as_spreadsheet(self.lines, request.GET["export"])
            return response
        return super().get(request, *args, **kwargs)

    def get_filename(self) -> str:
        return f"screening-record-{self.invitation.pk}-{slugify(self.invitation.label)}".rstrip("-")

    @cached_property
    def now(self) -> dt.datetime:
        return clock.now()

    @cached_property
    def lines(self) -> list[RecordLine]:
        """All viewers in the order in which they opened it, each with the films that they have played or downloaded."""
        watched = {(each.viewer_id, each.video_id, each.version): each for each in watched_videos([self.invitation.pk])}
        viewers = {viewer.pk: viewer for viewer in self.invitation.viewers.order_by("opened_at", "pk")}
        taken: dict[tuple[int | None, int, str], list[InvitationDownload]] = defaultdict(list)
        for download in InvitationDownload.objects.filter(viewer__invitation=self.invitation).order_by("began_at"):
            taken[download.viewer_id, download.video_id, download.version].append(download)
        keys = dict.fromkeys([*watched, *taken])
        films = VideoPage.objects.select_related("video_file").in_bulk({video for _viewer, video, _version in keys})
        of_viewer: dict[int | None, list[RecordLine]] = defaultdict(list)
        for key in keys:
            viewer_id, video, version = key
            viewer = viewers.get(viewer_id) if viewer_id else None
            line = RecordLine(viewer, films[video], version, watched.get(key), tuple(taken.get(key, ())))
            of_viewer[viewer_id].append(line)
        lines = [line for pk, viewer in viewers.items() for line in of_viewer.pop(pk, [RecordLine(viewer)])]
        rest = [line for found in of_viewer.values() for line in found]
        return lines + rest or [RecordLine(None)]

    def to_row_dict(self, item: RecordLine) -> dict[str, Any]:
        invitation, watched = self.invitation, item.watched
        row: dict[str, Any] = dict.fromkeys(self.list_export, "")
        row.update(
            label=invitation.label,
            kind=describe_kind(invitation),
            invited_to=invitation.page.title,
            **made_and_limits(invitation),
            state=str(invitation_state(invitation, self.now).label),
            ended_by_hand=format_cell_time(invitation.revoked_at),
            ended_by=get_user_display_name(invitation.revoked_by) if invitation.revoked_by else "",
        )
        if item.viewer:
            row.update(viewer=item.viewer.number or "", opened=format_cell_time(item.viewer.opened_at))
            row.update(confirmed=format_cell_time(item.viewer.confirmed_at))
        if item.film:
            row.update(
                film=item.film.title,
                film_id=str(item.film.uuid),
                version=item.version,
                digest=item.digest,
                downloaded="; ".join(f"{file} {format_cell_time(moment)}" for file, moment in item.taken),
            )
        if watched:
            row.update(
                began=format_cell_time(watched.first_at),
                last_watched=format_cell_time(watched.last_at),
                percent="" if watched.percent is None else watched.percent,
                finished=_("Yes") if watched.is_completed else _("No") if watched.is_measured else "",
            )
        return row

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        site = Site.find_for_request(self.request)
        context.update(
            lines=[line for line in self.lines if line.viewer or line.film],
            state=invitation_state(self.invitation, self.now).label,
            bound_to=describe_binding(self.invitation),
            has_confirmed=any(line.viewer and line.viewer.confirmed_at for line in self.lines),
            refusals=refusals_of(self.invitation),
            site_name=site_names.name_of(site),
            now=self.now,
            view=self,
        )
        return context
