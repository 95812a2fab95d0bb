"""What the Videos listing can be narrowed to: what is not right yet, what lies where, what was watched."""

from django.contrib.auth import get_user_model
from django.db.models import Q
from django.forms import CheckboxSelectMultiple, RadioSelect
from django.utils.translation import gettext_lazy as _
from django_filters import (
    ChoiceFilter,
    DateFromToRangeFilter,
    ModelMultipleChoiceFilter,
    MultipleChoiceFilter,
    RangeFilter,
)
from taggit.models import Tag
from wagtail.admin.filters import DateRangePickerWidget, MultipleUserFilter, NumberRangeWidget, WagtailFilterSet

from video_pages.access.effective_access import AccessMode
from video_pages.access.listed import viewer_with
from video_pages.access.models import Listed
from video_pages.analytics.statistics import with_recent_views
from video_pages.pages.models import VideoIndexPage, VideoPage
from video_pages.pages.permissions import explorable_pages
from video_pages.transcoding.models import State
from video_pages.wagtail_admin.listing.access_filters import EffectiveAccessFilter, End, EndFilter

MINUTE = 60
LENGTHS = {  # seconds: from, and below
    "clip": (0, MINUTE),
    "short": (MINUTE, 10 * MINUTE),
    "medium": (10 * MINUTE, 60 * MINUTE),
    "long": (60 * MINUTE, None),
}


def sections_visible_to(user):
    """The sections that `user` sees in the admin's page tree, by title."""
    return VideoIndexPage.objects.filter(pk__in=explorable_pages(user).order_by().values("pk")).order_by("title")


def _videos_visible_to(user):
    return VideoPage.objects.filter(pk__in=explorable_pages(user).order_by().values("pk")).order_by()


def uploaders_visible_to(user):
    """The people who uploaded a video that `user` sees; others' names are not told."""
    return get_user_model().objects.filter(pk__in=_videos_visible_to(user).values("video_file__uploaded_by_user"))


def tags_visible_to(user):
    """The tags of the videos that `user` sees, by name."""
    tagged = VideoPage.tags.through.objects.filter(content_object__in=_videos_visible_to(user).values("pk"))
    return Tag.objects.filter(pk__in=tagged.values("tag")).order_by("name")


class SectionFilter(ModelMultipleChoiceFilter):
    """Videos anywhere below one of the chosen sections."""

    def filter(self, queryset, sections):
        if not sections:
            return queryset
        below = Q()
        for section in sections:
            below |= Q(path__startswith=section.path)
        return queryset.filter(below)


class ListedFilter(ChoiceFilter):
    """Videos by where visitors are shown their titles, by the strictest choice on their path."""

    def filter(self, queryset, listed):
        return queryset.with_listing(listed, viewer_with()) if listed else queryset


class LengthFilter(MultipleChoiceFilter):
    """Videos whose length lies in one of the chosen spans."""

    def filter(self, queryset, names):
        if not names:
            return queryset
        within = Q()
        for name in names:
            first, below = LENGTHS[name]
            span = Q(video_file__duration__gte=first)
            within |= span & Q(video_file__duration__lt=below) if below else span
        return queryset.filter(within)


class RecentViewsFilter(RangeFilter):
    """Videos by their views in the last 30 days; counted only if somebody asks."""

    def filter(self, queryset, span):
        return super().filter(with_recent_views(queryset), span) if span else queryset


class TagFilter(ModelMultipleChoiceFilter):
    """Videos with any of the chosen tags, each once."""

    def filter(self, queryset, tags):
        if not tags:
            return queryset
        tagged = VideoPage.tags.through.objects.filter(tag__in=tags)
        return queryset.filter(pk__in=tagged.order_by().values("content_object"))


class VideoFilterSet(WagtailFilterSet):
    """In the order in which editors look for things."""

    live = ChoiceFilter(
        label=_("Status"),
        choices=[("True", _("Live")), ("False", _("Draft"))],
        empty_label=_("Any"),
        widget=RadioSelect,
    )
    opened_by = EffectiveAccessFilter(
        label=_("Opened by"),
        choices=[
            (AccessMode.OWN.value, _("Its own password")),
            (AccessMode.SECTION.value, _("A section's password")),
            (AccessMode.OPEN.value, _("Open to everyone")),
            (AccessMode.NOBODY.value, _("Nobody can unlock it yet")),
        ],
        empty_label=_("Any"),
        widget=RadioSelect,
    )
    ends = EndFilter(label=_("End date"), choices=End.choices, empty_label=_("Any"), widget=RadioSelect)
    listed = ListedFilter(label=_("Listed"), choices=Listed.choices, empty_label=_("Any"), widget=RadioSelect)
    state = MultipleChoiceFilter(
        label=_("Processing"),
        field_name="video_file__job__state",
        choices=State.choices,
        widget=CheckboxSelectMultiple,
    )
    section = SectionFilter(
        label=_("Section"),
        queryset=lambda request: sections_visible_to(request.user),
        widget=CheckboxSelectMultiple,
    )
    tag = TagFilter(
        label=_("Tag"),
        queryset=lambda request: tags_visible_to(request.user),
        widget=CheckboxSelectMultiple,
    )
    length = LengthFilter(
        label=_("Length"),
        choices=[
            ("clip", _("Under a minute")),
            ("short", _("1 to 10 minutes")),
            ("medium", _("10 minutes to an hour")),
            ("long", _("An hour and more")),
        ],
        widget=CheckboxSelectMultiple,
    )
    recent_views = RecentViewsFilter(
        label=_("Views in the last 30 days"), field_name="recent_views", widget=NumberRangeWidget
    )
    uploaded = DateFromToRangeFilter(
        label=_("Uploaded"), field_name="video_file__created_at", widget=DateRangePickerWidget
    )
    uploader = MultipleUserFilter(
        label=_("Uploaded by"),
        field_name="video_file__uploaded_by_user",
        queryset=lambda request: uploaders_visible_to(request.user),
        widget=CheckboxSelectMultiple,
    )

    class Meta:
        model = VideoPage
        fields: list[str] = []
