"""The columns of the Videos listing, and which of them an editor has chosen to see.

The choice is kept by the browser, in a cookie of the listing's own address: it is a matter of taste and of the width
of a screen, and no right.
"""

from django import forms
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.views import View
from wagtail.admin.ui.tables import BaseColumn, DateColumn, NumberColumn
from wagtail.admin.ui.tables.pages import BulkActionsColumn, PageStatusColumn, PageTitleColumn, ParentPageColumn

from video_pages.pages.protected import HttpResponseSeeOther

LISTING_CSS = "video_pages/css/admin_listing.css"
COOKIE = "video_columns"
COOKIE_SECONDS = 365 * 24 * 60 * 60
NO_COLUMNS = "none"  # an empty cookie is no choice
FIRST_CHOICE = ("parent", "status", "processing", "length", "recent_views", "opening", "uploader", "uploaded")


class ProcessingColumn(BaseColumn):
    """What has become of the file; needs what the view gives to each row, see `tell_of_processing`."""

    cell_template_name = "video_pages/admin/videos/processing_cell.html"


class LengthColumn(BaseColumn):
    cell_template_name = "video_pages/admin/videos/length_cell.html"


class EffectiveAccessColumn(BaseColumn):
    """What opens the video; needs the `opening` that the view gives to each row."""

    cell_template_name = "video_pages/admin/videos/opening_cell.html"


class ListedColumn(BaseColumn):
    """Where visitors are shown the title; needs the `listing` that the view gives to each row."""

    cell_template_name = "video_pages/admin/videos/listed_cell.html"


class ViewsColumn(NumberColumn):
    """Views, and a dash for an alias: they count for its source, which has a row and a number of its own."""

    def get_value(self, instance):
        return "–" if instance.alias_of_id else super().get_value(instance)


class UploaderColumn(BaseColumn):
    cell_template_name = "video_pages/admin/videos/uploader_cell.html"


class TagsColumn(BaseColumn):
    """Needs the `tag_names` that the view gives to each row."""

    cell_template_name = "video_pages/admin/videos/tags_cell.html"


FIXED_COLUMNS = [
    BulkActionsColumn("bulk_actions"),
    PageTitleColumn("title", label=_("Title"), sort_key="title", classname="title"),
]
CHOOSABLE_COLUMNS = [
    ParentPageColumn("parent", label=_("Section"), sort_key="path"),
    PageStatusColumn("status", label=_("Status"), sort_key="live"),
    ProcessingColumn("processing", label=_("Processing"), sort_key="video_file__job__state"),
    LengthColumn("length", label=_("Length"), sort_key="video_file__duration"),
    ViewsColumn("recent_views", label=_("Views in 30 days"), sort_key="recent_views"),
    ViewsColumn("views", label=_("All views"), sort_key="views"),
    EffectiveAccessColumn("opening", label=_("Opened by")),
    ListedColumn("listed", label=_("Listed")),
    TagsColumn("tags", label=_("Tags")),
    UploaderColumn("uploader", label=_("Uploaded by"), sort_key="video_file__uploaded_by_user__username"),
    DateColumn("uploaded", label=_("Uploaded"), accessor="video_file.created_at", sort_key="video_file__created_at"),
]
BASE_COLUMNS = [*FIXED_COLUMNS, *CHOOSABLE_COLUMNS]


class ColumnsForm(forms.Form):
    """Ticks for the columns, in their order."""

    columns = forms.MultipleChoiceField(
        label=_("Columns"),
        choices=[(column.name, column.label) for column in CHOOSABLE_COLUMNS],
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )


def chosen_columns(request):
    """Return the names of the columns that the editor has chosen, the first choice if none was made."""
    kept = request.COOKIES.get(COOKIE)
    if not kept:
        return set(FIRST_CHOICE)
    return set(kept.split(".")) & {column.name for column in CHOOSABLE_COLUMNS}


class ColumnsView(View):
    """Keeps which columns an editor wants to see, and goes back to the list."""

    http_method_names = ["post"]

    def post(self, request):
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
