"""The pages of any kind that lists may show to a visitor."""

from django.db.models import Q
from wagtail.models import Page
from wagtail.query import PageQuerySet

from video_pages.access.listed import Viewer, without_private
from video_pages.pages.models import VideoIndexPage, VideoPage


def listed_pages(viewer: Viewer) -> PageQuerySet:
    """Return the pages of any kind that lists may show to `viewer`, as a queryset."""
    pages = without_private(Page.objects.live(), viewer)
    videos, sections = (
        model.objects.listed_to(viewer).order_by().values("pk") for model in (VideoPage, VideoIndexPage)
    )
    other = Q(videopage=None, videoindexpage=None)
    return pages.filter(other | Q(pk__in=videos) | Q(pk__in=sections))
