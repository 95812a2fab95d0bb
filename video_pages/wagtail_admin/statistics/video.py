"""“Statistics” of one video: what was watched of it, by day, how far, on what and from where."""

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView
from wagtail.admin.views.generic import WagtailAdminTemplateMixin
from wagtail.admin.widgets.button import Button

from video_pages.access.decide import may_edit
from video_pages.access.responses import keep_out_of_caches
from video_pages.analytics import charts, statistics
from video_pages.analytics.models import VideoView
from video_pages.analytics.rollup import REST
from video_pages.analytics.statistics import Totals
from video_pages.analytics.watching import UNKNOWN
from video_pages.core import clock
from video_pages.pages.models import VideoPage
from video_pages.wagtail_admin.statistics.date_range import asked_range, presets
from video_pages.wagtail_admin.statistics.scope import may_see

VIEW_NAME = "video_statistics"


class StatisticsView(WagtailAdminTemplateMixin, TemplateView):
    """The page of one video; an alias leads to its source's."""

    template_name = "video_pages/admin/statistics/video.html"
    page_title = gettext_lazy("Statistics")
    header_icon = "history"

    def dispatch(self, request, *args, page_id, **kwargs):
        page = get_object_or_404(VideoPage, pk=page_id)
        self.video = page.source
        if not may_see(self.video, request.user):
            raise PermissionDenied
        if self.video.pk != page.pk:
            return redirect(VIEW_NAME, self.video.pk)
        return keep_out_of_caches(super().dispatch(request, *args, **kwargs))

    def get_page_subtitle(self):
        return self.video.get_admin_display_title()

    def get_breadcrumbs_items(self):
        title = {"url": "", "label": self.video.get_admin_display_title()}
        if may_edit(self.video, self.request.user):
            title["url"] = reverse("wagtailadmin_pages:edit", args=(self.video.pk,))
        return [
            *self.breadcrumbs_items,
            {"url": reverse("videos:index"), "label": _("Videos")},
            title,
            {"url": "", "label": self.get_page_title(), "sublabel": self.get_page_subtitle()},
        ]

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        now = clock.now()
        chosen, form = asked_range(self.request.GET, now)
        scope = statistics.of_video(self.video)
        days = statistics.by_day(scope, chosen.first, chosen.last, now=now)
        total = sum((counted for _day, counted in days), Totals())
        told = statistics.details(scope, chosen.first, chosen.last, films=present_films(self.video), now=now)
        share, duration = told.watching.average_share, self.video.duration_seconds
        context.update(
            video=self.video,
            duration=duration,
            watching=told.watching,
            watched_seconds=share * duration if share and duration else None,
            earlier_views=told.others.measured_views,
            chosen=chosen,
            presets=presets(chosen),
            days_form=form,
            total=total,
            views_ever=self.video.views,
            is_empty=total == Totals(),
            has_views=bool(total.views),
            has_told=bool(told.retention),
            days=days,
            by_day=charts.bars((day, counted.views) for day, counted in days),
            retention=charts.curve(told.retention),
            retention_rows=retention_rows(told.retention, self.video.duration_seconds),
            devices=in_shares([(VideoView.Device(name).label, count) for name, count in told.devices.items()]),
            referrers=in_shares(
                [(_("All others") if host == REST else host, count) for host, count in told.referrers.items()]
            ),
            media=context["media"] + form.media if "media" in context else form.media,
        )
        return context


def present_films(video):
    """Return the names of the film that `video` shows now, as the figures know it.

    What was watched before films were told apart counts as its own, unless a new version took its place since.
    """
    file = video.video_file
    if file is None:
        return {UNKNOWN}
    return {file.film_name, UNKNOWN} if file.source_version == 1 else {file.film_name}


def retention_rows(shares, duration_seconds):
    """Return [(seconds, hundredth, share)] at every tenth of the film and at its end."""
    if not shares:
        return []
    places = [*range(0, len(shares), 10), len(shares) - 1]
    return [((duration_seconds or 0) * place / len(shares), place, shares[place]) for place in places]


def in_shares(counts):
    """Return [(name, count, share of all counts from 0 to 1)] of [(name, count)]."""
    total = sum(count for _name, count in counts)
    return [(name, count, count / total) for name, count in counts]


def listing_buttons(page, user, next_url=None):
    """An entry of the menu beside a video's title in Wagtail's lists; the screen it leads to checks for itself."""
    if isinstance(page, VideoPage):
        yield Button(_("Statistics"), reverse(VIEW_NAME, args=(page.pk,)), icon_name="history", priority=16)


def admin_urls():
    return [path("videos/<int:page_id>/statistics/", StatisticsView.as_view(), name=VIEW_NAME)]
