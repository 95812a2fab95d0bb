"""The sheet of a section: how much of each film each invitation has watched; as a page, CSV and XLSX."""

import dataclasses
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.forms import Media
from django.http import HttpRequest, HttpResponse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from wagtail.admin.views.mixins import SpreadsheetExportMixin

from video_pages.access.effective_access import may_change_access
from video_pages.access.invitations.models import Invitation
from video_pages.access.invitations.states import invitation_state
from video_pages.analytics.invitations import Watched, of_videos, watched_videos
from video_pages.core import clock
from video_pages.pages.models import VideoIndexPage, VideoPage
from video_pages.pages.permissions import invitations_managed_by
from video_pages.wagtail_admin.invitations.outcome import mean_percent
from video_pages.wagtail_admin.invitations.section_screen import SectionScreen
from video_pages.wagtail_admin.spreadsheets import safe_cell

INVITATIONS_PER_PAGE = 50
MOST_VIDEOS_SHOWN = 40  # columns of the page; the spreadsheet has all


@dataclasses.dataclass(frozen=True)
class Cell:
    """One film of one invitation, over all its viewers. `percent` is their mean, None if it is not known."""

    is_invited: bool
    viewers: int = 0
    finished: int = 0
    percent: int | None = None

    @property
    def in_spreadsheet(self) -> int | str:
        """The percent; 0 if an invited person has not played it; "" if it is not known or they are not invited."""
        if self.viewers:
            return "" if self.percent is None else self.percent
        return 0 if self.is_invited else ""


@dataclasses.dataclass(frozen=True)
class Line:
    """One invitation, its state in words, and its cells, one for each film."""

    invitation: Invitation
    state: str
    cells: Sequence[Cell]


class SheetView(SpreadsheetExportMixin, SectionScreen):
    """The sheet of one section. The number of queries grows neither with invitations nor with films."""

    template_name = "video_pages/admin/invitations/sheet.html"
    export_filename = "invitations-and-films"

    def get_page_title(self) -> str:
        return _("Who has watched what in “%(title)s”") % {"title": self.section.get_admin_display_title()}

    def may_see(self, section: VideoIndexPage) -> bool:
        return may_change_access(section, self.request.user)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not self.is_export:
            return super().get(request, *args, **kwargs)
        chosen = request.GET["export"]
        self.list_export = [
            "label",
            "opens_page",
            "kind",
            "state",
            "viewers",
            *(f"film_{film.pk}" for film in self.films),
        ]
        self.export_headings = {
            "label": _("Label"),
            "opens_page": _("Invited to"),
            "kind": _("Kind"),
            "state": _("Status"),
            "viewers": _("Viewers"),
            **{f"film_{film.pk}": _("%(title)s (percent)") % {"title": film.title} for film in self.films},
        }
        response: HttpResponse = self.as_spreadsheet(self.lines(list(self.invitations)), chosen)
        return response

    @cached_property
    def films(self) -> list[VideoPage]:
        found = VideoPage.objects.filter(path__startswith=self.section.path, alias_of=None)
        return list(found.only("title", "draft_title", "path").order_by("path"))

    @property
    def invitations(self) -> QuerySet[Invitation]:
        """The invitations to the section, to anything in it, and to sections above it, by their labels."""
        path, step = self.section.path, self.section.steplen
        above = [path[:end] for end in range(step, len(path), step)]
        within = Q(video__path__startswith=path) | Q(section__path__startswith=path) | Q(section__path__in=above)
        found = invitations_managed_by(self.request.user).filter(within)
        return found.select_related("video", "section").order_by("label", "pk")

    def lines(self, invitations: Sequence[Invitation]) -> list[Line]:
        by_cell: dict[tuple[int, int], list[Watched]] = defaultdict(list)
        for each in of_videos(watched_videos(invitation.pk for invitation in invitations)).values():
            by_cell[each.invitation_id, each.video_id].append(each)
        now = clock.now()
        return [
            Line(
                invitation,
                str(invitation_state(invitation, now).label),
                [
                    _cell(by_cell[invitation.pk, film.pk], film.path.startswith(invitation.page.path))
                    for film in self.films
                ],
            )
            for invitation in invitations
        ]

    def to_row_dict(self, item: Line) -> dict[str, Any]:
        invitation = item.invitation
        return {
            "label": invitation.label,
            "opens_page": invitation.page.title,
            "kind": str(invitation.get_kind_display()),
            "state": item.state,
            "viewers": invitation.uses,
            **{f"film_{film.pk}": cell.in_spreadsheet for film, cell in zip(self.films, item.cells, strict=True)},
        }

    def get_heading(self, queryset: Sequence[Line], field: str) -> str:
        return safe_cell(str(self.export_headings[field]))  # a heading has the title of a film

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        page = Paginator(self.invitations, INVITATIONS_PER_PAGE).get_page(self.request.GET.get("p"))
        films = self.films[:MOST_VIDEOS_SHOWN]
        lines = [dataclasses.replace(line, cells=line.cells[:MOST_VIDEOS_SHOWN]) for line in self.lines(list(page))]
        context.update(
            section=self.section, films=films, film_count=len(self.films), lines=lines, page_obj=page, view=self
        )
        context["media"] = context.get("media", Media())
        return context


def _cell(watched: Sequence[Watched], is_invited: bool) -> Cell:
    finished = sum(each.is_completed for each in watched)
    return Cell(is_invited, len(watched), finished, mean_percent(watched))
