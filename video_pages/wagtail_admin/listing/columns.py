"""The columns of the Videos listing, and the columns that an editor has chosen. Each row is one line.

The browser stores the choice in a cookie for the address of the listing: it depends on the width of the screen, and no
permission depends on it.
"""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.views import View
from wagtail.admin.ui.tables import BaseColumn, Column, NumberColumn
from wagtail.admin.ui.tables.pages import BulkActionsColumn, PageStatusColumn, PageTitleColumn, ParentPageColumn

from video_pages.access.responses import HttpResponseSeeOther
from video_pages.pages.models import VideoPage
from video_pages.wagtail_admin.requests import EditorRequest
from video_pages.wagtail_admin.video.still import still_url

LISTING_CSS = "video_pages/css/admin_listing.css"
VIDEOS_CSS = "video_pages/css/admin_videos.css"
COOKIE = "video_columns"
COOKIE_SECONDS = 365 * 24 * 60 * 60
NO_COLUMNS = "none"  # an empty cookie means that no choice was made
DEFAULT_COLUMNS = ("parent", "status", "processing", "length", "recent_views", "access", "uploader", "uploaded")


class VideoTitleColumn(PageTitleColumn):
    """The still, the title and the menu of the row. A long title is cut; tooltip and screen readers have it whole."""

    cell_template_name = "video_pages/admin/listing/title_cell.html"

    def get_cell_context_data(self, instance: VideoPage, parent_context: dict[str, Any]) -> dict[str, Any]:
        context: dict[str, Any] = super().get_cell_context_data(instance, parent_context)
        context["title"] = instance.get_admin_display_title()
        context["still_url"] = still_url(instance) if context["page_perms"].can_edit() else ""
        return context


class SectionColumn(ParentPageColumn):
    """The section that contains the video, with a link to it."""

    cell_template_name = "video_pages/admin/listing/section_cell.html"


class DayColumn(Column):
    """A date; the tooltip has its time."""

    cell_template_name = "video_pages/admin/listing/day_cell.html"


class ProcessingColumn(BaseColumn):
    """The processing status of the file, as `VideoIndexView.add_processing` sets it on each row."""

    cell_template_name = "video_pages/admin/listing/processing_cell.html"


class LengthColumn(BaseColumn):
    """The duration of the video."""

    cell_template_name = "video_pages/admin/listing/length_cell.html"


class EffectiveAccessColumn(BaseColumn):
    """The effective access of the video, as the view sets it on each row."""

    cell_template_name = "video_pages/admin/listing/access_cell.html"


class ListedColumn(BaseColumn):
    """The pages on which visitors see the title; needs the `listing` that the view sets on each row."""

    cell_template_name = "video_pages/admin/listing/listed_cell.html"


class ViewsColumn(NumberColumn):
    """The number of views; a dash for an alias, because its views count for its source."""

    def get_value(self, instance: VideoPage) -> str:
        return "–" if instance.alias_of_id else super().get_value(instance)


class UploaderColumn(BaseColumn):
    """The user who uploaded the file."""

    cell_template_name = "video_pages/admin/listing/uploader_cell.html"


class TagsColumn(BaseColumn):
    """The tags; needs the `tag_names` that the view sets on each row."""

    cell_template_name = "video_pages/admin/listing/tags_cell.html"


FIXED_COLUMNS = [
    BulkActionsColumn("bulk_actions"),
    VideoTitleColumn("title", label=_("Title"), sort_key="title", classname="title"),
]
# The class names have the widths: columns shrink from these as far as their headings allow.
CHOOSABLE_COLUMNS = [
    SectionColumn("parent", label=_("Section"), sort_key="path", classname="video-column--section"),
    PageStatusColumn("status", label=_("Status"), sort_key="live", classname="video-column--status"),
    ProcessingColumn(
        "processing", label=_("Processing"), sort_key="video_file__job__state", classname="video-column--processing"
    ),
    LengthColumn("length", label=_("Length"), sort_key="video_file__duration", classname="video-column--number"),
    ViewsColumn("recent_views", label=_("Views in 30 days"), sort_key="recent_views", classname="video-column--number"),
    ViewsColumn("views", label=_("All views"), sort_key="views", classname="video-column--number"),
    EffectiveAccessColumn("access", label=_("Opened by"), classname="video-column--access"),
    ListedColumn("listed", label=_("Listed"), classname="video-column--words"),
    TagsColumn("tags", label=_("Tags"), classname="video-column--words"),
    UploaderColumn(
        "uploader",
        label=_("Uploaded by"),
        sort_key="video_file__uploaded_by_user__username",
        classname="video-column--words",
    ),
    DayColumn(
        "uploaded",
        label=_("Uploaded"),
        accessor="video_file.created_at",
        sort_key="video_file__created_at",
        classname="video-column--day",
    ),
]
BASE_COLUMNS = [*FIXED_COLUMNS, *CHOOSABLE_COLUMNS]


class ColumnsForm(forms.Form):
    """Check boxes for the columns, in their order."""

    columns = forms.MultipleChoiceField(
        label=_("Columns"),
        choices=[(column.name, column.label) for column in CHOOSABLE_COLUMNS],
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )


def chosen_columns(request: HttpRequest) -> set[str]:
    """Return the names of the columns that the editor has chosen, or those of DEFAULT_COLUMNS."""
    kept = request.COOKIES.get(COOKIE)
    if not kept:
        return set(DEFAULT_COLUMNS)
    return set(kept.split(".")) & {column.name for column in CHOOSABLE_COLUMNS}


class ColumnsView(View):
    """Stores the chosen columns and redirects to the list."""

    http_method_names = ["post"]

    def post(self, request: EditorRequest) -> HttpResponse:
        here = reverse("videos:index")
        back = request.POST.get("next", "")
        if not url_has_allowed_host_and_scheme(back, {request.get_host()}, request.is_secure()):
            back = here
        response = HttpResponseSeeOther(back)
        form = ColumnsForm(request.POST)
        if "reset" in request.POST or not form.is_valid():
            response.delete_cookie(COOKIE, path=here)
        else:
            response.set_cookie(
                COOKIE,
                ".".join(form.cleaned_data["columns"]) or NO_COLUMNS,
                max_age=COOKIE_SECONDS,
                path=here,
                secure=request.is_secure(),
                httponly=True,
                samesite="Lax",
            )
        return response
