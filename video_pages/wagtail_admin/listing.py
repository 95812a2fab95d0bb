"""The Videos listing: every video an editor may see, with what has become of its file and what opens it."""

from django.db.models import CharField, Exists, F, OuterRef, Q
from django.db.models.functions import Coalesce
from django.forms import CheckboxSelectMultiple, Media, RadioSelect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_filters import ChoiceFilter, ModelMultipleChoiceFilter, MultipleChoiceFilter
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import BaseColumn, DateColumn, NumberColumn
from wagtail.admin.ui.tables.pages import (
    BulkActionsColumn,
    PageStatusColumn,
    PageTitleColumn,
    ParentPageColumn,
)
from wagtail.admin.views.pages.listing import IndexView
from wagtail.admin.viewsets.pages import PageListingViewSet
from wagtail.admin.widgets.button import HeaderButton

from video_pages.access.opening import How, openings
from video_pages.models import VideoIndexPage, VideoPage
from video_pages.panels import ADMIN_CSS
from video_pages.processing_words import told
from video_pages.rights import editable, explorable
from video_pages.transcoding import jobs
from video_pages.transcoding.models import State
from video_pages.wagtail_admin.upload_view import VIEW_NAME as UPLOAD_VIEW_NAME
from video_pages.wagtail_admin.upload_view import may_upload


class ProcessingColumn(BaseColumn):
    """What has become of the file; needs what the view gives to each row, see `tell_of_processing`."""

    cell_template_name = "video_pages/admin/videos/processing_cell.html"


class LengthColumn(BaseColumn):
    cell_template_name = "video_pages/admin/videos/length_cell.html"


class OpeningColumn(BaseColumn):
    """What opens the video; needs the `opening` that the view gives to each row."""

    cell_template_name = "video_pages/admin/videos/opening_cell.html"


def sections_seen_by(user):
    """The sections that `user` sees in the admin's page tree, by title."""
    return VideoIndexPage.objects.filter(pk__in=explorable(user).order_by().values("pk")).order_by("title")


class SectionFilter(ModelMultipleChoiceFilter):
    """Videos anywhere below one of the chosen sections."""

    def filter(self, queryset, sections):
        if not sections:
            return queryset
        below = Q()
        for section in sections:
            below |= Q(path__startswith=section.path)
        return queryset.filter(below)


class OpeningFilter(ChoiceFilter):
    """Videos by what opens them, aliases by what opens their source."""

    def filter(self, queryset, how):
        if not how:
            return queryset
        is_open = Q(alias_of=None, open_to_everyone=True) | Q(alias_of__videopage__open_to_everyone=True)
        has_own = (Q(alias_of=None) & ~Q(password_hash="")) | (
            Q(alias_of__isnull=False) & ~Q(alias_of__videopage__password_hash="")
        )
        if how == How.OPEN:
            return queryset.filter(is_open)
        if how == How.OWN:
            return queryset.filter(has_own).exclude(is_open)
        locked = queryset.exclude(is_open).exclude(has_own).annotate(below_a_password=_below_a_password())
        return locked.filter(below_a_password=how == How.SECTION)


def _below_a_password():
    """An expression: True for a video if a section above it, or above its source, carries a password."""
    sections = VideoIndexPage.objects.annotate(
        video_path=Coalesce(OuterRef("alias_of__path"), OuterRef("path"), output_field=CharField())
    )
    carries = ~Q(password_hash="") | (Q(alias_of__isnull=False) & ~Q(alias_of__videoindexpage__password_hash=""))
    return Exists(sections.filter(carries, video_path__startswith=F("path")))


class VideoFilterSet(WagtailFilterSet):
    """What editors look for: what is not right yet, and what lies where."""

    live = ChoiceFilter(
        label=_("Status"),
        choices=[("True", _("Live")), ("False", _("Draft"))],
        empty_label=_("Any"),
        widget=RadioSelect,
    )
    opened_by = OpeningFilter(
        label=_("Opened by"),
        choices=[
            (How.OWN.value, _("Its own password")),
            (How.SECTION.value, _("A section's password")),
            (How.OPEN.value, _("Open to everyone")),
            (How.NOBODY.value, _("Nobody can unlock it yet")),
        ],
        empty_label=_("Any"),
        widget=RadioSelect,
    )
    state = MultipleChoiceFilter(
        label=_("Processing"),
        field_name="video_file__job__state",
        choices=State.choices,
        widget=CheckboxSelectMultiple,
    )
    section = SectionFilter(
        label=_("Section"),
        queryset=lambda request: sections_seen_by(request.user),
        widget=CheckboxSelectMultiple,
    )

    class Meta:
        model = VideoPage
        fields = []


class VideoIndexView(IndexView):
    """The listing. However many videos it shows, its queries are as many."""

    base_filterset_class = VideoFilterSet
    results_template_name = "video_pages/admin/videos/results.html"
    default_ordering = "-video_file__created_at"

    base_columns = [
        BulkActionsColumn("bulk_actions"),
        PageTitleColumn("title", label=_("Title"), sort_key="title", classname="title"),
        ParentPageColumn("parent", label=_("Section"), sort_key="path"),
        PageStatusColumn("status", label=_("Status"), sort_key="live"),
        ProcessingColumn("processing", label=_("Processing"), sort_key="video_file__job__state"),
        LengthColumn("length", label=_("Length"), sort_key="video_file__duration"),
        NumberColumn("views", label=_("Views"), sort_key="views"),
        OpeningColumn("opening", label=_("Opened by")),
        DateColumn(
            "uploaded",
            label=_("Uploaded"),
            accessor="video_file.created_at",
            sort_key="video_file__created_at",
        ),
    ]

    def annotate_queryset(self, pages):
        pages = pages.with_files().prefetch_related("content_type", "sites_rooted_here").prefetch_workflow_states()
        return pages.annotate_site_root_state().annotate_approved_schedule()

    def search_queryset(self, queryset):
        """Find each typed word in the title or the name of the uploaded file; any ordering goes with that."""
        for word in self.search_query.split():
            queryset = queryset.filter(Q(title__icontains=word) | Q(video_file__original_filename__icontains=word))
        return queryset

    def order_queryset(self, queryset):
        ordering = self.ordering or self.default_ordering
        column = F(ordering.removeprefix("-"))
        ordered = column.desc(nulls_last=True) if ordering.startswith("-") else column.asc(nulls_last=True)
        return queryset.order_by(ordered, "-pk")

    def get_add_url(self):
        return reverse(UPLOAD_VIEW_NAME) if may_upload(self.request.user) else None

    @property
    def add_button(self):
        return HeaderButton(_("Upload video"), url=self.add_url, icon_name="upload")

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        videos = list(context["object_list"])
        found = openings(videos) if videos else {}
        for video in videos:
            video.opening = found[video.pk]
        self.tell_of_processing(videos)
        context["upload_url"] = self.add_url
        context["media"] += Media(css={"all": [ADMIN_CSS]}, js=["video_pages/js/videos-listing.js"])
        return context

    def tell_of_processing(self, videos):
        """Give each row what is `told` of its film, and whether the editor may act on it; two queries at most."""
        now = timezone.now()
        found = {video.pk: getattr(video.video_file, "job", None) for video in videos}
        places = jobs.places_in_queue([job for job in found.values() if job], now=now)
        for video in videos:
            job = found[video.pk]
            video.told = told(job, place=places.get(job.pk), now=now) if job else None
        # Asked only where there is something to do, and not for an alias: its source has a row of its own.
        open_ones = [video for video in videos if not video.alias_of_id and video.told and video.told.is_open]
        may_edit = editable(open_ones, self.request.user) if open_ones else set()
        for video in videos:
            video.may_act_on_processing = video.pk in may_edit


class VideosViewSet(PageListingViewSet):
    """Videos in the menu, at /admin/videos/."""

    name = "videos"
    url_prefix = "videos"
    model = VideoPage
    icon = "wagtailmedia-video"
    menu_label = _("Videos")
    menu_name = "videos"
    menu_order = 150  # after Pages
    add_to_admin_menu = True
    list_per_page = 50
    index_view_class = VideoIndexView
    filterset_class = VideoFilterSet


def videos_viewset():
    return VideosViewSet()
