"""The filters of the list of open sessions."""

import datetime as dt

from django.db.models import QuerySet
from django.forms import RadioSelect
from django.utils.translation import gettext_lazy
from django_filters import ChoiceFilter
from wagtail.admin.filters import WagtailFilterSet

from video_pages.access.models import VideoAccessSession, VideoAccessSessionQuerySet
from video_pages.core import clock
from video_pages.pages.models import VideoIndexPage, VideoPage
from video_pages.pages.permissions import sessions_endable_by
from video_pages.wagtail_admin.access.page_filters import FewChoicesFilter, WithinFilter
from video_pages.wagtail_admin.listing.filters import sections_visible_to
from video_pages.wagtail_admin.requests import EditorRequest


class AgeFilter(ChoiceFilter):
    """Filters by the age of a session. The choices are hours; "-24" means older than 24 hours."""

    def filter(self, queryset: VideoAccessSessionQuerySet, hours: str) -> VideoAccessSessionQuerySet:
        if not hours:
            return queryset
        begin = clock.now() - dt.timedelta(hours=abs(int(hours)))
        if hours.startswith("-"):
            return queryset.filter(created_at__lt=begin)
        return queryset.filter(created_at__gte=begin)


def _videos_open(request: EditorRequest) -> QuerySet[VideoPage]:
    videos = sessions_endable_by(request.user).exclude(video=None).values("video")
    return VideoPage.objects.filter(pk__in=videos).order_by("title").only("title")


def _sections_open(request: EditorRequest) -> QuerySet[VideoIndexPage]:
    sections = sessions_endable_by(request.user).exclude(section=None).values("section")
    return VideoIndexPage.objects.filter(pk__in=sections).order_by("title").only("title")


class OpenSessionsFilterSet(WagtailFilterSet):
    """The filters of the list."""

    section = WithinFilter(
        label=gettext_lazy("Section"),
        queryset=lambda request: sections_visible_to(request.user),
        empty_label=gettext_lazy("All"),
    )
    video = FewChoicesFilter(
        label=gettext_lazy("Video"), parameter="video", queryset=_videos_open, empty_label=gettext_lazy("All")
    )
    password_of = FewChoicesFilter(
        field_name="section",
        parameter="password_of",
        label=gettext_lazy("Opened by the password of the section"),
        queryset=_sections_open,
        empty_label=gettext_lazy("All"),
    )
    age = AgeFilter(
        label=gettext_lazy("Begun"),
        choices=[
            ("1", gettext_lazy("In the last hour")),
            ("24", gettext_lazy("In the last 24 hours")),
            ("-24", gettext_lazy("More than a day ago")),
        ],
        empty_label=gettext_lazy("Any time"),
        widget=RadioSelect,
    )

    class Meta:
        model = VideoAccessSession
        fields: list[str] = []
