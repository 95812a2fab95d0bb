"""The filters of the Videos listing."""

from collections.abc import Sequence

from django.contrib.auth import get_user_model
from django.contrib.auth.models import AnonymousUser, User
from django.db.models import Exists, OuterRef, Q, QuerySet
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
from video_pages.pages.querysets import VideoIndexPageQuerySet, VideoPageQuerySet
from video_pages.transcoding.models import State
from video_pages.wagtail_admin.listing.access_filters import EffectiveAccessFilter, End, EndFilter

MINUTE = 60
LENGTHS = {  # seconds: from, and below
    "clip": (0, MINUTE),
    "short": (MINUTE, 10 * MINUTE),
    "medium": (10 * MINUTE, 60 * MINUTE),
    "long": (60 * MINUTE, None),
}


def sections_visible_to(user: User | AnonymousUser) -> VideoIndexPageQuerySet:
    """Return the sections that `user` sees in the admin's page tree, by title."""
    return VideoIndexPage.objects.filter(pk__in=explorable_pages(user).order_by().values("pk")).order_by("title")


def sees_everything(user: User | AnonymousUser) -> bool:
    """Return whether `user` sees all pages, so that no list has to ask for each of them."""
    return user.is_active and user.is_superuser


def videos_visible_to(user: User | AnonymousUser) -> VideoPageQuerySet:
    """Return the videos that `user` sees in the admin's page tree, without an order."""
    videos = VideoPage.objects.order_by()
    if sees_everything(user):
        return videos
    return videos.filter(pk__in=explorable_pages(user).order_by().values("pk"))


def uploaders_visible_to(user: User | AnonymousUser) -> QuerySet[User]:
    """Return the users who uploaded a video that `user` sees. The names of other uploaders are not shown."""
    users, videos = get_user_model().objects.all(), videos_visible_to(user)
    if sees_everything(user):
        return users.filter(Exists(videos.filter(video_file__uploaded_by_user=OuterRef("pk"))))
    return users.filter(pk__in=videos.values("video_file__uploaded_by_user"))


def tags_visible_to(user: User | AnonymousUser) -> QuerySet[Tag]:
    """Return the tags of the videos that `user` sees, by name."""
    tagged = VideoPage.tags.through.objects.all()
    if not sees_everything(user):
        tagged = tagged.filter(content_object__in=videos_visible_to(user).values("pk"))
    return Tag.objects.filter(pk__in=tagged.values("tag")).order_by("name")


class SectionFilter(ModelMultipleChoiceFilter):
    """Filters for videos below one of the chosen sections, at any depth."""

    def filter(self, queryset: VideoPageQuerySet, sections: Sequence[VideoIndexPage]) -> VideoPageQuerySet:
        if not sections:
            return queryset
        below = Q()
        for section in sections:
            below |= Q(path__startswith=section.path)
        return queryset.filter(below)


class ListedFilter(ChoiceFilter):
    """Filters by the strictest choice “Listed” on the path of a video."""

    def filter(self, queryset: VideoPageQuerySet, listed: str) -> VideoPageQuerySet:
        return queryset.with_listing(listed, viewer_with()) if listed else queryset


class LengthFilter(MultipleChoiceFilter):
    """Filters for videos whose duration is in one of the chosen LENGTHS."""

    def filter(self, queryset: VideoPageQuerySet, names: Sequence[str]) -> VideoPageQuerySet:
        if not names:
            return queryset
        within = Q()
        for name in names:
            first, below = LENGTHS[name]
            span = Q(video_file__duration__gte=first)
            within |= span & Q(video_file__duration__lt=below) if below else span
        return queryset.filter(within)


class RecentViewsFilter(RangeFilter):
    """Filters by the views of the last 30 days, which are counted only if the filter is used."""

    def filter(self, queryset: VideoPageQuerySet, span: slice | None) -> VideoPageQuerySet:
        return super().filter(with_recent_views(queryset), span) if span else queryset


class TagFilter(ModelMultipleChoiceFilter):
    """Filters for videos with any of the chosen tags."""

    def filter(self, queryset: VideoPageQuerySet, tags: Sequence[Tag]) -> VideoPageQuerySet:
        if not tags:
            return queryset
        tagged = VideoPage.tags.through.objects.filter(tag__in=tags)
        return queryset.filter(pk__in=tagged.order_by().values("content_object"))


class VideoFilterSet(WagtailFilterSet):
    """The filters, the most used first."""

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
            (AccessMode.INVITED.value, _("Invitations alone")),
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
