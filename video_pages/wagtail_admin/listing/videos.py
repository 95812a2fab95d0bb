"""The Videos listing: every video an editor may see, with what has become of its file and what opens it."""

from django.db.models import F, Q
from django.forms import Media
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.views.pages.listing import IndexView
from wagtail.admin.viewsets.pages import PageListingViewSet
from wagtail.admin.widgets.button import HeaderButton
from wagtail.models import Page

from video_pages.access.effective_access import effective_access
from video_pages.access.listed import listings
from video_pages.analytics.statistics import recent_views, with_recent_views
from video_pages.core import clock
from video_pages.core.scripts import module_script
from video_pages.pages.models import VideoPage
from video_pages.pages.panels.processing_status import processing_status
from video_pages.pages.permissions import editable_ids
from video_pages.transcoding import jobs
from video_pages.wagtail_admin.listing.columns import (
    BASE_COLUMNS,
    FIXED_COLUMNS,
    LISTING_CSS,
    ColumnsForm,
    ColumnsView,
    chosen_columns,
)
from video_pages.wagtail_admin.listing.export import VideoExportMixin
from video_pages.wagtail_admin.listing.filters import VideoFilterSet
from video_pages.wagtail_admin.uploads.first_section import add_section_url
from video_pages.wagtail_admin.uploads.screen import VIEW_NAME as UPLOAD_VIEW_NAME
from video_pages.wagtail_admin.uploads.screen import may_upload

AT_ONCE = 500  # rows that are asked about in one query: databases limit how many values a query may carry


class VideoIndexView(VideoExportMixin, IndexView):
    """The listing. However many videos it shows, its queries are as many."""

    base_filterset_class = VideoFilterSet
    template_name = "video_pages/admin/videos/index.html"
    results_template_name = "video_pages/admin/videos/results.html"
    default_ordering = "-video_file__created_at"
    base_columns = BASE_COLUMNS

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        self.shown = chosen_columns(request)
        self.columns = [column for column in BASE_COLUMNS if column in FIXED_COLUMNS or column.name in self.shown]

    def annotate_queryset(self, pages):
        pages = pages.with_files().select_related("video_file__uploaded_by_user")
        pages = pages.prefetch_related("content_type", "sites_rooted_here").prefetch_workflow_states()
        return pages.annotate_site_root_state().annotate_approved_schedule()

    def search_queryset(self, queryset):
        """Find each typed word in the title or the name of the uploaded file; any ordering goes with that."""
        for word in self.search_query.split():
            queryset = queryset.filter(Q(title__icontains=word) | Q(video_file__original_filename__icontains=word))
        return queryset

    def get_valid_orderings(self):
        """Those of all columns, shown or not: a kept address goes on to sort as it did."""
        keys = [column.sort_key for column in BASE_COLUMNS if column.sort_key]
        return [*keys, *(f"-{key}" for key in keys)]

    def order_queryset(self, queryset):
        ordering = self.ordering or self.default_ordering
        name = ordering.removeprefix("-")
        if name == "recent_views":
            queryset = with_recent_views(queryset)
        column = F(name)
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
        for begin in range(0, len(videos), AT_ONCE):
            self.tell_of(videos[begin : begin + AT_ONCE])
        context["upload_url"] = self.add_url
        if not videos and not self.add_url:
            context["section_url"] = add_section_url(self.request.user, then=reverse(UPLOAD_VIEW_NAME))
        context["model_opts"] = self.model._meta  # bulk actions are those for videos, not for any page
        context["columns_form"] = ColumnsForm(initial={"columns": sorted(self.shown)})
        context["media"] += Media(css={"all": [LISTING_CSS]}, js=[module_script("video_pages/js/videos_listing.js")])
        return context

    def tell_of(self, videos):
        """Give each row what its columns show, in as many queries however many rows there are."""
        found = effective_access(videos)
        for video in videos:
            video.opening = found[video.pk]
        self.tell_of_processing(videos)
        if self.is_export or "listed" in self.shown:
            where = listings(videos)
            for video in videos:
                video.listing = where[video.pk]
        if self.is_export:
            Page.objects.annotate_parent_page(videos)
        if self.is_export or "recent_views" in self.shown:
            counted = recent_views([video.pk for video in videos])
            for video in videos:
                video.recent_views = counted[video.pk]
        if self.is_export or "tags" in self.shown:
            self.tell_of_tags(videos)

    def tell_of_tags(self, videos):
        names = {video.pk: [] for video in videos}
        tagged = VideoPage.tags.through.objects.filter(content_object__in=list(names)).order_by("tag__name")
        for video_id, name in tagged.values_list("content_object_id", "tag__name"):
            names[video_id].append(name)
        for video in videos:
            video.tag_names = names[video.pk]

    def tell_of_processing(self, videos):
        """Give each row its `processing_status`, and whether the editor may act on it; two queries at most."""
        now = clock.now()
        found = {video.pk: jobs.job_of(video.video_file) for video in videos}
        places = jobs.places_in_queue([job for job in found.values() if job], now=now)
        for video in videos:
            job = found[video.pk]
            video.told = processing_status(job, place=places.get(job.pk), now=now) if job else None
        # Asked only where there is something to do, and not for an alias: its source has a row of its own.
        open_ones = [video for video in videos if not video.alias_of_id and video.told and video.told.is_open]
        may_edit = editable_ids(open_ones, self.request.user) if open_ones else set()
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
    export_filename = "videos"

    def get_urlpatterns(self):
        return [*super().get_urlpatterns(), path("columns/", ColumnsView.as_view(), name="columns")]


def videos_viewset():
    return VideosViewSet()
