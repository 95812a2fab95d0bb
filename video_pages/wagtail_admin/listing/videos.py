"""The Videos listing: all videos that an editor may see, with processing status and effective access."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.forms import Media
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import URLPattern, URLResolver, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Table
from wagtail.admin.views.pages.listing import IndexView
from wagtail.admin.viewsets.pages import PageListingViewSet
from wagtail.admin.widgets.button import HeaderButton
from wagtail.models import Page

from video_pages.access.effective_access import effective_access
from video_pages.access.listings import listings
from video_pages.analytics.statistics import recent_views
from video_pages.core import clock
from video_pages.core.scripts import module_script
from video_pages.pages.models import VideoPage
from video_pages.pages.panels.processing_status import processing_status
from video_pages.pages.permissions import editable_ids, visible_ids
from video_pages.pages.querysets import VideoPageQuerySet
from video_pages.pages.translated import translation_languages, without_translations
from video_pages.pages.visible_titles import with_visible_titles
from video_pages.sections.permissions import may_upload
from video_pages.transcoding import jobs
from video_pages.wagtail_admin.listing.columns import (
    BASE_COLUMNS,
    FIXED_COLUMNS,
    LISTING_CSS,
    VIDEOS_CSS,
    ColumnsForm,
    ColumnsView,
    chosen_columns,
)
from video_pages.wagtail_admin.listing.export import VideoExportMixin
from video_pages.wagtail_admin.listing.filters import VideoFilterSet, videos_visible_to
from video_pages.wagtail_admin.listing.order import in_parts, ordered
from video_pages.wagtail_admin.long_lists import IdList, LongListMixin, in_order
from video_pages.wagtail_admin.requests import EditorRequest
from video_pages.wagtail_admin.uploads.direct import allowing_bucket
from video_pages.wagtail_admin.uploads.first_section import add_section_url
from video_pages.wagtail_admin.uploads.screen import VIEW_NAME as UPLOAD_VIEW_NAME


class VideoIndexView(LongListMixin, VideoExportMixin, IndexView):
    """The list. The number of queries does not grow with the number of videos."""

    request: EditorRequest
    base_filterset_class = VideoFilterSet
    template_name = "video_pages/admin/listing/index.html"
    results_template_name = "video_pages/admin/listing/results.html"
    default_ordering = "-video_file__created_at"
    base_columns = BASE_COLUMNS
    table_classname = "listing video-list"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        view = super().dispatch
        if not self.results_only and not self.is_export and self.add_url:
            view = allowing_bucket(view)  # files that are dropped on the list are uploaded by this document
        return view(request, *args, **kwargs)

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.shown = chosen_columns(request)
        self.columns = [column for column in BASE_COLUMNS if column in FIXED_COLUMNS or column.name in self.shown]

    def get_table(self, object_list: Sequence[VideoPage]) -> Table:
        """Return the table, without the column for the uploaders where no video of the page has one."""
        rows = list(object_list)
        if not any(video.video_file and video.video_file.uploaded_by_user_id for video in rows):
            self.columns = [column for column in self.columns if column.name != "uploader"]
        return super().get_table(rows)

    def get_base_queryset(self) -> VideoPageQuerySet:
        """Return the videos without their translations, which stand in the rows of their originals."""
        videos = videos_visible_to(self.request.user)
        return without_translations(videos) if settings.WAGTAIL_I18N_ENABLED else videos

    def rows_with(self, ids: Sequence[int]) -> list[VideoPage]:
        videos = VideoPage.objects.with_files().select_related("video_file__uploaded_by_user", "alias_of")
        videos = videos.prefetch_related("content_type", "sites_rooted_here").prefetch_workflow_states()
        rows = in_order(videos.annotate_site_root_state().annotate_approved_schedule(), ids)
        self.add_row_data(rows)
        return rows

    def search_queryset(self, queryset: VideoPageQuerySet) -> VideoPageQuerySet:
        """Filter for videos with each typed word in the title or in the name of the uploaded file, in any order."""
        found: VideoPageQuerySet = queryset
        for word in self.search_query.split():
            found = found.filter(Q(title__icontains=word) | Q(video_file__original_filename__icontains=word))
        return found

    def get_valid_orderings(self) -> list[str]:
        """Return the orderings of all columns, also of hidden ones, so that stored addresses stay valid."""
        keys = [column.sort_key for column in BASE_COLUMNS if column.sort_key]
        return [*keys, *(f"-{key}" for key in keys)]

    def order_queryset(self, queryset: VideoPageQuerySet) -> VideoPageQuerySet:
        return ordered(queryset, self.ordering or self.default_ordering)

    def ids_of(self, queryset: Any) -> IdList:
        if self.is_searching or self.is_filtering:
            return IdList([queryset])
        return in_parts(queryset, self.ordering or self.default_ordering)

    def get_add_url(self) -> str | None:
        return reverse(UPLOAD_VIEW_NAME) if may_upload(self.request.user) else None

    @property
    def add_button(self) -> HeaderButton:
        return HeaderButton(_("Upload video"), url=self.add_url, icon_name="upload")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        context["upload_url"] = self.add_url
        if not context["object_list"] and not self.add_url:
            context["section_url"] = add_section_url(self.request.user, then=reverse(UPLOAD_VIEW_NAME))
        context["model_opts"] = self.model._meta  # selects the bulk actions for videos, not those for any page
        context["columns_form"] = ColumnsForm(initial={"columns": sorted(self.shown)})
        scripts = [module_script("video_pages/js/videos_listing.js")]
        if self.add_url:
            scripts.append(module_script("video_pages/js/upload_from_list.js"))
        sheets = [LISTING_CSS, VIDEOS_CSS, "video_pages/css/file_drops.css"]
        context["media"] += Media(css={"all": sheets}, js=scripts)
        return context

    def add_row_data(self, videos: list[VideoPage]) -> None:
        """Set the attributes that the columns show on each row, in a fixed number of queries."""
        found = with_visible_titles(videos, effective_access(videos), self.request.user)
        for video in videos:
            video.effective_access = found[video.pk]
        self.add_source_titles([video for video in videos if video.alias_of_id])
        self.add_processing(videos)
        if self.is_export or "listed" in self.shown:
            where = listings(videos)
            for video in videos:
                video.listing = where[video.pk]
        if self.is_export:
            Page.objects.annotate_parent_page(videos)
        if settings.WAGTAIL_I18N_ENABLED:
            languages = translation_languages(videos)
            for video in videos:
                video.languages = languages.get(video.pk, [])
        if self.is_export or "recent_views" in self.shown:
            counted = recent_views([video.pk for video in videos])
            for video in videos:
                video.recent_views = counted[video.pk]
        if self.is_export or "tags" in self.shown:
            self.add_tags(videos)

    def add_source_titles(self, aliases: list[VideoPage]) -> None:
        """Set `source_title` on each alias, "" if the editor does not see its source; one query if there are any."""
        sources = [video.effective_access.source for video in aliases]
        visible = visible_ids(sources, self.request.user) if sources else set()
        for video, source in zip(aliases, sources, strict=True):
            video.source_title = source.title if source.pk in visible else ""

    def add_tags(self, videos: list[VideoPage]) -> None:
        """Set `tag_names` on each row; one query."""
        names: dict[int, list[str]] = {video.pk: [] for video in videos}
        tagged = VideoPage.tags.through.objects.filter(content_object__in=list(names)).order_by("tag__name")
        for video_id, name in tagged.values_list("content_object_id", "tag__name"):
            names[video_id].append(name)
        for video in videos:
            video.tag_names = names[video.pk]

    def add_processing(self, videos: list[VideoPage]) -> None:
        """Set `processing_status` (may be None) and `may_act_on_processing` on each row; two queries at most."""
        now = clock.now()
        found = {video.pk: jobs.job_of(video.video_file) for video in videos}
        places = jobs.places_in_queue([job for job in found.values() if job], now=now)
        for video in videos:
            job = found[video.pk]
            video.processing_status = processing_status(job, place=places.get(job.pk), now=now) if job else None
        # Only rows with an action, and no aliases: the source of an alias has a row of its own.
        open_ones = [
            video
            for video in videos
            if not video.alias_of_id and video.processing_status and video.processing_status.is_open
        ]
        may_edit = editable_ids(open_ones, self.request.user) if open_ones else set()
        for video in videos:
            video.may_act_on_processing = video.pk in may_edit


class VideosViewSet(PageListingViewSet):
    """The Videos listing at `/admin/videos/`, and its menu item."""

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

    def get_urlpatterns(self) -> list[URLPattern | URLResolver]:
        return [*super().get_urlpatterns(), path("columns/", ColumnsView.as_view(), name="columns")]


def videos_viewset() -> VideosViewSet:
    """Return the viewset for Wagtail's hook."""
    return VideosViewSet()
