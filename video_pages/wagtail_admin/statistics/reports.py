"""Two reports in the Reports menu: statistics by video and by day, for chosen days, for one section or all."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.forms import Media
from django.urls import URLPattern, URLResolver, path, reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_filters import DateFromToRangeFilter, ModelChoiceFilter
from wagtail.admin.auth import user_has_any_page_permission
from wagtail.admin.filters import DateRangePickerWidget, WagtailFilterSet
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.reports import ReportView
from wagtail.models import Page
from wagtail.permission_policies import BasePermissionPolicy
from wagtail.permissions import policy_registry

from video_pages.analytics import charts, ranking, statistics
from video_pages.analytics.statistics import Totals
from video_pages.core import clock
from video_pages.pages.models import VideoPage
from video_pages.pages.panels.statistics import STATISTICS_CSS
from video_pages.pages.querysets import VideoPageQuerySet
from video_pages.wagtail_admin.long_lists import IdList, LongListMixin
from video_pages.wagtail_admin.requests import EditorRequest
from video_pages.wagtail_admin.statistics.date_range import Range, chosen_range, usual_range
from video_pages.wagtail_admin.statistics.report_table import Row, VideoColumn, in_order, number_columns
from video_pages.wagtail_admin.statistics.video import VIEW_NAME as STATISTICS
from video_pages.wagtail_admin.statistics.video_rows import RankedVideos, VideosBySection, rows_of
from video_pages.wagtail_admin.statistics.visible_statistics import VisibleStatistics, statistics_visible_to

BY_VIDEO, BY_DAY = "video_statistics_report", "video_days_report"


class StatisticsFilterSet(WagtailFilterSet):
    """The filters of both reports: days and section."""

    days = DateFromToRangeFilter(label=gettext_lazy("Days"), widget=DateRangePickerWidget)
    section = ModelChoiceFilter(
        label=gettext_lazy("Section"),
        queryset=lambda request: statistics_visible_to(request.user).sections,
        empty_label=gettext_lazy("All"),
    )

    class Meta:
        model = VideoPage
        fields: list[str] = []


class StatisticsReportView(ReportView):
    """The base class of both reports: permissions, days, section, and the total above the table."""

    model = VideoPage
    header_icon = "video-chart"
    filterset_class = StatisticsFilterSet
    results_template_name = "video_pages/admin/statistics/report_results.html"
    any_permission_required = ["add", "change", "publish"]
    list_export = [
        "views", "unique_viewers", "completed", "watch_seconds", "average_percent", "unlocks", "refused_guesses",
        "downloads",
    ]  # fmt: skip
    export_headings = {
        "title": gettext_lazy("Title"),
        "section": gettext_lazy("Section"),
        "uuid": gettext_lazy("Id"),
        "day": gettext_lazy("Day"),
        "views": gettext_lazy("Views"),
        "unique_viewers": gettext_lazy("Viewers"),
        "completed": gettext_lazy("Watched to the end"),
        "watch_seconds": gettext_lazy("Seconds watched"),
        "average_percent": gettext_lazy("Average watched (percent)"),
        "unlocks": gettext_lazy("Unlocks"),
        "refused_guesses": gettext_lazy("Refused guesses"),
        "downloads": gettext_lazy("Downloads"),
    }

    @cached_property
    def permission_policy(self) -> BasePermissionPolicy:
        return policy_registry.get_by_type(Page)

    @cached_property
    def now(self) -> dt.datetime:
        return clock.now()

    @cached_property
    def chosen(self) -> Range:
        days = self._cleaned("days")
        if not days:
            return usual_range(self.now)
        first, last = (moment and moment.date() for moment in (days.start, days.stop))
        if first and last and first > last:
            first, last = last, first
        return chosen_range(first, last, self.now)

    @cached_property
    def visible(self) -> VisibleStatistics:
        return statistics_visible_to(self.request.user, self._cleaned("section"))

    def _cleaned(self, name: str) -> Any:
        return self.filters.form.cleaned_data.get(name) if self.filters and self.filters.is_valid() else None

    def filter_queryset(self, queryset: Any) -> Any:
        return queryset  # `get_queryset` has applied the filters

    def get_filename(self) -> str:
        return f"{self.export_filename}-{self.chosen.first}-{self.chosen.last}"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        if not self.is_export:
            context["media"] += Media(css={"all": [STATISTICS_CSS]})
            total = statistics.totals(self.visible.scope, self.chosen.first, self.chosen.last, now=self.now)
            context.update(
                chosen=self.chosen,
                total=total,
                section=self._cleaned("section"),
                is_everything=self.visible.is_everything,
                counts_people=self.visible.scope.reach_of is not None,
                has_videos=self.visible.videos.exists(),
            )
        return context


class VideosReportView(LongListMixin, StatisticsReportView):
    """The report with a line for each video."""

    page_title = gettext_lazy("Statistics by video")
    index_url_name = BY_VIDEO
    index_results_url_name = f"{BY_VIDEO}_results"
    default_ordering = "-views"
    export_filename = "statistics-by-video"
    list_export = ["title", "section", "uuid", *StatisticsReportView.list_export]

    @cached_property
    def columns(self) -> list[Column]:
        return [
            VideoColumn(
                "title",
                label=_("Title"),
                sort_key="title",
                classname="title",
                get_url=lambda row: reverse(STATISTICS, args=(row.pk,)),
            ),
            Column("section", label=_("Section"), sort_key="section", classname="section"),
            *number_columns(),
        ]

    def get_queryset(self) -> RankedVideos | IdList:
        videos, key = self.visible.videos, self.ordering.removeprefix("-")
        is_descending = self.ordering.startswith("-")
        if key == "section":
            return VideosBySection(videos, is_descending=is_descending)
        if key == "title":
            return IdList([videos.order_by(self.ordering, "-pk" if is_descending else "pk")])
        days = (self.chosen.first, self.chosen.last)
        numbers = ranking.numbers(key, self._asked(videos), *days, now=self.now)
        return RankedVideos(videos, numbers, is_descending=is_descending, are_last=key == ranking.SHARE)

    def ids_of(self, queryset: Any) -> Any:
        return queryset  # the ids in their order

    def rows_with(self, ids: Sequence[int]) -> list[Row]:
        return rows_of(ids, self.chosen.first, self.chosen.last, now=self.now)

    def _asked(self, videos: VideoPageQuerySet) -> VideoPageQuerySet | None:
        """Return the videos to query, or None for all: without their ids the query is cheaper."""
        return None if self.visible.is_everything and self._cleaned("section") is None else videos


class DaysReportView(StatisticsReportView):
    """The report with a line for each day."""

    page_title = gettext_lazy("Statistics by day")
    index_url_name = BY_DAY
    index_results_url_name = f"{BY_DAY}_results"
    default_ordering = "-day"
    export_filename = "statistics-by-day"
    list_export = ["day", *StatisticsReportView.list_export]

    @cached_property
    def columns(self) -> list[Column]:
        return [Column("day", label=_("Day"), sort_key="day", classname="moment"), *number_columns()]

    @cached_property
    def totals_by_day(self) -> list[tuple[dt.date, Totals]]:
        return statistics.by_day(self.visible.scope, self.chosen.first, self.chosen.last, now=self.now)

    def get_queryset(self) -> list[Row]:
        return in_order([Row(totals, day=day) for day, totals in self.totals_by_day], self.ordering)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        if not self.is_export and context["total"].views:
            context["by_day"] = charts.bars((day, totals.views) for day, totals in self.totals_by_day)
        return context


class StatisticsMenuItem(MenuItem):
    """The menu item, for users who may do anything with pages; a report shows only the videos that the user sees."""

    def is_shown(self, request: EditorRequest) -> bool:
        return user_has_any_page_permission(request.user)


def videos_menu_item() -> StatisticsMenuItem:
    return StatisticsMenuItem(
        gettext_lazy("Statistics by video"),
        reverse(BY_VIDEO),
        name="video-statistics",
        icon_name="video-chart",
        order=100,
    )


def days_menu_item() -> StatisticsMenuItem:
    return StatisticsMenuItem(
        gettext_lazy("Statistics by day"), reverse(BY_DAY), name="video-days", icon_name="calendar", order=110
    )


def admin_urls() -> list[URLPattern | URLResolver]:
    """Return the addresses of the reports, and of the part of each that its filters reload."""
    return [
        path("reports/videos/", VideosReportView.as_view(), name=BY_VIDEO),
        path("reports/videos/results/", VideosReportView.as_view(results_only=True), name=f"{BY_VIDEO}_results"),
        path("reports/video-days/", DaysReportView.as_view(), name=BY_DAY),
        path("reports/video-days/results/", DaysReportView.as_view(results_only=True), name=f"{BY_DAY}_results"),
    ]
