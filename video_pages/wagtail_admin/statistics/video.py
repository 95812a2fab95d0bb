"""The screen “Statistics” of one video: views by day, how far people watched, devices and referring sites."""

from collections.abc import Iterator
from typing import Any

from django.contrib.auth.models import AnonymousUser, User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, URLResolver, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView
from wagtail.admin.widgets.button import Button
from wagtail.models import Page

from video_pages.access.decide import may_edit
from video_pages.access.responses import keep_out_of_caches
from video_pages.analytics import charts, statistics
from video_pages.analytics.rollup import REST
from video_pages.analytics.statistics import Totals
from video_pages.core import clock
from video_pages.core.user_agents import Device
from video_pages.pages.models import VideoPage
from video_pages.pages.panels.statistics import current_versions
from video_pages.pages.permissions import is_in_tree_of, may_see_statistics
from video_pages.wagtail_admin.breadcrumbs import Step, StepsMixin, editor_of, videos
from video_pages.wagtail_admin.statistics.date_range import asked_range, presets

VIEW_NAME = "video_statistics"


class StatisticsView(StepsMixin, TemplateView):
    """The statistics of one video; an alias redirects to its source."""

    template_name = "video_pages/admin/statistics/video.html"
    page_title = gettext_lazy("Statistics")
    header_icon = "video-chart"

    def dispatch(self, request: HttpRequest, *args: Any, page_id: int, **kwargs: Any) -> HttpResponseBase:
        page = get_object_or_404(VideoPage, pk=page_id)
        self.video = page.source
        if not may_see_statistics(self.video, request.user):
            raise PermissionDenied
        if self.video.pk != page.pk:
            return redirect(VIEW_NAME, self.video.pk)
        return keep_out_of_caches(super().dispatch(request, *args, **kwargs))

    def get_page_subtitle(self) -> str:
        return self.video.get_admin_display_title()

    def steps(self) -> list[Step]:
        title = editor_of(self.video)
        return [videos(), title if may_edit(self.video, self.request.user) else {**title, "url": ""}]

    def get_breadcrumbs_items(self) -> list[Step]:
        *steps, here = super().get_breadcrumbs_items()
        return [*steps, {**here, "sublabel": self.get_page_subtitle()}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        now = clock.now()
        chosen, form = asked_range(self.request.GET, now)
        scope = statistics.of_video(self.video)
        days = statistics.by_day(scope, chosen.first, chosen.last, now=now)
        total = sum((of_day for _day, of_day in days), Totals())
        details = statistics.details(
            scope, chosen.first, chosen.last, versions=current_versions(self.video.video_file), now=now
        )
        share, duration = details.watching.average_share, self.video.duration_seconds
        context.update(
            video=self.video,
            duration=duration,
            watching=details.watching,
            watched_seconds=share * duration if share and duration else None,
            earlier_views=details.other_views,
            chosen=chosen,
            presets=presets(chosen),
            days_form=form,
            total=total,
            views_ever=self.video.views,
            is_empty=total == Totals(),
            has_views=bool(total.views),
            has_retention=bool(details.retention),
            days=days,
            by_day=charts.bars((day, of_day.views) for day, of_day in days),
            retention=charts.curve(details.retention),
            retention_rows=charts.curve_rows(details.retention, self.video.duration_seconds),
            devices=in_shares([(str(Device(name).label), count) for name, count in details.devices.items()]),
            referrers=in_shares(
                [(_("All others") if host == REST else host, count) for host, count in details.referrers.items()]
            ),
            media=context["media"] + form.media if "media" in context else form.media,
        )
        return context


def in_shares(counts: list[tuple[str, int]]) -> list[tuple[str, int, float]]:
    """Return [(name, count, share of all counts from 0 to 1)] of [(name, count)]."""
    total = sum(count for _name, count in counts)
    return [(name, count, count / total) for name, count in counts]


def listing_buttons(page: Page, user: User | AnonymousUser, next_url: str | None = None) -> Iterator[Button]:
    """Yield the menu entry beside a video's title in Wagtail's lists; the screen behind it checks the permission."""
    if isinstance(page, VideoPage) and is_in_tree_of(page.alias_of or page, user):
        yield Button(_("Statistics"), reverse(VIEW_NAME, args=(page.pk,)), icon_name="video-chart", priority=16)


def admin_urls() -> list[URLPattern | URLResolver]:
    return [path("videos/<int:page_id>/statistics/", StatisticsView.as_view(), name=VIEW_NAME)]
